import { expect, it } from "vitest";
import { fitted } from "./compress";

it.each([
  [4000, 3000, 1600, 1200],
  [3000, 4000, 1200, 1600],
  [800, 600, 800, 600], // never enlarged
  [20000, 10, 1600, 1],
])("%d×%d fits in %d×%d", (width, height, w, h) => expect(fitted(width, height)).toEqual({ width: w, height: h }));
