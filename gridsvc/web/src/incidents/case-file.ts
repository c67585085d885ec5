/** Everything about one incident that the drawer shows, read together and kept fresh. */

import { signal } from "@preact/signals";
import { duplicates, incident, incidentCandidates, incidentDecisions, incidentEvents } from "../api/endpoints";
import type { CandidateOut, DecisionOut, EventOut, IncidentDetailOut } from "../api/wire";
import type { DuplicatesOut } from "../api/wire";
import { applyOne } from "../live/live-incidents";

export type CaseFile = {
  incident: IncidentDetailOut;
  events: EventOut[];
  decisions: DecisionOut[];
  /** Empty when the reader may not dispatch. */
  candidates: CandidateOut[];
  duplicates: DuplicatesOut;
};

const NO_DUPLICATES: DuplicatesOut = { main: null, joined: [], suggested: [] };

export const caseFile = signal<CaseFile | null>(null);
export const caseProblem = signal<unknown>(null);

let asked = "";

export async function loadCase(id: string): Promise<void> {
  asked = id;
  if (caseFile.value?.incident.incident_id !== id) caseFile.value = null;
  try {
    const [detail, events, decisions, candidates, alike] = await Promise.all([
      incident(id),
      incidentEvents(id).catch(() => []),
      incidentDecisions(id).catch(() => []),
      incidentCandidates(id).catch(() => []),
      duplicates(id).catch(() => NO_DUPLICATES),
    ]);
    // Another incident may have been opened while this one was on its way.
    if (asked !== id) return;
    caseProblem.value = null;
    caseFile.value = { incident: detail, events, decisions, candidates, duplicates: alike };
    applyOne(detail);
  } catch (error) {
    if (asked === id) caseProblem.value = error;
  }
}
