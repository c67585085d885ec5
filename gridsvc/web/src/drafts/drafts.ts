/** The open draft, kept in IndexedDB on every change. */

import { signal } from "@preact/signals";
import type { PhotoRef, PhotoSlot } from "../api/wire";
import { database } from "../device/database";
import { session } from "../session/session";
import type { Upload } from "../uploads/upload";
import { uploads } from "../uploads/uploads";
import { emptyDraft, isUntouched, reportOf, type Draft } from "./draft";

export const draft = signal<Draft | null>(null);
/** A photo was asked for, the page died, and the photo never came: say so. */
export const photoLost = signal<PhotoSlot | null>(null);

export async function openDraft(): Promise<void> {
  const mine = session.value?.account_id;
  if (!mine) return;
  const kept = await (await database()).get("drafts", mine);
  photoLost.value = kept?.pending_slot ?? null;
  draft.value = kept ? { ...kept, pending_slot: null } : emptyDraft(mine, Date.now());
}

export async function changeDraft(changes: Partial<Draft>): Promise<void> {
  const old = draft.value;
  if (!old) return;
  const wasUntouched = isUntouched(old);
  let next = { ...old, ...changes };
  if (wasUntouched && !isUntouched(next)) next = { ...next, observed_at: new Date().toISOString() };
  draft.value = next;
  if (!isUntouched(next) || next.pending_slot) await (await database()).put("drafts", next);
}

/** Stored before the camera opens, because a phone short of memory may end the page under it. */
export const beforeCamera = (slot: PhotoSlot): Promise<void> => {
  photoLost.value = null;
  return changeDraft({ pending_slot: slot });
};

export async function addPhoto(photo: PhotoRef): Promise<void> {
  const old = draft.value?.photos ?? [];
  const others = old.filter((item) => !(item.sha256 === photo.sha256 && item.slot === photo.slot));
  await changeDraft({ photos: [...others, photo], pending_slot: null });
}

export const removePhoto = (sha256: string, slot: PhotoSlot): Promise<void> =>
  changeDraft({ photos: (draft.value?.photos ?? []).filter((p) => p.sha256 !== sha256 || p.slot !== slot) });

export async function discardDraft(): Promise<void> {
  const old = draft.value;
  if (!old) return;
  draft.value = emptyDraft(old.account_id, Date.now());
  await (await database()).delete("drafts", old.account_id);
}

/**
 * Turn the draft into an upload in one transaction: after a crash exactly one
 * of the two exists. Returns null when another tab has sent this draft already.
 */
export async function submitDraft(title: string): Promise<Upload | null> {
  const ready = draft.value;
  if (!ready) return null;
  const upload: Upload = {
    kind: "report",
    id: ready.id,
    account_id: ready.account_id,
    saved_at: new Date().toISOString(),
    state: "waiting",
    attempts: 0,
    next_try_ms: 0,
    problem: null,
    photos_sent: [],
    title,
    body: reportOf(ready),
    answer: null,
  };
  // Taken off the form first: a position that arrives now must not write the draft back.
  draft.value = emptyDraft(ready.account_id, Date.now());
  const write = (await database()).transaction(["drafts", "uploads"], "readwrite");
  const already = await write.objectStore("uploads").get(upload.id);
  if (!already) {
    await write.objectStore("uploads").put(upload);
    await write.objectStore("drafts").delete(ready.account_id);
  }
  await write.done;
  if (already) return null;
  uploads.value = [...uploads.value, upload];
  return upload;
}

/** Take a refused report back into the form, under a new id: its content will differ. */
export async function reopenAsDraft(upload: Upload): Promise<void> {
  if (upload.kind !== "report") return;
  const { body } = upload;
  const next: Draft = {
    ...emptyDraft(upload.account_id, Date.now()),
    observed_at: body.observed_at,
    place: {
      lon: body.place.lon,
      lat: body.place.lat,
      accuracy_m: body.place.accuracy_m,
      source: body.place.source === "manual" ? "manual" : "gps",
    },
    matter: body.matter,
    condition: body.condition,
    note: body.note,
    contact: body.contact ?? "",
    self_fix: body.self_fix,
    photos: body.photos,
  };
  const write = (await database()).transaction(["drafts", "uploads"], "readwrite");
  await write.objectStore("drafts").put(next);
  await write.objectStore("uploads").delete(upload.id);
  await write.done;
  uploads.value = uploads.value.filter((item) => item.id !== upload.id);
  draft.value = next;
}
