import "maplibre-gl/dist/maplibre-gl.css";
import { effect } from "@preact/signals";
import {
  AttributionControl,
  Map as MapLibre,
  NavigationControl,
  setWorkerUrl,
  type GeoJSONSource,
  type MapLayerMouseEvent,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { useEffect, useRef } from "preact/hooks";
import { tick } from "../clock/server-clock";
import { openIncident, selectedId } from "../d/selection";
import { theme } from "../d/theme";
import { communities, towns } from "../d/towns";
import { lang, t } from "../i18n";
import { liveIncident, onChange, revision } from "../live/live-incidents";
import { generation } from "../live/stream";
import { session } from "../session/session";
import { IncidentPoints } from "./incident-points";
import { INKS } from "./inks";
import { addLampIcons } from "./lamp-icons";
import { mapStyle, NO_POINTS } from "./map-style";

// Without this the map waits for ever for a worker that the bundler has renamed.
setWorkerUrl(workerUrl);

declare global {
  interface Window {
    /** Resolves when the map has drawn everything it knows; for tests. */
    __mapIdle?: () => Promise<void>;
  }
}

const INCIDENT_LAYERS = ["incidents", "clusters"];
const CLOSE_UP_ZOOM = 13.5;
/** The first digits of a division code name its city. */
const CITY_DIGITS = 6;

function namePoints(): GeoJSON.FeatureCollection {
  const home = session.value?.scope.home.slice(0, CITY_DIGITS) ?? "";
  const features = [...towns.value, ...communities.value]
    .filter((row) => row.point)
    .map((row): GeoJSON.Feature => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: row.point ?? [0, 0] },
      properties: {
        level: row.level,
        name: row.name,
        name_en: row.name_en || row.name,
        is_home: row.code.startsWith(home),
      },
    }));
  return { type: "FeatureCollection", features };
}

function onClusterOrIncident(map: MapLibre, event: MapLayerMouseEvent): void {
  const feature = event.features?.[0];
  if (!feature) return;
  const { incident_id: id, cluster_id: cluster } = feature.properties as { incident_id?: string; cluster_id?: number };
  if (id) openIncident(id);
  else if (cluster !== undefined && feature.geometry.type === "Point") {
    const centre = feature.geometry.coordinates as [number, number];
    void map
      .getSource<GeoJSONSource>("incidents")
      ?.getClusterExpansionZoom(cluster)
      .then((zoom) => map.easeTo({ center: centre, zoom: zoom + 0.3 }));
  }
}

function start(container: HTMLElement): () => void {
  const box = session.value?.scope.bbox;
  const map = new MapLibre({
    container,
    bounds: box ?? [113.51, 22.65, 114.26, 23.15],
    fitBoundsOptions: { padding: 24 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    maxZoom: 18,
    minZoom: 7,
    // Slicing stretched tiles would repeat the name of every grid that a slice cuts.
    zoomLevelsToOverscale: undefined,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
  map.addControl(new AttributionControl({ compact: true, customAttribution: "" }), "bottom-left");
  const points = new IncidentPoints(map);
  let isReady = false;
  window.__mapIdle = () =>
    new Promise((resolve) => (isReady && map.areTilesLoaded() && !map.isMoving() ? resolve() : map.once("idle", () => resolve())));

  const showChosen = (): void => {
    const incident = selectedId.value ? liveIncident(selectedId.value) : undefined;
    const point: GeoJSON.Feature[] = incident
      ? [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [incident.lon, incident.lat] } }]
      : [];
    void map.getSource<GeoJSONSource>("chosen")?.setData({ type: "FeatureCollection", features: point });
  };

  map.on("style.load", () => {
    addLampIcons(map, INKS[theme.peek()]);
    void map.getSource<GeoJSONSource>("division-names")?.setData(namePoints());
    points.reset();
    showChosen();
    isReady = true;
  });
  for (const layer of INCIDENT_LAYERS) {
    map.on("click", layer, (event) => onClusterOrIncident(map, event));
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }

  const stops = [
    onChange((change) => points.take(change)),
    effect(() => {
      const current = generation.value ?? session.value?.generation;
      if (current == null) return;
      // A whole new style is rare (a redraw of the city, another theme) and cheaper than tracking each paint.
      map.setStyle(mapStyle(current, INKS[theme.value], lang.value === "en" ? "name_en" : "name"), { diff: false });
    }),
    effect(() => {
      const data = towns.value.length > 0 ? namePoints() : NO_POINTS;
      if (isReady) void map.getSource<GeoJSONSource>("division-names")?.setData(data);
    }),
    effect(() => {
      void tick.value;
      points.look();
    }),
    effect(() => {
      void revision.value;
      showChosen();
    }),
    effect(() => {
      const incident = selectedId.value ? liveIncident(selectedId.value) : undefined;
      if (!incident) return;
      // The drawer takes its room in this same frame: measure after it, or the place ends up aside.
      requestAnimationFrame(() => {
        map.resize();
        const zoom = Math.max(map.getZoom(), CLOSE_UP_ZOOM);
        map.easeTo({ center: [incident.lon, incident.lat], zoom, duration: 600, essential: false });
      });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    map.remove();
  };
}

/** The live map. Everything on it is in the queue list too, which the keyboard reaches. */
export default function MapView() {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => (container.current ? start(container.current) : undefined), []);
  return <div ref={container} class="map" role="application" aria-label={t("map.label")} data-testid="map" />;
}
