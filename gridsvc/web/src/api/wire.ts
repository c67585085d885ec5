/** Shapes the server speaks. Times are ISO 8601 with zone; lon/lat are EPSG:4490 degrees. */

export type Lamp = "grey" | "green" | "yellow" | "red";
export type PhotoSlot = "scene" | "before" | "after";
export type Named = { code: string; name: string; name_en?: string | null };

export type PostOut = {
  post_id: number;
  code: string;
  duty: string;
  tier: string | null;
  grid: { grid_id: number; code: string } | null;
  division: { code: string; name: string; level: string } | null;
  department: Named | null;
};

export type SessionOut = {
  account_id: string;
  login: string;
  name: string;
  officer_id: number | null;
  permissions: string[];
  posts: PostOut[];
  scope: { divisions: string[]; home: string; bbox: [number, number, number, number] };
  csrf: string;
  demo: boolean;
  clock: { now: string; rate: number };
  generation: number;
};

export type LimitOut = { amount: number; kind: string };

export type ConditionOut = Named & {
  severity: string;
  level: string;
  limit: LimitOut | null;
  closing_condition: string;
  closing_condition_en?: string | null;
};

export type MatterOut = Named & {
  category: string;
  department: Named;
  entry_tier: string;
  self_fix: boolean;
  conditions: ConditionOut[];
};

export type DivisionOut = Named & {
  level: string;
  parent_code: string | null;
  bbox: [number, number, number, number] | null;
  point: [number, number] | null;
};

export type LocateOut = {
  match: string;
  grid: { grid_id: number; code: string } | null;
  community: Named | null;
  town: Named | null;
  city: Named | null;
  edge_distance_m: number | null;
  candidates: { grid_id: number; code: string; share: number | null }[];
};

export type PhotoRef = { sha256: string; size: number; slot: PhotoSlot };

export type ReportIn = {
  observed_at: string;
  device_sent_at: string;
  place: {
    lon: number;
    lat: number;
    datum: string;
    accuracy_m: number | null;
    source: "gps" | "manual" | "wxsdk";
  };
  matter: string;
  condition: string | null;
  note: string;
  photos: PhotoRef[];
  self_fix: boolean;
};

export type OwnerOut = { post_id: number; code: string; duty: string; officer_name: string | null };
export type QueueOut = { division: Named; reason: string; since: string };

export type IncidentOut = {
  incident_id: string;
  number: string;
  state: string;
  version: number;
  matter: Named;
  condition: (Named & Partial<ConditionOut>) | null;
  tier: string;
  level: string;
  place: { lon: number; lat: number };
  match: string;
  grid: { grid_id: number; code: string } | null;
  community: Named | null;
  town: Named | null;
  department: Named | null;
  observed_at: string;
  received_at: string;
  /** When the lamp turns yellow. */
  warn_at?: string | null;
  due_at: string | null;
  lamp: Lamp;
  owner: OwnerOut | null;
  queue: QueueOut | null;
  is_joint: boolean;
  /** What has been asked for and not answered yet. */
  request: { kind: string; asked_at: string; until: string | null } | null;
  extension_count: number;
  suspended_until: string | null;
  supervision: { level: string; until: string } | null;
  is_force_closed: boolean;
  exempted_at: string | null;
  reopen_count: number;
};

/** A photo named for an incident; its addresses follow once its bytes have arrived. */
export type PhotoOut = { sha256: string; slot: PhotoSlot; url: string | null; thumb_url: string | null };

export type NoteOut = { at: string; written_in: string; note: string };

export type IncidentTaskOut = {
  task_id: string;
  kind: string;
  state: string;
  created_at: string;
  acknowledge_by: string | null;
  due_at: string | null;
  post: { post_id: number; code: string; duty?: string; officer_name?: string | null } | null;
};

export type IncidentDetailOut = IncidentOut & {
  note: string;
  notes?: NoteOut[];
  photos: PhotoOut[];
  tasks: IncidentTaskOut[];
  steps: string[];
};

export type TaskOut = IncidentTaskOut & { incident: IncidentOut; steps: string[] };

export type ReportOut = {
  report_id: string;
  received_at: string;
  flags: string[];
  missing_photos: string[];
  incident: IncidentOut;
};

export type ActionIn = {
  action_id: string;
  step: string;
  version: number;
  note: string;
  reason: string | null;
  photos: PhotoRef[];
  post_id: number | null;
  condition: string | null;
  /** The end asked for, of a suspension, or by when what is demanded must be done. */
  until?: string | null;
};

export type CandidateOut = {
  post_id: number;
  code: string;
  duty: string;
  officer_name: string | null;
  /** Null for those passed over. */
  rung: string | null;
  on_shift: boolean;
  open_task_minutes: number;
  passed_over: string | null;
};

export type EventOut = {
  seq: number;
  kind: string;
  at: string;
  actor: { name: string | null } | null;
  body: Record<string, unknown>;
};

export type DecisionOut = {
  decision_id: string;
  made_at: string;
  rules_version: number | string;
  generation: number;
  answer: Record<string, unknown>;
};

export type BoardOut = {
  now: string;
  counters: {
    to_dispatch: number;
    handling: number;
    reported_today: number;
    solved_today: number;
    late: number;
  };
  queues: { division: Named; count: number; oldest_since: string | null }[];
};

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
