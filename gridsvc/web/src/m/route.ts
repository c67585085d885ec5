/** Where the phone app is, kept in the address after "#": back and reload work as people expect. */

import { computed, signal } from "@preact/signals";

const read = (): string => location.hash.replace(/^#/, "") || "/tasks";

const path = signal(read());

/** The path in parts: `/tasks/{id}` is ["tasks", id]. */
export const route = computed(() => path.value.split("/").filter(Boolean));

export function go(next: string): void {
  location.hash = next;
}

window.addEventListener("hashchange", () => {
  path.value = read();
  window.scrollTo(0, 0);
});
