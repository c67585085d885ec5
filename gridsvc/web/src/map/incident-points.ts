/** Keeps the map's incident points in step with the live incidents, at most one change a second. */

import type { GeoJSONSource, GeoJSONSourceDiff, Map as MapLibre } from "maplibre-gl";
import type { Lamp } from "../api/wire";
import { serverNow } from "../clock/server-clock";
import { lampAt } from "../incidents/lamp";
import { liveIncident, liveIncidents, type Change } from "../live/live-incidents";
import type { LiveIncident } from "../live/live-incident";

const GATHER_MS = 800;

export class IncidentPoints {
  /** The source wants small ids of its own, ours are UUIDs. */
  private readonly numbers = new Map<string, number>();
  private readonly shownLamps = new Map<string, Lamp>();
  private pendingPut = new Set<string>();
  private pendingGone = new Set<string>();
  private replaceAll = true;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly map: MapLibre) {}

  take(change: Change): void {
    if (change.all) this.replaceAll = true;
    for (const { id } of change.put) {
      this.pendingPut.add(id);
      this.pendingGone.delete(id);
    }
    for (const id of change.gone) {
      this.pendingGone.add(id);
      this.pendingPut.delete(id);
    }
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Time has passed: repaint the lamps that have changed by it. */
  look(): void {
    const now = serverNow();
    for (const incident of liveIncidents()) {
      const shown = this.shownLamps.get(incident.id);
      if (shown && shown !== lampAt(incident, now)) this.pendingPut.add(incident.id);
    }
    if (this.pendingPut.size > 0) this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** After a new style every point must be given again. */
  reset(): void {
    this.replaceAll = true;
    this.flush();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const source = this.map.getSource<GeoJSONSource>("incidents");
    if (!source) return;
    const now = serverNow();
    if (this.replaceAll) {
      this.shownLamps.clear();
      const features = [...liveIncidents()].map((incident) => this.feature(incident, now));
      void source.setData({ type: "FeatureCollection", features });
    } else {
      const diff: GeoJSONSourceDiff = { remove: [], add: [] };
      for (const id of this.pendingGone) {
        const number = this.numbers.get(id);
        if (number !== undefined && this.shownLamps.delete(id)) diff.remove?.push(number);
      }
      for (const id of this.pendingPut) {
        const incident = liveIncident(id);
        if (incident) diff.add?.push(this.feature(incident, now));
      }
      void source.updateData(diff);
    }
    this.replaceAll = false;
    this.pendingPut.clear();
    this.pendingGone.clear();
  }

  private feature(incident: LiveIncident, nowMs: number): GeoJSON.Feature {
    let number = this.numbers.get(incident.id);
    if (number === undefined) {
      number = this.numbers.size + 1;
      this.numbers.set(incident.id, number);
    }
    const lamp = lampAt(incident, nowMs);
    this.shownLamps.set(incident.id, lamp);
    return {
      type: "Feature",
      id: number,
      geometry: { type: "Point", coordinates: [incident.lon, incident.lat] },
      properties: { incident_id: incident.id, lamp, queued: incident.queue !== null },
    };
  }
}
