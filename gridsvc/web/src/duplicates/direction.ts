/** Of two incidents that are the same thing, which is joined to which. */

import type { NearOut } from "../api/wire";

export type Seen = NearOut & { incident_id: string; version: number };
export type Joining = { one: string; version: number; into: string };

const ENDED = new Set(["closed", "voided"]);

export const isSeen = (near: NearOut): near is Seen => near.incident_id !== null && near.version !== null;

/**
 * The later one is joined to the earlier, because its clock has run longer; one that has ended
 * takes others in and is joined to none.
 */
export function directionOf(
  mine: { incident_id: string; version: number; received_at: string },
  other: Seen,
): Joining {
  const otherIsMain = ENDED.has(other.state) || Date.parse(other.received_at) <= Date.parse(mine.received_at);
  return otherIsMain
    ? { one: mine.incident_id, version: mine.version, into: other.incident_id }
    : { one: other.incident_id, version: other.version, into: mine.incident_id };
}
