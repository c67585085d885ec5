/** A report being written. One per person and phone; it survives reloads and the camera. */

import type { PhotoRef, PhotoSlot, ReportIn } from "../api/wire";
import { newId } from "../device/ids";

export type DraftPlace = {
  lon: number;
  lat: number;
  accuracy_m: number | null;
  source: "gps" | "manual";
};

export type Draft = {
  id: string;
  account_id: string;
  /** Device time of the first thing entered: when the finding was seen. */
  observed_at: string;
  place: DraftPlace | null;
  matter: string | null;
  condition: string | null;
  note: string;
  /** How to reach the reporter; drafts of before it was asked have none. */
  contact?: string;
  self_fix: boolean;
  photos: PhotoRef[];
  /** Set while the camera is open; found set on load, it means the page was killed meanwhile. */
  pending_slot: PhotoSlot | null;
};

export const emptyDraft = (account_id: string, nowMs: number): Draft => ({
  id: newId(),
  account_id,
  observed_at: new Date(nowMs).toISOString(),
  place: null,
  matter: null,
  condition: null,
  note: "",
  self_fix: false,
  photos: [],
  pending_slot: null,
});

/** Nothing of the person's own in it yet; a place alone comes by itself. */
export const isUntouched = (draft: Draft): boolean =>
  !draft.matter && !draft.note && !draft.contact && draft.photos.length === 0 && draft.place?.source !== "manual";

export type Lack = "place" | "matter" | "condition" | "before" | "after";

/** What still keeps the draft from being sent, in the order of the form. */
export function lacks(draft: Draft, needsCondition: boolean): Lack[] {
  const has = (slot: PhotoSlot): boolean => draft.photos.some((photo) => photo.slot === slot);
  const missing: Lack[] = [];
  if (!draft.place) missing.push("place");
  if (!draft.matter) missing.push("matter");
  else if (needsCondition && !draft.condition) missing.push("condition");
  // A fix on the spot closes by its pair of photos, so without the pair it is no fix.
  if (draft.self_fix && !has("before")) missing.push("before");
  if (draft.self_fix && !has("after")) missing.push("after");
  return missing;
}

/** The report as the server takes it; only for a draft that lacks nothing. */
export function reportOf(draft: Draft): Omit<ReportIn, "device_sent_at"> {
  if (!draft.place || !draft.matter) throw new Error("draft is not complete");
  const slots: PhotoSlot[] = draft.self_fix ? ["before", "after"] : ["scene"];
  return {
    observed_at: draft.observed_at,
    place: { ...draft.place, datum: "wgs84" },
    matter: draft.matter,
    condition: draft.condition,
    note: draft.note.trim(),
    photos: draft.photos.filter((photo) => slots.includes(photo.slot)),
    self_fix: draft.self_fix,
    contact: draft.contact?.trim() || null,
  };
}
