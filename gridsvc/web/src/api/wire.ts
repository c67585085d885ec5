/**
 * Shapes the server speaks: those of the API as `scripts/wire` made them, and by hand what its
 * document does not tell, such as the frames of the live feed. Times are ISO 8601 with zone;
 * lon/lat are EPSG:4490 degrees.
 */

import type { ActionIn as ActionInBody, HeldPostOut, Lamp, NamedOut, PhotoIn, PlaceIn, ReportIn as ReportInBody, TaskShortOut } from "./openapi";

// What is declared below has precedence over the document.
export type * from "./openapi";
export type Named = NamedOut;
export type IncidentTaskOut = TaskShortOut;
export type PostOut = HeldPostOut;
export type PhotoRef = PhotoIn;
/** As a page sends them: nothing is left to a default. */
export type ActionIn = Required<Omit<ActionInBody, "level" | "persons">> & Pick<ActionInBody, "level" | "persons">;
/** A contact is optional: reports that wait to be sent may be older than it. */
export type ReportIn = Required<Omit<ReportInBody, "contact">> & Pick<ReportInBody, "contact"> & { place: Required<PlaceIn> };
export type IncidentSummary = {
  incident_id: string;
  number: string;
  state: string;
  version: number;
  lon: number;
  lat: number;
  matter: string;
  tier: string;
  level: string;
  warn_at?: string | null;
  due_at: string | null;
  lamp: Lamp;
  grid_code: string | null;
  town: string | null;
  queue: string | null;
  open: boolean;
};

export type MiniMap = {
  type: "FeatureCollection";
  features: {
    type: "Feature";
    id?: number | string;
    properties: { grid_id: number; code: string; is_own: boolean };
    geometry: { type: "Polygon" | "MultiPolygon"; coordinates: number[][][] | number[][][][] };
  }[];
};

export type ProblemOut = {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: { loc?: (string | number)[]; msg?: string }[];
  /** Of an illegal step: which guard refused it. */
  code?: string;
};
