import { expect, it } from "vitest";
import { cameraPart, withPart } from "./camera-part";

/** A big-endian EXIF part with maker, orientation, serial number, time, zone and position. */
const PART =
  "/+EBOEV4aWYAAE1NACoAAAAIAAQBDwACAAAABgAAAD4BEgADAAAAAQAGAACHaQAEAAAAAQAAAESIJQAEAAAAAQAAAJIAAAAAUGhv" +
  "bmUAAAOQAwACAAAAFAAAAG6QEQACAAAABwAAAIKkMQACAAAABwAAAIoAAAAAMjAyNjoxMToyMyAwOToxNTowMAArMDg6MDAAAFNF" +
  "UklBTAAAAAYAAQACAAAAAk4AAAAAAgAFAAAAAwAAAOAAAwACAAAAAkUAAAAABAAFAAAAAwAAAPgABwAFAAAAAwAAARAAEQAFAAAA" +
  "AQAAASgAAAAAAAAAFwAAAAEAAAABAAAAAQAAAHsAAAAKAAAAcQAAAAEAAAAvAAAAAQAAAB4AAAABAAAAAQAAAAEAAAAPAAAAAQAA" +
  "AAAAAAABAAAALQAAAAE=";

const bytes = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const text = (part: Uint8Array | null): string => String.fromCharCode(...(part ?? []));
const SOI = new Uint8Array([0xff, 0xd8]);
const REST = new Uint8Array([0xff, 0xda, 0, 2, 0xff, 0xd9]);
const jpeg = (...parts: Uint8Array[]): Promise<ArrayBuffer> => new Blob([SOI, ...parts.map((p) => p.slice()), REST]).arrayBuffer();

it("carries time and place over, and nothing else", async () => {
  const part = cameraPart(await jpeg(bytes(PART)));

  expect(text(part)).toContain("2026:11:23 09:15:00");
  expect(text(part)).toContain("+08:00");
  for (const secret of ["SERIAL", "Phone"]) {
    expect(text(bytes(PART))).toContain(secret);
    expect(text(part)).not.toContain(secret);
  }
});

it("reads again what it wrote, in the other byte order", async () => {
  const part = cameraPart(await jpeg(bytes(PART)));
  expect(part).not.toBeNull();
  const copy = await withPart(await jpeg(), part ?? SOI).arrayBuffer();

  expect(new Uint8Array(copy).slice(0, 2)).toEqual(SOI);
  expect(cameraPart(copy)).toEqual(part);
});

it.each([
  ["no EXIF part", []],
  ["a part that breaks off", [bytes(PART).slice(0, 60)]],
  ["a pointer to nowhere", [bytes(PART).map((byte, at) => (at >= 14 && at < 18 ? 0xff : byte))]],
])("says nothing of %s", async (_, parts) => expect(cameraPart(await jpeg(...parts))).toBeNull());

it("says nothing of what is no JPEG", () => expect(cameraPart(new ArrayBuffer(3))).toBeNull());
