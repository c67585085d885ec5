/** Incidents on the map: one by one when near, gathered when far, the chosen one ringed. */

import type { LayerSpecification } from "maplibre-gl";
import { FONT } from "./font";
import type { Inks } from "./inks";

export function incidentLayers(ink: Inks): LayerSpecification[] {
  return [
    {
      id: "clusters",
      type: "circle",
      source: "incidents",
      filter: ["has", "point_count"],
      paint: {
        "circle-color": ink.cluster,
        "circle-opacity": 0.92,
        "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "point_count"]], 1, 12, 4, 16, 12, 22, 40, 32],
        "circle-stroke-width": ["case", [">", ["get", "late"], 0], 3, 1.5],
        "circle-stroke-color": ["case", [">", ["get", "late"], 0], ink.red, ink.halo],
      },
    },
    {
      id: "clusters-count",
      type: "symbol",
      source: "incidents",
      filter: ["has", "point_count"],
      layout: {
        "text-field": [
          "case",
          [">", ["get", "late"], 0],
          [
            "format",
            ["to-string", ["get", "point_count"]],
            {},
            ["concat", "\n■ ", ["to-string", ["get", "late"]]],
            { "text-color": ink.clusterLate, "font-scale": 0.85 },
          ],
          ["to-string", ["get", "point_count"]],
        ],
        "text-font": FONT,
        "text-size": 12,
        "text-line-height": 1.05,
        // Names of towns keep clear of the discs: padding stands for the disc around the figure.
        "text-padding": 12,
        "text-allow-overlap": true,
      },
      paint: { "text-color": ink.clusterText },
    },
    {
      id: "incidents",
      type: "symbol",
      source: "incidents",
      filter: ["!", ["has", "point_count"]],
      layout: {
        "icon-image": ["concat", "lamp-", ["get", "lamp"], ["case", ["get", "queued"], "-queued", ""]],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.75, 14, 1.1],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "symbol-sort-key": ["match", ["get", "lamp"], "red", 3, "yellow", 2, "green", 1, 0],
      },
    },
    {
      id: "chosen",
      type: "circle",
      source: "chosen",
      paint: {
        "circle-radius": 17,
        "circle-color": "rgba(0,0,0,0)",
        "circle-stroke-width": 3,
        "circle-stroke-color": ink.chosen,
      },
    },
  ];
}
