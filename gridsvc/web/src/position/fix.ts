/** Choosing among the fixes a phone delivers. WGS-84 degrees, metres. */

export type Fix = { lon: number; lat: number; accuracy_m: number; at_ms: number };
export type Quality = "good" | "fair" | "poor";

const GOOD_M = 20;
const FAIR_M = 60;
const STALE_MS = 30_000;

export const qualityOf = (accuracyM: number): Quality =>
  accuracyM <= GOOD_M ? "good" : accuracyM <= FAIR_M ? "fair" : "poor";

/** The better of two fixes: the more accurate, unless it has grown old and the person may have walked on. */
export function betterFix(old: Fix | null, next: Fix): Fix {
  if (!old || next.at_ms - old.at_ms > STALE_MS) return next;
  return next.accuracy_m <= old.accuracy_m ? next : old;
}
