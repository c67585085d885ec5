import { expect, it } from "vitest";
import { awaitsPhotos } from "./photos-to-come";

const AT = "2026-11-30T09:00:00+08:00";
const NOW = Date.parse(AT);
const come = { url: "/api/v1/photos/a" };
const toCome = { url: null };

it.each([
  ["none named", [], 0, false],
  ["all there", [come], 0, false],
  ["one on its way", [come, toCome], 0, true],
  ["one that never came", [toCome], 3_600_000, false],
])("%s", (_, photos, passed, expected) => expect(awaitsPhotos(photos, AT, NOW + passed)).toBe(expected));
