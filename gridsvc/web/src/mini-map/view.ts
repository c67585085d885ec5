/** The flat view of a few streets: degrees to pixels and back. Good for some kilometres, no more. */

import type { MiniMap } from "../api/wire";

export type View = { lon: number; lat: number; pxPerDegLat: number; width: number; height: number };
export type Ring = [number, number][];

const METRES_PER_DEG_LAT = 111_320;

const squeeze = (view: View): number => Math.cos((view.lat * Math.PI) / 180);

export const toPixel = (view: View, lon: number, lat: number): [number, number] => [
  view.width / 2 + (lon - view.lon) * view.pxPerDegLat * squeeze(view),
  view.height / 2 - (lat - view.lat) * view.pxPerDegLat,
];

export const toLonLat = (view: View, x: number, y: number): [number, number] => [
  view.lon + (x - view.width / 2) / (view.pxPerDegLat * squeeze(view)),
  view.lat - (y - view.height / 2) / view.pxPerDegLat,
];

export const metresToPixels = (view: View, metres: number): number =>
  (metres / METRES_PER_DEG_LAT) * view.pxPerDegLat;

/** Every ring of a feature, holes included. */
export function ringsOf(feature: MiniMap["features"][number]): Ring[] {
  const { type, coordinates } = feature.geometry;
  const rings = type === "Polygon" ? coordinates : (coordinates as number[][][][]).flat();
  return rings as unknown as Ring[];
}

/** A view that shows all the given points with a margin. */
export function viewOf(points: [number, number][], width: number, height: number): View {
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
  const middle = { lon: (west + east) / 2, lat: (south + north) / 2 };
  const cos = Math.cos((middle.lat * Math.PI) / 180);
  const spanLat = Math.max(north - south, ((east - west) * cos * height) / width, 200 / METRES_PER_DEG_LAT);
  return { ...middle, pxPerDegLat: (height * 0.84) / spanLat, width, height };
}
