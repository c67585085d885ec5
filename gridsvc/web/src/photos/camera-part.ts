/**
 * When, where and in which direction a camera says it took a photo, carried over into the
 * smaller copy that is sent. Nothing else of the EXIF part goes along: no thumbnail, no serial
 * number, no name. The server reads it once, keeps a coarse hint and shows it to nobody.
 *
 * JPEG markers and TIFF tags by EXIF 2.32.
 */

const SOI = 0xffd8;
const APP1 = 0xffe1;
const SOS = 0xffda;
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const EXIF_POINTER = 0x8769;
const GPS_POINTER = 0x8825;
/** Taken, and its zone. */
const PHOTO_TAGS = [0x9003, 0x9011];
/** References and coordinates, status, direction, datum, error. */
const GPS_TAGS = [1, 2, 3, 4, 9, 16, 17, 18, 31];
const SIZE_OF_TYPE: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };
const MOST_BYTES = 64;

type Entry = { tag: number; type: number; count: number; bytes: Uint8Array };

/** Where the TIFF of the EXIF part of a JPEG lies, null when there is none. */
function tiffIn(view: DataView): DataView | null {
  if (view.byteLength < 4 || view.getUint16(0) !== SOI) return null;
  let at = 2;
  while (at + 4 <= view.byteLength) {
    const marker = view.getUint16(at);
    if (marker === SOS || marker < 0xff00) return null;
    const length = view.getUint16(at + 2);
    const isExif = marker === APP1 && EXIF.every((byte, i) => at + 4 + i < view.byteLength && view.getUint8(at + 4 + i) === byte);
    if (isExif && at + 2 + length <= view.byteLength)
      return new DataView(view.buffer, view.byteOffset + at + 10, length - 8);
    at += 2 + length;
  }
  return null;
}

/** The wanted entries of a directory, their values in little-endian order. */
function entriesOf(tiff: DataView, at: number, little: boolean, tags: readonly number[]): Entry[] {
  const found: Entry[] = [];
  const count = tiff.getUint16(at, little);
  for (let i = 0; i < count; i += 1) {
    const entry = at + 2 + 12 * i;
    const tag = tiff.getUint16(entry, little);
    if (!tags.includes(tag)) continue;
    const type = tiff.getUint16(entry + 2, little);
    const n = tiff.getUint32(entry + 4, little);
    const size = (SIZE_OF_TYPE[type] ?? 0) * n;
    if (size === 0 || size > MOST_BYTES) continue;
    const from = size <= 4 ? entry + 8 : tiff.getUint32(entry + 8, little);
    const bytes = new Uint8Array(size);
    const out = new DataView(bytes.buffer);
    const unit = type === 3 ? 2 : type === 4 || type === 5 || type === 9 || type === 10 ? 4 : 1;
    for (let k = 0; k < size; k += unit) {
      if (unit === 1) bytes[k] = tiff.getUint8(from + k);
      else if (unit === 2) out.setUint16(k, tiff.getUint16(from + k, little), true);
      else out.setUint32(k, tiff.getUint32(from + k, little), true);
    }
    found.push({ tag, type, count: n, bytes });
  }
  return found;
}

/** The offset that a pointer in the first directory names, 0 when it has none. */
function pointer(tiff: DataView, first: number, little: boolean, tag: number): number {
  const [entry] = entriesOf(tiff, first, little, [tag]);
  return entry?.bytes.length === 4 ? new DataView(entry.bytes.buffer).getUint32(0, true) : 0;
}

type Directory = { entries: Entry[]; at: number };

/** Write a directory, with what is longer than four bytes behind it; returns where it ends. */
function write(out: DataView, { entries, at }: Directory): number {
  let behind = at + 2 + 12 * entries.length + 4;
  out.setUint16(at, entries.length, true);
  entries.forEach((entry, i) => {
    const to = at + 2 + 12 * i;
    out.setUint16(to, entry.tag, true);
    out.setUint16(to + 2, entry.type, true);
    out.setUint32(to + 4, entry.count, true);
    const isShort = entry.bytes.length <= 4;
    if (!isShort) out.setUint32(to + 8, behind, true);
    new Uint8Array(out.buffer).set(entry.bytes, isShort ? to + 8 : behind);
    if (!isShort) behind += entry.bytes.length + (entry.bytes.length % 2);
  });
  return behind;
}

const long = (tag: number, value: number): Entry => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return { tag, type: 4, count: 1, bytes };
};

/** The part to be carried over as a JPEG segment, null when the photo says nothing of it. */
export function cameraPart(original: ArrayBuffer): Uint8Array | null {
  try {
    const tiff = tiffIn(new DataView(original));
    if (!tiff) return null;
    const little = tiff.getUint16(0) === 0x4949;
    const first = tiff.getUint32(4, little);
    const photoAt = pointer(tiff, first, little, EXIF_POINTER);
    const gpsAt = pointer(tiff, first, little, GPS_POINTER);
    const photo = photoAt ? entriesOf(tiff, photoAt, little, PHOTO_TAGS) : [];
    const gps = gpsAt ? entriesOf(tiff, gpsAt, little, GPS_TAGS) : [];
    if (photo.length + gps.length === 0) return null;

    const buffer = new ArrayBuffer(2048);
    const out = new DataView(buffer);
    out.setUint32(0, 0x49492a00);
    out.setUint32(4, 8, true);
    const firstEnds = 8 + 2 + 12 * 2 + 4;
    const photoEnds = write(out, { entries: photo, at: firstEnds });
    const end = write(out, { entries: gps, at: photoEnds });
    write(out, { entries: [long(EXIF_POINTER, firstEnds), long(GPS_POINTER, photoEnds)], at: 8 });

    const segment = new Uint8Array(4 + EXIF.length + end);
    const head = new DataView(segment.buffer);
    head.setUint16(0, APP1);
    head.setUint16(2, segment.length - 2);
    segment.set(EXIF, 4);
    segment.set(new Uint8Array(buffer, 0, end), 4 + EXIF.length);
    return segment;
  } catch {
    // A part that breaks off or points outside of itself says nothing.
    return null;
  }
}

/** A JPEG with such a part behind its first marker. */
export const withPart = (jpeg: ArrayBuffer, part: Uint8Array): Blob =>
  new Blob([jpeg.slice(0, 2), part.slice(), jpeg.slice(2)], { type: "image/jpeg" });
