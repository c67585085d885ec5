/** Which incident is open beside the map, kept in the address so that it can be passed on. */

import { signal } from "@preact/signals";

const read = (): string | null => /^#\/incidents\/([\w-]+)$/.exec(location.hash)?.[1] ?? null;

export const selectedId = signal<string | null>(read());

window.addEventListener("hashchange", () => {
  selectedId.value = read();
});

export function openIncident(id: string): void {
  location.hash = `/incidents/${id}`;
}

export function closeIncident(): void {
  location.hash = "/";
}
