/** The queue of the signed-in person: kept in IndexedDB, flushed whenever there may be a way out. */

import { computed, signal } from "@preact/signals";
import { database } from "../device/database";
import { session, sessionState } from "../session/session";
import { deliver, serverWire, type Shelf } from "./deliver";
import type { Upload } from "./upload";

const KEEP_SENT = 20;
const SPARED_MS = 60 * 60_000;

export const uploads = signal<Upload[]>([]);
export const flushing = signal(false);
/** True after a 401: everything stays where it is until somebody signs in. */
export const paused = signal(false);

export const waitingCount = computed(() => uploads.value.filter((item) => item.state !== "sent").length);
export const blockedCount = computed(() => uploads.value.filter((item) => item.state === "blocked").length);
export const uploadOf = (id: string): Upload | undefined => uploads.value.find((item) => item.id === id);

const shelf: Shelf = {
  async keep(upload) {
    await (await database()).put("uploads", upload);
    uploads.value = uploads.value.map((item) => (item.id === upload.id ? upload : item));
  },
  async photo(sha256) {
    return (await (await database()).get("photos", sha256))?.blob ?? null;
  },
};

export async function loadUploads(): Promise<void> {
  const mine = session.value?.account_id;
  const all = await (await database()).getAll("uploads");
  uploads.value = all
    .filter((item) => item.account_id === mine)
    .sort((a, b) => a.saved_at.localeCompare(b.saved_at));
}

/** Put an upload on the shelf; after this returns a crash loses nothing. */
export async function enqueue(upload: Upload): Promise<void> {
  await (await database()).put("uploads", upload);
  uploads.value = [...uploads.value, upload];
}

async function passOver(force: boolean): Promise<void> {
  for (const { id } of uploads.value) {
    const item = uploadOf(id);
    if (!item || item.state !== "waiting") continue;
    if (!force && item.next_try_ms > Date.now()) continue;
    // oxlint-disable-next-line no-await-in-loop -- one at a time: a thin uplink gains nothing from two
    const { verdict } = await deliver(item, serverWire, shelf, Date.now());
    if (verdict === "pause") {
      paused.value = true;
      return;
    }
  }
}

/** Send what may be sent. `force` ignores the back-off: a person pressed the button. */
export async function flush(force = false): Promise<void> {
  if (flushing.value || sessionState.value !== "in") return;
  flushing.value = true;
  paused.value = false;
  try {
    // Two tabs would only repeat each other's work, but they would do it at double cost.
    const locks = (navigator as Navigator & { locks?: LockManager }).locks;
    if (locks) {
      await locks.request("gridsvc-uploads", { ifAvailable: true }, (lock) => (lock ? passOver(force) : undefined));
    } else await passOver(force);
    await tidy();
  } finally {
    flushing.value = false;
    wakeForNext();
  }
}

let alarm: ReturnType<typeof setTimeout> | undefined;

/** Set the alarm for the end of the shortest back-off. */
function wakeForNext(): void {
  clearTimeout(alarm);
  if (paused.value) return;
  const waiting = uploads.value.filter((item) => item.state === "waiting");
  if (waiting.length === 0) return;
  const next = Math.min(...waiting.map((item) => item.next_try_ms));
  alarm = setTimeout(() => void flush(), Math.max(1_000, next - Date.now()));
}

/** Forget photos nobody needs any more, and all but the last few things that were sent. */
async function tidy(): Promise<void> {
  const db = await database();
  const sent = uploads.value.filter((item) => item.state === "sent");
  const old = new Set(sent.slice(0, -KEEP_SENT).map((item) => item.id));
  for (const id of old) await db.delete("uploads", id);
  if (old.size > 0) uploads.value = uploads.value.filter((item) => !old.has(item.id));

  const needed = new Set<string>();
  for (const item of await db.getAll("uploads")) {
    if (item.state !== "sent") for (const photo of item.body.photos) needed.add(photo.sha256);
  }
  for (const draft of await db.getAll("drafts")) for (const photo of draft.photos) needed.add(photo.sha256);
  // A photo just taken is not named anywhere until its form says so: leave the young ones alone.
  const young = Date.now() - SPARED_MS;
  for (const photo of await db.getAll("photos")) {
    if (!needed.has(photo.sha256) && Date.parse(photo.stored_at) < young) await db.delete("photos", photo.sha256);
  }
}

export async function dropUpload(id: string): Promise<void> {
  await (await database()).delete("uploads", id);
  uploads.value = uploads.value.filter((item) => item.id !== id);
}

/** Give a blocked upload another chance as it stands. */
export async function retryUpload(id: string): Promise<void> {
  const item = uploadOf(id);
  if (!item) return;
  await shelf.keep({ ...item, state: "waiting", next_try_ms: 0 });
  await flush(true);
}

/** Every occasion on which the network may have come back; `navigator.onLine` itself is not believed. */
export function keepFlushing(): void {
  const go = (): void => void flush();
  window.addEventListener("online", () => void flush(true));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") go();
  });
  void navigator.storage?.persist?.().catch(() => false);
}
