/**
 * What this person reported and what became of it. News is a dot, never a push: steps that
 * come close together are fetched as one, and nobody has to say that they have seen it.
 */

import { computed, signal } from "@preact/signals";
import { ownReports as ask } from "../api/endpoints";
import type { OwnReportOut } from "../api/wire";
import { syncClock } from "../clock/server-clock";
import { database, freshOrCopy } from "../device/database";
import { may, session } from "../session/session";

const GATHER_MS = 3_000;
const REOPEN_MS = 30_000;

export const mine = signal<OwnReportOut[] | null>(null);
/** How many steps of each report have been looked at, kept on this phone alone. */
const seen = signal<Record<string, number>>({});

const seenKey = (): string => `own-reports-seen/${session.value?.account_id ?? ""}`;
const listKey = (): string => `own-reports/${session.value?.account_id ?? ""}`;

/** Steps taken since this person last looked. */
export const newsOf = (report: OwnReportOut): number =>
  Math.max(0, report.progress.length - (seen.value[report.report_id] ?? report.progress.length));

export const newsCount = computed(() => (mine.value ?? []).filter((report) => newsOf(report) > 0).length);
export const ownReport = (id: string): OwnReportOut | undefined =>
  mine.value?.find((report) => report.report_id === id);

async function keepSeen(next: Record<string, number>): Promise<void> {
  seen.value = next;
  await (await database()).put("copies", { key: seenKey(), value: next });
}

/** Remember that everything about a report has been looked at. */
export async function look(id: string): Promise<void> {
  const report = ownReport(id);
  if (report && newsOf(report) > 0) await keepSeen({ ...seen.value, [id]: report.progress.length });
}

/** What is listed for the first time is no news: who reported it was told by the receipt. */
export function withFirstSeen(known: Record<string, number>, listed: readonly OwnReportOut[]): Record<string, number> {
  const next: Record<string, number> = {};
  for (const report of listed) next[report.report_id] = known[report.report_id] ?? report.progress.length;
  return next;
}

export async function loadOwnReports(): Promise<void> {
  if (!may("report.create") || !session.value) return;
  try {
    const kept = await (await database()).get("copies", seenKey());
    const known = (kept?.value ?? {}) as Record<string, number>;
    const { value, isCopy } = await freshOrCopy(listKey(), ask);
    if (isCopy) seen.value = known;
    else await keepSeen(withFirstSeen(known, value));
    mine.value = value;
  } catch {
    // Neither an answer nor a copy: the list says so.
  }
}

let source: EventSource | null = null;
let gathering: ReturnType<typeof setTimeout> | undefined;
let reopening: ReturnType<typeof setTimeout> | undefined;

function loadSoon(): void {
  gathering ??= setTimeout(() => {
    gathering = undefined;
    void loadOwnReports();
  }, GATHER_MS);
}

type Told = { now: string; items: { incident: { incident_id: string } }[] };

/** True when a batch tells of something this person reported, or of what it was joined to. */
export function isAboutMine(incidentIds: readonly string[], listed: readonly OwnReportOut[]): boolean {
  const own = new Set(listed.flatMap(({ incident }) => [incident.incident_id, incident.joined_into ?? ""]));
  return incidentIds.some((id) => own.has(id));
}

/** Listen while the page is looked at. Who dispatches has the desk, and would hear the whole city here. */
export function listenToOwnReports(): void {
  stopListening();
  if (!may("report.create") || may("incident.dispatch") || document.visibilityState !== "visible") return;
  const opened = new EventSource("/api/v1/stream");
  source = opened;
  opened.addEventListener("batch", (event) => {
    const told = JSON.parse((event as MessageEvent<string>).data) as Told;
    syncClock(told.now);
    if (isAboutMine(told.items.map((item) => item.incident.incident_id), mine.value ?? [])) loadSoon();
  });
  opened.addEventListener("resync", loadSoon);
  opened.addEventListener("error", () => {
    if (opened.readyState !== EventSource.CLOSED) return;
    clearTimeout(reopening);
    reopening = setTimeout(listenToOwnReports, REOPEN_MS);
  });
}

export function stopListening(): void {
  source?.close();
  source = null;
  clearTimeout(reopening);
}

export function keepOwnReportsFresh(): void {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") stopListening();
    else if (session.value) {
      void loadOwnReports();
      listenToOwnReports();
    }
  });
}
