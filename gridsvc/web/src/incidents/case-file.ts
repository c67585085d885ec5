/** Everything about one incident that the drawer shows, read together and kept fresh. */

import { signal } from "@preact/signals";
import { incident, incidentCandidates, incidentDecisions, incidentEvents } from "../api/endpoints";
import type { CandidateOut, DecisionOut, EventOut, IncidentDetailOut } from "../api/wire";
import { applyOne } from "../live/live-incidents";

export type CaseFile = {
  incident: IncidentDetailOut;
  events: EventOut[];
  decisions: DecisionOut[];
  /** Empty when the reader may not dispatch. */
  candidates: CandidateOut[];
};

export const caseFile = signal<CaseFile | null>(null);
export const caseProblem = signal<unknown>(null);

let asked = "";

export async function loadCase(id: string): Promise<void> {
  asked = id;
  if (caseFile.value?.incident.incident_id !== id) caseFile.value = null;
  try {
    const [detail, events, decisions, candidates] = await Promise.all([
      incident(id),
      incidentEvents(id).catch(() => []),
      incidentDecisions(id).catch(() => []),
      incidentCandidates(id).catch(() => []),
    ]);
    // Another incident may have been opened while this one was on its way.
    if (asked !== id) return;
    caseProblem.value = null;
    caseFile.value = { incident: detail, events, decisions, candidates };
    applyOne(detail);
  } catch (error) {
    if (asked === id) caseProblem.value = error;
  }
}
