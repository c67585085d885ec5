/** The lamps as pictures for the map: the same shapes as in the lists, drawn once per theme. */

import type { Map as MapLibre } from "maplibre-gl";
import type { Lamp } from "../api/wire";
import type { Inks } from "./inks";

const SIZE = 48; // drawn at twice its shown size, for dense screens
const LAMPS: Lamp[] = ["red", "yellow", "green", "grey"];

function shape(g: CanvasRenderingContext2D, lamp: Lamp): void {
  const middle = SIZE / 2;
  g.beginPath();
  if (lamp === "red") g.rect(middle - 10, middle - 10, 20, 20);
  else if (lamp === "yellow") {
    g.moveTo(middle, middle - 13);
    g.lineTo(middle + 13, middle + 10);
    g.lineTo(middle - 13, middle + 10);
    g.closePath();
  } else {
    g.arc(middle, middle, 10.5, 0, Math.PI * 2);
    if (lamp === "grey") g.arc(middle, middle, 5, 0, Math.PI * 2, true);
  }
}

function picture(lamp: Lamp, queued: boolean, ink: Inks): ImageData | null {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE;
  canvas.height = SIZE;
  const g = canvas.getContext("2d");
  if (!g) return null;
  g.lineJoin = "round";
  if (queued) {
    // Nobody owns it: an open ring around the lamp.
    g.beginPath();
    g.arc(SIZE / 2, SIZE / 2, 20, 0, Math.PI * 2);
    g.setLineDash([7, 5]);
    g.lineWidth = 3;
    g.strokeStyle = ink.text;
    g.stroke();
    g.setLineDash([]);
  }
  shape(g, lamp);
  g.lineWidth = 5;
  g.strokeStyle = ink.halo;
  g.stroke();
  g.fillStyle = ink[lamp];
  g.fill();
  return g.getImageData(0, 0, SIZE, SIZE);
}

export function addLampIcons(map: MapLibre, ink: Inks): void {
  for (const lamp of LAMPS)
    for (const queued of [false, true]) {
      const name = `lamp-${lamp}${queued ? "-queued" : ""}`;
      const image = picture(lamp, queued, ink);
      if (image && !map.hasImage(name)) map.addImage(name, image, { pixelRatio: 2 });
    }
}
