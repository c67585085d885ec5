import { expect, it } from "vitest";
import { metresToPixels, toLonLat, toPixel, viewOf } from "./view";

const view = viewOf(
  [
    [113.7, 22.9],
    [113.71, 22.91],
  ],
  300,
  200,
);

it("shows every point inside the frame", () => {
  for (const [lon, lat] of [
    [113.7, 22.9],
    [113.71, 22.91],
  ] as const) {
    const [x, y] = toPixel(view, lon, lat);
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(300);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(200);
  }
});

it("goes to pixels and back", () => {
  const [lon, lat] = toLonLat(view, ...toPixel(view, 113.7034, 22.9056));
  expect(lon).toBeCloseTo(113.7034, 9);
  expect(lat).toBeCloseTo(22.9056, 9);
});

it("a ring of 100 m is as high as 100 m of latitude", () => {
  const [, a] = toPixel(view, 113.705, 22.905);
  const [, b] = toPixel(view, 113.705, 22.905 + 100 / 111_320);
  expect(metresToPixels(view, 100)).toBeCloseTo(a - b, 6);
});
