/** Shapes of what may be the same thing, and of saying that it is. */

/** An incident near another; outside of the reader's scope it has no id, words or picture. */
export type NearOut = {
  incident_id: string | null;
  number: string | null;
  version: number | null;
  state: string;
  condition: string | null;
  distance_m: number;
  observed_at: string;
  received_at: string;
  note: string;
  photo_url: string | null;
  thumb_url: string | null;
};

export type DuplicatesOut = {
  main: { incident_id: string; number: string; state: string } | null;
  joined: NearOut[];
  suggested: NearOut[];
};

export type JoinIn = { action_id: string; version: number; into: string; reason: string; note: string };
export type UnjoinIn = Omit<JoinIn, "into">;
