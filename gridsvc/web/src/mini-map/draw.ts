/** Own grid, neighbours, the place and its accuracy, on a plain canvas: no library, no tiles, works offline. */

import type { MiniMap } from "../api/wire";
import { shortGrid } from "../incidents/place-text";
import { metresToPixels, ringsOf, toPixel, type View } from "./view";

export type Pin = { lon: number; lat: number; accuracy_m: number | null; manual: boolean };

type Ink = Record<"land" | "own" | "line" | "ownLine" | "text" | "pin" | "ring", string>;

function ink(canvas: HTMLCanvasElement): Ink {
  const style = getComputedStyle(canvas);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    land: of("--map-land"),
    own: of("--map-own"),
    line: of("--map-line"),
    ownLine: of("--map-own-line"),
    text: of("--map-text"),
    pin: of("--map-pin"),
    ring: of("--map-ring"),
  };
}

function trace(g: CanvasRenderingContext2D, view: View, feature: MiniMap["features"][number]): void {
  g.beginPath();
  for (const ring of ringsOf(feature)) {
    ring.forEach(([lon, lat], i) => {
      const [x, y] = toPixel(view, lon, lat);
      if (i === 0) g.moveTo(x, y);
      else g.lineTo(x, y);
    });
    g.closePath();
  }
}

function label(g: CanvasRenderingContext2D, view: View, feature: MiniMap["features"][number], colour: string): void {
  const code = feature.properties.code;
  const ring = ringsOf(feature)[0];
  if (!code || !ring) return;
  // The middle of the box is good enough for a name tag on compact cells.
  const xs = ring.map(([lon, lat]) => toPixel(view, lon, lat)[0]);
  const ys = ring.map(([lon, lat]) => toPixel(view, lon, lat)[1]);
  const width = Math.max(...xs) - Math.min(...xs);
  if (width < 44) return;
  g.fillStyle = colour;
  g.fillText(shortGrid(code), (Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2);
}

function drawPin(g: CanvasRenderingContext2D, view: View, pin: Pin, colours: Ink): void {
  const [x, y] = toPixel(view, pin.lon, pin.lat);
  if (pin.accuracy_m) {
    g.beginPath();
    g.arc(x, y, Math.max(6, metresToPixels(view, pin.accuracy_m)), 0, Math.PI * 2);
    g.globalAlpha = 0.18;
    g.fillStyle = colours.ring;
    g.fill();
    g.globalAlpha = 1;
    g.strokeStyle = colours.ring;
    g.lineWidth = 1.5;
    g.stroke();
  }
  g.fillStyle = colours.pin;
  g.strokeStyle = "#fff";
  g.lineWidth = 2;
  g.beginPath();
  if (pin.manual) {
    // A drop whose tip stands on the place.
    g.arc(x, y - 18, 9, Math.PI * 0.85, Math.PI * 0.15);
    g.lineTo(x, y);
    g.closePath();
  } else g.arc(x, y, 6, 0, Math.PI * 2);
  g.fill();
  g.stroke();
}

export function draw(canvas: HTMLCanvasElement, view: View, map: MiniMap | null, pin: Pin | null): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(view.width * ratio);
  canvas.height = Math.round(view.height * ratio);
  const g = canvas.getContext("2d");
  if (!g) return;
  const colours = ink(canvas);
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.lineJoin = "round";
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.font = `600 12px ${getComputedStyle(canvas).fontFamily}`;

  const isOwn = (feature: MiniMap["features"][number]): boolean => feature.properties.is_own;
  const features = [...(map?.features ?? [])].sort((a, b) => Number(isOwn(a)) - Number(isOwn(b)));
  for (const feature of features) {
    trace(g, view, feature);
    g.fillStyle = isOwn(feature) ? colours.own : colours.land;
    g.fill("evenodd");
    g.strokeStyle = isOwn(feature) ? colours.ownLine : colours.line;
    g.lineWidth = isOwn(feature) ? 2.5 : 1;
    g.stroke();
  }
  for (const feature of features) label(g, view, feature, isOwn(feature) ? colours.ownLine : colours.text);
  if (pin) drawPin(g, view, pin, colours);
}
