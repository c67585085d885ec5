import { expect, it } from "vitest";
import { betterFix, qualityOf, type Fix } from "./fix";

const fix = (accuracy_m: number, at_ms: number): Fix => ({ lon: 113.7, lat: 23, accuracy_m, at_ms });

it.each([
  ["the first is taken", null, fix(3000, 0), 3000],
  ["a finer one wins", fix(40, 0), fix(9, 1000), 9],
  ["a coarser one does not", fix(9, 0), fix(40, 1000), 9],
  ["an old one gives way", fix(9, 0), fix(40, 31_000), 40],
])("%s", (_name, old, next, accuracy) => expect(betterFix(old, next).accuracy_m).toBe(accuracy));

it.each([
  [20, "good"],
  [60, "fair"],
  [61, "poor"],
])("%d m is %s", (m, quality) => expect(qualityOf(m)).toBe(quality));
