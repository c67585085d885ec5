import { signal } from "@preact/signals";

const STORED = "gridsvc.large";

export const largeText = signal(localStorage.getItem(STORED) === "1");

/** Every measure on the page is in rem, so one class on the root enlarges all of it. */
export function setLargeText(on: boolean): void {
  largeText.value = on;
  localStorage.setItem(STORED, on ? "1" : "0");
  document.documentElement.classList.toggle("large", on);
}
