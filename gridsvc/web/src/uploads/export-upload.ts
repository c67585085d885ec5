import { database } from "../device/database";
import type { Upload } from "./upload";

const asDataUrl = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.addEventListener("error", () => reject(reader.error ?? new Error("unreadable")));
    reader.readAsDataURL(blob);
  });

/** One file with everything in it, so that nothing entered is ever lost to a rule of the server. */
export async function exportUpload(upload: Upload): Promise<void> {
  const db = await database();
  const photos: Record<string, string> = {};
  for (const { sha256 } of upload.body.photos) {
    const kept = await db.get("photos", sha256);
    if (kept) photos[sha256] = await asDataUrl(kept.blob);
  }
  const url = URL.createObjectURL(new Blob([JSON.stringify({ ...upload, photos }, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `gridsvc-${upload.kind}-${upload.id}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
