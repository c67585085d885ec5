/** What the phone keeps: drafts, things waiting to be sent, their photos, and copies for reading offline. */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Draft } from "../drafts/draft";
import type { Upload } from "../uploads/upload";

export type StoredPhoto = { sha256: string; blob: Blob; stored_at: string };

export interface Kept extends DBSchema {
  drafts: { key: string; value: Draft };
  uploads: { key: string; value: Upload };
  photos: { key: string; value: StoredPhoto };
  copies: { key: string; value: { key: string; value: unknown } };
}

let opening: Promise<IDBPDatabase<Kept>> | null = null;

export function database(): Promise<IDBPDatabase<Kept>> {
  opening ??= openDB<Kept>("gridsvc", 1, {
    upgrade(db) {
      db.createObjectStore("drafts", { keyPath: "account_id" });
      db.createObjectStore("uploads", { keyPath: "id" });
      db.createObjectStore("photos", { keyPath: "sha256" });
      db.createObjectStore("copies", { keyPath: "key" });
    },
  });
  return opening;
}

/** Closes the connection and forgets it, so that a test may start on a fresh database. */
export async function closeDatabase(): Promise<void> {
  (await opening)?.close();
  opening = null;
}

/** The server's latest answer, or the copy of the last one when it cannot be had. */
export async function freshOrCopy<T>(key: string, ask: () => Promise<T>): Promise<{ value: T; isCopy: boolean }> {
  try {
    const value = await ask();
    await (await database()).put("copies", { key, value });
    return { value, isCopy: false };
  } catch (error) {
    const copy = await (await database()).get("copies", key);
    if (!copy) throw error;
    return { value: copy.value as T, isCopy: true };
  }
}
