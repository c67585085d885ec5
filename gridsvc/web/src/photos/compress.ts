/** Make a phone's photo small enough for a thin uplink, upright, with little of its EXIF. */

import type { PhotoRef, PhotoSlot } from "../api/wire";
import { database } from "../device/database";
import { cameraPart, withPart } from "./camera-part";

const LONG_SIDE_PX = 1600;
const QUALITY = 0.72;

/** The size to draw at: never larger than the original. */
export function fitted(width: number, height: number, longSide = LONG_SIDE_PX): { width: number; height: number } {
  const scale = Math.min(1, longSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Re-encode to JPEG. Drawing drops EXIF; when and where it was taken is carried over, the rest is not. */
export async function compressed(file: Blob): Promise<Blob> {
  const drawn = await redrawn(file);
  const part = cameraPart(await file.arrayBuffer());
  return part ? withPart(await drawn.arrayBuffer(), part) : drawn;
}

async function redrawn(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const { width, height } = fitted(bitmap.width, bitmap.height);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no 2d canvas");
    context.drawImage(bitmap, 0, 0, width, height);
    return await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no JPEG"))), "image/jpeg", QUALITY),
    );
  } finally {
    bitmap.close(); // a cheap phone keeps 48 MB for each one left open
  }
}

export async function sha256Hex(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Compress, hash and keep a photo; the bytes kept are the bytes hashed and sent. */
export async function storePhoto(file: Blob, slot: PhotoSlot): Promise<PhotoRef> {
  const blob = await compressed(file);
  const sha256 = await sha256Hex(blob);
  await (await database()).put("photos", { sha256, blob, stored_at: new Date().toISOString() });
  return { sha256, size: blob.size, slot };
}
