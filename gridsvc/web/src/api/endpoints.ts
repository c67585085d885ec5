/** Every server call by the noun it is about. */

import { adoptSession, call, query } from "./client";
import type {
  ActionIn,
  BoardOut,
  CandidateOut,
  ContactOut,
  DecisionOut,
  DivisionOut,
  DuplicatesOut,
  EventOut,
  GapOut,
  IncidentDetailOut,
  IncidentOut,
  JoinIn,
  LevelOut,
  LocateOut,
  MatterOut,
  MiniMap,
  NearOut,
  OwnReportOut,
  ReportIn,
  ReportOut,
  SessionOut,
  TaskOut,
  UnjoinIn,
  VacancyOut,
} from "./wire";

type Items<T> = { items: T[] };
type Page<T> = Items<T> & { next: string | null; now: string };

export const signIn = async (login: string, password: string): Promise<SessionOut> =>
  adoptSession(
    await call<SessionOut>("auth/sign-in", { method: "POST", body: { login, password }, quiet401: true }),
  );
export const currentSession = async (): Promise<SessionOut> =>
  adoptSession(await call<SessionOut>("auth/session", { quiet401: true }));
export const signOut = (): Promise<void> => call("auth/session", { method: "DELETE", quiet401: true });

export const matters = async (): Promise<MatterOut[]> => (await call<Items<MatterOut>>("matters")).items;
export const divisions = async (level: string, parent?: string): Promise<DivisionOut[]> =>
  (await call<Items<DivisionOut>>(`divisions${query({ level, parent })}`)).items;
export const miniMap = (gridId: number): Promise<MiniMap> => call(`grids/${gridId}/mini`);
export const locate = (lon: number, lat: number, accuracyM: number | null): Promise<LocateOut> =>
  call(`locate${query({ lon, lat, datum: "wgs84", accuracy_m: accuracyM })}`);

export const putReport = (id: string, body: ReportIn): Promise<ReportOut> =>
  call(`reports/${id}`, { method: "PUT", body });
export const ownReports = async (): Promise<OwnReportOut[]> => (await call<Items<OwnReportOut>>("reports")).items;
export const answerSatisfaction = (id: string, answer: "satisfied" | "unsatisfied"): Promise<unknown> =>
  call(`incidents/${id}/satisfaction`, { method: "PUT", body: { answer, note: "" } });
export const putPhoto = (sha256: string, raw: Blob): Promise<unknown> =>
  call(`photos/${sha256}`, { method: "PUT", raw });

export const openTasks = async (): Promise<TaskOut[]> =>
  (await call<Items<TaskOut>>("tasks?state=open")).items;

export type IncidentFilter = {
  bbox?: string;
  grid?: number;
  state?: string;
  tier?: string;
  open?: boolean;
  late?: boolean;
  queue?: string;
  division?: string;
  limit?: number;
  cursor?: string | null;
};
export const incidents = (filter: IncidentFilter): Promise<Page<IncidentOut>> =>
  call(`incidents${query(filter)}`);
export const incident = (id: string): Promise<IncidentDetailOut> => call(`incidents/${id}`);
export const incidentEvents = async (id: string): Promise<EventOut[]> =>
  (await call<Items<EventOut>>(`incidents/${id}/events`)).items;
export const incidentDecisions = async (id: string): Promise<DecisionOut[]> =>
  (await call<{ decisions: DecisionOut[] }>(`incidents/${id}/explain`)).decisions;
export const incidentCandidates = async (id: string): Promise<CandidateOut[]> =>
  (await call<Items<CandidateOut>>(`incidents/${id}/candidates`)).items;
export const incidentLevel = (id: string, persons: number | null): Promise<LevelOut> =>
  call(`incidents/${id}/level${query({ persons })}`);
export const openContacts = async (id: string, reason: string): Promise<ContactOut[]> =>
  (await call<Items<ContactOut>>(`incidents/${id}/contacts`, { method: "POST", body: { reason } })).items;
export const act = (id: string, action: ActionIn): Promise<IncidentOut> =>
  call(`incidents/${id}/actions`, { method: "POST", body: action });

export const suggestions = async (lon: number, lat: number, matter: string): Promise<NearOut[]> =>
  (await call<Items<NearOut>>(`reports/suggestions${query({ lon, lat, matter, datum: "wgs84" })}`)).items;
export const duplicates = (id: string): Promise<DuplicatesOut> => call(`incidents/${id}/duplicates`);
export const join = (id: string, body: JoinIn): Promise<IncidentDetailOut> =>
  call(`incidents/${id}/join`, { method: "POST", body });
export const unjoin = (id: string, body: UnjoinIn): Promise<IncidentDetailOut> =>
  call(`incidents/${id}/unjoin`, { method: "POST", body });

export const gaps = async (division: string, days: number): Promise<GapOut[]> =>
  (await call<Items<GapOut>>(`gaps${query({ division, days })}`)).items;
export const vacancies = async (division: string): Promise<VacancyOut[]> =>
  (await call<Items<VacancyOut>>(`vacancies${query({ division })}`)).items;

export const board = (): Promise<BoardOut> => call("board");
