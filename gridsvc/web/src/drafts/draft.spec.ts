import { describe, expect, it } from "vitest";
import { emptyDraft, isUntouched, lacks, reportOf, type Draft } from "./draft";

const NOW = Date.parse("2026-11-23T12:00:00+08:00");
const draft = (changes: Partial<Draft> = {}): Draft => ({
  ...emptyDraft("a1", NOW),
  place: { lon: 113.7, lat: 23, accuracy_m: 8, source: "gps" },
  matter: "m1",
  condition: "c1",
  ...changes,
});

describe("lacks", () => {
  it.each([
    ["nothing", {}, []],
    ["a place", { place: null }, ["place"]],
    ["a matter", { matter: null, condition: null }, ["matter"]],
    ["a condition", { condition: null }, ["condition"]],
    ["both photos of a fix", { self_fix: true }, ["before", "after"]],
    ["the after photo", { self_fix: true, photos: [{ sha256: "x", size: 1, slot: "before" as const }] }, ["after"]],
  ])("%s", (_name, changes, expected) => expect(lacks(draft(changes), true)).toEqual(expected));

  it("asks for no condition where the matter has none", () => {
    expect(lacks(draft({ condition: null }), false)).toEqual([]);
  });
});

it("a place found by itself does not make a draft worth keeping", () => {
  const fresh = emptyDraft("a1", NOW);
  expect(isUntouched({ ...fresh, place: { lon: 1, lat: 2, accuracy_m: 5, source: "gps" } })).toBe(true);
  expect(isUntouched({ ...fresh, note: "井盖" })).toBe(false);
});

it("sends a contact only where there is one", () => {
  expect(reportOf(draft()).contact).toBeNull();
  expect(reportOf(draft({ contact: "  " })).contact).toBeNull();
  expect(reportOf(draft({ contact: " 138 " })).contact).toBe("138");
});

it("sends only the photos of the way chosen", () => {
  const photos = [
    { sha256: "s", size: 1, slot: "scene" as const },
    { sha256: "b", size: 1, slot: "before" as const },
    { sha256: "a", size: 1, slot: "after" as const },
  ];
  expect(reportOf(draft({ photos })).photos.map((p) => p.sha256)).toEqual(["s"]);
  expect(reportOf(draft({ photos, self_fix: true })).photos.map((p) => p.sha256)).toEqual(["b", "a"]);
});
