/**
 * The server's business time as seen from here.
 *
 * A demo database may run its clock fast, so the device's own time is never
 * compared with a deadline: it only measures what passed since the last word
 * from the server.
 */

import { signal } from "@preact/signals";

type Reading = { serverMs: number; monotonicMs: number; rate: number };

let reading: Reading | null = null;

/** Ticks whenever texts that count time should be computed afresh. */
export const tick = signal(0);

export function syncClock(nowIso: string, rate?: number, monotonicMs = performance.now()): void {
  reading = { serverMs: Date.parse(nowIso), monotonicMs, rate: rate ?? reading?.rate ?? 1 };
  tick.value += 1;
}

/** Server time in epoch milliseconds; the device's own while the server has not spoken. */
export function serverNow(monotonicMs = performance.now()): number {
  if (!reading) return Date.now();
  return reading.serverMs + (monotonicMs - reading.monotonicMs) * reading.rate;
}

/** One timer for the page; a fast clock ticks oftener, or minutes would jump. */
export function startTicking(): void {
  const beat = (): void => {
    tick.value += 1;
    setTimeout(beat, (reading?.rate ?? 1) > 5 ? 2_000 : 10_000);
  };
  setTimeout(beat, 5_000);
}
