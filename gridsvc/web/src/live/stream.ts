/**
 * The live feed. The browser itself reconnects and sends Last-Event-ID; we only
 * start over when the server closes the door, and say so when it falls silent.
 */

import { signal } from "@preact/signals";
import type { IncidentSummary } from "../api/wire";
import { syncClock } from "../clock/server-clock";
import { applyBatch, loadBoard, loadSnapshot } from "./live-incidents";

type Item = { kind: string; seq: number; at: string; incident: IncidentSummary };

const STALE_MS = 20_000;
const REOPEN_MS = 4_000;
const BOARD_DELAY_MS = 1_500;

export type StreamState = "opening" | "live" | "stale";

export const streamState = signal<StreamState>("opening");
/** Monotonic milliseconds of the last word from the server. */
export const lastWordMs = signal(performance.now());
/** The generation of outlines in force; the map draws its tiles by it. */
export const generation = signal<number | null>(null);

let source: EventSource | null = null;
let waiting: Item[] | null = null;
let boardTimer: ReturnType<typeof setTimeout> | undefined;
let reopenTimer: ReturnType<typeof setTimeout> | undefined;

function heard(): void {
  lastWordMs.value = performance.now();
  streamState.value = "live";
}

/** Soon after the first news, however much more comes: a busy city must not put it off for ever. */
function refreshBoard(): void {
  boardTimer ??= setTimeout(() => {
    boardTimer = undefined;
    void loadBoard().catch(() => undefined);
  }, BOARD_DELAY_MS);
}

function take(items: Item[]): void {
  if (waiting) waiting.push(...items);
  else applyBatch(items);
  refreshBoard();
}

/** Load everything, holding back what the stream tells meanwhile so that nothing falls between. */
export async function startOver(): Promise<void> {
  waiting ??= [];
  try {
    await Promise.all([loadSnapshot(), loadBoard()]);
    const held = waiting ?? [];
    waiting = null;
    applyBatch(held);
  } catch {
    clearTimeout(reopenTimer);
    reopenTimer = setTimeout(() => void startOver(), REOPEN_MS);
  }
}

type Hello = { now: string; rate: number; generation: number };
const read = <T>(event: Event): T => JSON.parse((event as MessageEvent<string>).data) as T;

export function openStream(): void {
  source?.close();
  const opened = new EventSource("/api/v1/stream");
  source = opened;
  opened.addEventListener("hello", (event) => {
    const hello = read<Hello>(event);
    syncClock(hello.now, hello.rate);
    generation.value = hello.generation;
    heard();
  });
  opened.addEventListener("batch", (event) => {
    const batch = read<{ now: string; items: Item[] }>(event);
    syncClock(batch.now);
    heard();
    take(batch.items);
  });
  opened.addEventListener("beat", (event) => {
    syncClock(read<{ now: string }>(event).now);
    heard();
  });
  opened.addEventListener("resync", () => {
    heard();
    void startOver();
  });
  opened.addEventListener("error", () => {
    // CONNECTING: the browser tries by itself. CLOSED: the server refused; what we missed is unknown.
    if (opened.readyState !== EventSource.CLOSED) return;
    clearTimeout(reopenTimer);
    reopenTimer = setTimeout(() => {
      openStream();
      void startOver();
    }, REOPEN_MS);
  });
}

export function closeStream(): void {
  source?.close();
  source = null;
  clearTimeout(reopenTimer);
}

/** The server speaks at least every ten seconds: longer silence means that we have lost it. */
export function watchSilence(): void {
  setInterval(() => {
    if (source && performance.now() - lastWordMs.value > STALE_MS) streamState.value = "stale";
  }, 1_000);
}
