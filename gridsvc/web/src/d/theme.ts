import { signal } from "@preact/signals";

export type Theme = "light" | "dark";
const STORED = "gridsvc.theme";

export const theme = signal<Theme>(localStorage.getItem(STORED) === "dark" ? "dark" : "light");

/** Dark is for the wall; a desk by daylight stays light. */
export function setTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem(STORED, next);
  document.documentElement.dataset["theme"] = next;
}
