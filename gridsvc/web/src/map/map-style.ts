/** Our own layers on a plain ground: no basemap, no glyph server, nothing from elsewhere. */

import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import { FONT } from "./font";
import { incidentLayers } from "./incident-layers";
import type { Inks } from "./inks";

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
        "line-color": ["match", ["get", "kind"], "street", ink.street, ink.road],
        "line-width": [
          "interpolate",
          ["linear"],
          ["zoom"],
          10,
          ["match", ["get", "kind"], "expressway", 1.4, "main_road", 0.6, 0],
          15,
          ["match", ["get", "kind"], "expressway", 6, "main_road", 3.5, 1.2],
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
      paint: {
        "line-color": ink.town,
        "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.8, 14, 2.6],
        "line-opacity": ["case", ["to-boolean", ["get", "is_home"]], 1, 0.3],
      },
    },
  ];
}

function nameLayers(ink: Inks, field: string): LayerSpecification[] {
  const paint = { "text-color": ink.text, "text-halo-color": ink.halo, "text-halo-width": 1.4 };
  return [
    {
      id: "grids-name",
      type: "symbol",
      source: "grid-names",
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
        "text-size": [
          "interpolate",
          ["linear"],
          ["zoom"],
          8,
          ["case", ["get", "is_home"], 11, 10],
          12,
          ["case", ["get", "is_home"], 16, 13],
        ],
        // Where there is no room for both, the own town keeps its name.
        "symbol-sort-key": ["case", ["get", "is_home"], 0, 1],
        "text-letter-spacing": 0.08,
        "text-max-width": 8,
        "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
        "text-radial-offset": 1.4,
      },
      paint: { ...paint, "text-halo-width": 1.8, "text-opacity": ["case", ["get", "is_home"], 1, 0.55] },
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
      // The same outlines in larger tiles: a grid cut by the edge of a tile would bear its name twice.
      "grid-names": tiles(generation, "grids", 10, 10),
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
