/** The three lamps and the grey one, told from the deadline and the server's time. */

import type { Lamp } from "../api/wire";

type Clocked = { lamp: Lamp; due_at: string | null; warn_at?: string | null };

/**
 * The lamp as it stands now. The server's word is the start; as time passes a
 * lamp can only worsen here, never improve, until the server speaks again.
 */
export function lampAt(incident: Clocked, nowMs: number): Lamp {
  if (incident.lamp === "grey" || !incident.due_at) return incident.lamp;
  const dueMs = Date.parse(incident.due_at);
  if (nowMs > dueMs) return "red";
  if (incident.lamp !== "green" || !incident.warn_at) return incident.lamp;
  return nowMs >= Date.parse(incident.warn_at) ? "yellow" : "green";
}

const WORST_FIRST: Record<Lamp, number> = { red: 0, yellow: 1, green: 2, grey: 3 };

/** Late first, then by deadline; without a deadline last. */
export function byUrgency(nowMs: number): (a: Clocked, b: Clocked) => number {
  return (a, b) => {
    const worse = WORST_FIRST[lampAt(a, nowMs)] - WORST_FIRST[lampAt(b, nowMs)];
    if (worse !== 0) return worse;
    return (a.due_at ? Date.parse(a.due_at) : Infinity) - (b.due_at ? Date.parse(b.due_at) : Infinity) || 0;
  };
}
