/** Our own layers on a plain ground: no basemap, no glyph server, nothing from elsewhere. */

import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Inks } from "./inks";

// Without a "glyphs" address MapLibre draws every letter from the fonts of the machine.
const FONT = ["PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "sans-serif"];

export const NO_POINTS: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

const tiles = (generation: number, layer: string, minzoom: number, maxzoom: number) => ({
  type: "vector" as const,
  tiles: [`${location.origin}/tiles/g${generation}/${layer}/{z}/{x}/{y}.mvt`],
  minzoom,
  maxzoom,
});

function divisionLayers(ink: Inks): LayerSpecification[] {
  return [
    {
      id: "towns-fill",
      type: "fill",
      source: "towns",
      "source-layer": "towns",
      paint: { "fill-color": ["case", ["to-boolean", ["get", "is_home"]], ink.home, ink.abroad] },
    },
    {
      id: "rivers",
      type: "line",
      source: "lines",
      "source-layer": "lines",
      filter: ["==", ["get", "kind"], "river"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": ink.river, "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 9, 1.5, 15, 18] },
    },
    {
      id: "roads",
      type: "line",
      source: "lines",
      "source-layer": "lines",
      filter: ["!=", ["get", "kind"], "river"],
      minzoom: 10,
      paint: {
        "line-color": ink.road,
        "line-width": [
          "interpolate",
          ["linear"],
          ["zoom"],
          10,
          ["match", ["get", "kind"], "expressway", 1.4, "main_road", 0.7, 0],
          15,
          ["match", ["get", "kind"], "expressway", 6, "main_road", 4, 1.6],
        ],
      },
    },
    {
      id: "grids-fill",
      type: "fill",
      source: "grids",
      "source-layer": "grids",
      minzoom: 11,
      paint: { "fill-color": ink.town, "fill-opacity": ["case", ["boolean", ["feature-state", "hover"], false], 0.14, 0] },
    },
    {
      id: "grids-line",
      type: "line",
      source: "grids",
      "source-layer": "grids",
      minzoom: 11,
      paint: {
        "line-color": ink.grid,
        "line-width": ["interpolate", ["linear"], ["zoom"], 11, 0.3, 14, 1.1],
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 11, 0.4, 12.5, 1],
      },
    },
    {
      id: "communities-line",
      type: "line",
      source: "communities",
      "source-layer": "communities",
      minzoom: 9.5,
      paint: {
        "line-color": ink.community,
        "line-width": ["interpolate", ["linear"], ["zoom"], 9.5, 0.3, 14, 1.8],
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 9.5, 0.35, 12, 0.9],
      },
    },
    {
      id: "towns-line",
      type: "line",
      source: "towns",
      "source-layer": "towns",
      layout: { "line-join": "round" },
      paint: { "line-color": ink.town, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.8, 14, 2.6] },
    },
  ];
}

function nameLayers(ink: Inks, field: string): LayerSpecification[] {
  const paint = { "text-color": ink.text, "text-halo-color": ink.halo, "text-halo-width": 1.4 };
  return [
    {
      id: "grids-name",
      type: "symbol",
      source: "grids",
      "source-layer": "grids",
      minzoom: 13.5,
      layout: { "text-field": ["slice", ["to-string", ["get", "code"]], 12], "text-font": FONT, "text-size": 11 },
      paint: { ...paint, "text-opacity": 0.7 },
    },
    {
      id: "communities-name",
      type: "symbol",
      source: "division-names",
      filter: ["==", ["get", "level"], "community"],
      minzoom: 11.5,
      layout: { "text-field": ["get", field], "text-font": FONT, "text-size": 12, "text-max-width": 7 },
      paint: { ...paint, "text-opacity": 0.85 },
    },
    {
      id: "towns-name",
      type: "symbol",
      source: "division-names",
      filter: ["==", ["get", "level"], "town"],
      maxzoom: 13,
      layout: {
        "text-field": ["get", field],
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 8, 11, 12, 16],
        "text-letter-spacing": 0.08,
        "text-max-width": 8,
        "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
        "text-radial-offset": 1.4,
      },
      paint: { ...paint, "text-halo-width": 1.8 },
    },
  ];
}

function incidentLayers(ink: Inks): LayerSpecification[] {
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

export function mapStyle(generation: number, ink: Inks, field: "name" | "name_en"): StyleSpecification {
  return {
    version: 8,
    sources: {
      towns: tiles(generation, "towns", 6, 12),
      communities: tiles(generation, "communities", 9, 13),
      grids: { ...tiles(generation, "grids", 10, 14), promoteId: "grid_id" },
      lines: tiles(generation, "lines", 8, 13),
      "division-names": { type: "geojson", data: NO_POINTS },
      incidents: {
        type: "geojson",
        data: NO_POINTS,
        cluster: true,
        clusterRadius: 44,
        clusterMaxZoom: 12,
        clusterProperties: { late: ["+", ["case", ["==", ["get", "lamp"], "red"], 1, 0]] },
      },
      chosen: { type: "geojson", data: NO_POINTS },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": ink.ground } },
      ...divisionLayers(ink),
      ...nameLayers(ink, field),
      ...incidentLayers(ink),
    ],
  };
}
