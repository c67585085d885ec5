/** What a dispatcher may do to an incident, and what each asks for. */

export type DeskStep = {
  reasons: readonly string[];
  asksPost: boolean;
  asksCondition: boolean;
  tone: "main" | "plain" | "danger";
};

const MOVE_REASONS = ["wrong_dispatch", "closer_person", "absent", "too_busy", "needs_authority", "other"];

export const DESK_STEPS: Record<string, DeskStep> = {
  accept: { reasons: ["found_after_all", "other"], asksPost: false, asksCondition: true, tone: "main" },
  dispatch: { reasons: MOVE_REASONS, asksPost: true, asksCondition: false, tone: "main" },
  request_verify: { reasons: [], asksPost: false, asksCondition: false, tone: "plain" },
  void: { reasons: ["duplicate", "not_admitted", "nothing_there", "other"], asksPost: false, asksCondition: false, tone: "danger" },
};

const HELD_STATES = new Set(["dispatched", "handling", "verifying", "rechecking"]);

/** Giving what nobody has needs no reason; taking it from somebody does, and so does overruling who was there. */
export function reasonRequired(step: string, incident: { state: string; queue: { reason: string } | null }): boolean {
  if (step === "void") return true;
  if (step === "dispatch") return HELD_STATES.has(incident.state);
  return step === "accept" && incident.queue?.reason === "verification_denied";
}

export const deskSteps = (steps: readonly string[]): string[] =>
  Object.keys(DESK_STEPS).filter((step) => steps.includes(step));
