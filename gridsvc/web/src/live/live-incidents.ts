/** Every open incident in scope, kept up to date by the stream. */

import { signal } from "@preact/signals";
import { board as askBoard, incidents as askIncidents } from "../api/endpoints";
import type { BoardOut, IncidentSummary, IncidentOut } from "../api/wire";
import { syncClock } from "../clock/server-clock";
import { matterOf } from "../matters/catalogue";
import { fromOut, fromSummary, isNews, type LiveIncident } from "./live-incident";

const PAGE = 1_000;
const MOST_PAGES = 60;

export type Change = { put: LiveIncident[]; gone: string[]; all: boolean };
type Listener = (change: Change) => void;

const byId = new Map<string, LiveIncident>();
const listeners = new Set<Listener>();

/** Grows with every change; a list that reads it is drawn anew. */
export const revision = signal(0);
export const board = signal<BoardOut | null>(null);
export const loading = signal(true);
/** The last thing worth saying aloud, for screen readers. */
export const lastNews = signal<LiveIncident | null>(null);

export const liveIncidents = (): Iterable<LiveIncident> => byId.values();
export const liveIncident = (id: string): LiveIncident | undefined => byId.get(id);

export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function publish(change: Change): void {
  revision.value += 1;
  for (const listener of listeners) listener(change);
}

/** Take in one batch of the stream; repeated and older items change nothing. */
export function applyBatch(items: { incident: IncidentSummary }[]): void {
  const put = new Map<string, LiveIncident>();
  const gone = new Set<string>();
  for (const { incident } of items) {
    const known = byId.get(incident.incident_id);
    const next = fromSummary(incident, known, matterOf);
    if (!isNews(next, known)) continue;
    if (next.open) {
      byId.set(next.id, next);
      put.set(next.id, next);
      gone.delete(next.id);
      if (!known) lastNews.value = next;
    } else {
      byId.delete(next.id);
      put.delete(next.id);
      gone.add(next.id);
    }
  }
  if (put.size > 0 || gone.size > 0) publish({ put: [...put.values()], gone: [...gone], all: false });
}

/** One incident as just read from the server, after an action or on opening it. */
export function applyOne(incident: IncidentOut): void {
  const next = fromOut(incident);
  if (!isNews(next, byId.get(next.id))) return;
  if (next.open) byId.set(next.id, next);
  else byId.delete(next.id);
  publish(next.open ? { put: [next], gone: [], all: false } : { put: [], gone: [next.id], all: false });
}

/** Read all open incidents afresh. Batches that arrive meanwhile must wait for this. */
export async function loadSnapshot(): Promise<void> {
  loading.value = true;
  const found: LiveIncident[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer: Awaited<ReturnType<typeof askIncidents>> = await askIncidents({ open: true, limit: PAGE, cursor });
    syncClock(answer.now);
    found.push(...answer.items.map(fromOut));
    cursor = answer.next;
    if (!cursor) break;
  }
  byId.clear();
  for (const incident of found) if (incident.open) byId.set(incident.id, incident);
  loading.value = false;
  publish({ put: [...byId.values()], gone: [], all: true });
}

export async function loadBoard(): Promise<void> {
  board.value = await askBoard();
}
