/** What was lacking lately in the division that whoever is signed in leads. */

import { computed, signal } from "@preact/signals";
import { gaps as askGaps, vacancies as askVacancies } from "../api/endpoints";
import type { GapOut, VacancyOut } from "../api/wire";
import { session } from "../session/session";

const AGAIN_MS = 5 * 60_000;
/** What the alert in the bar counts; the sheet tells more days. */
const ALERT_DAYS = 1;
export const SHEET_DAYS = 7;

/** Whether the sheet is open, over whatever else is shown. */
export const isRosterOpen = signal(false);
export const recentGaps = signal<GapOut[]>([]);
export const gaps = signal<GapOut[] | null>(null);
export const vacancies = signal<VacancyOut[] | null>(null);

export const mayReadRoster = computed(() => session.value?.permissions.includes("roster.read") ?? false);
const division = computed(() => (mayReadRoster.value ? (session.value?.scope.divisions[0] ?? null) : null));

/** How many grids a decision of the last day found nobody in. */
export const lackingGrids = computed(() => new Set(recentGaps.value.map((gap) => gap.grid?.code)).size);

export async function loadRecentGaps(): Promise<void> {
  if (division.value) recentGaps.value = await askGaps(division.value, ALERT_DAYS);
}

export async function loadRoster(): Promise<void> {
  const code = division.value;
  if (!code) return;
  [gaps.value, vacancies.value] = await Promise.all([askGaps(code, SHEET_DAYS), askVacancies(code)]);
}

export function keepGapsFresh(): void {
  setInterval(() => void loadRecentGaps().catch(() => undefined), AGAIN_MS);
}
