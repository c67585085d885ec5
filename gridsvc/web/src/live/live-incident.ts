/** An open incident as lists and the map need it, put together from pages and from the stream. */

import type { IncidentOut, IncidentSummary, Lamp, Named } from "../api/wire";

export type LiveIncident = {
  id: string;
  number: string;
  state: string;
  version: number;
  lon: number;
  lat: number;
  matter: Named;
  tier: string;
  level: string;
  due_at: string | null;
  warn_at: string | null;
  lamp: Lamp;
  grid_code: string | null;
  town: string | null;
  queue: string | null;
  queue_reason: string | null;
  open: boolean;
};

const CLOSED_STATES = new Set(["closed", "voided"]);

export const fromOut = (incident: IncidentOut): LiveIncident => ({
  id: incident.incident_id,
  number: incident.number,
  state: incident.state,
  version: incident.version,
  lon: incident.place.lon,
  lat: incident.place.lat,
  matter: incident.matter,
  tier: incident.tier,
  level: incident.level,
  due_at: incident.due_at,
  warn_at: incident.warn_at ?? null,
  lamp: incident.lamp,
  grid_code: incident.grid?.code ?? null,
  town: incident.town?.code ?? null,
  queue: incident.queue?.division.code ?? null,
  queue_reason: incident.queue?.reason ?? null,
  open: !CLOSED_STATES.has(incident.state),
});

/**
 * The stream tells less than a page does: what it leaves out is kept from what
 * was known before, except the reason for standing in a queue, which is only
 * true for as long as the incident stands there.
 */
export function fromSummary(
  summary: IncidentSummary,
  known: LiveIncident | undefined,
  matterByCode: (code: string) => Named | undefined,
): LiveIncident {
  return {
    id: summary.incident_id,
    number: summary.number,
    state: summary.state,
    version: summary.version,
    lon: summary.lon,
    lat: summary.lat,
    matter: matterByCode(summary.matter) ?? known?.matter ?? { code: summary.matter, name: summary.matter },
    tier: summary.tier,
    level: summary.level,
    due_at: summary.due_at,
    warn_at: summary.warn_at ?? null,
    lamp: summary.lamp,
    grid_code: summary.grid_code,
    town: summary.town,
    queue: summary.queue,
    queue_reason: summary.queue && known?.queue === summary.queue ? known.queue_reason : null,
    open: summary.open,
  };
}

/** Batches may repeat after a reconnection; only what is newer counts. */
export const isNews = (next: LiveIncident, known: LiveIncident | undefined): boolean =>
  !known || next.version >= known.version;
