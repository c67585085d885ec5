/** What a dispatcher may do to an incident, and what each asks for. */

export type DeskStep = {
  reasons: readonly string[];
  asksPost: boolean;
  asksCondition: boolean;
  tone: "main" | "plain" | "danger";
};

const MOVE_REASONS = ["wrong_dispatch", "closer_person", "absent", "too_busy", "needs_authority", "other"];

export const DESK_STEPS: Record<string, DeskStep> = {
  accept: { reasons: [], asksPost: false, asksCondition: true, tone: "main" },
  dispatch: { reasons: MOVE_REASONS, asksPost: true, asksCondition: false, tone: "main" },
  request_verify: { reasons: [], asksPost: false, asksCondition: false, tone: "plain" },
  void: { reasons: ["duplicate", "not_admitted", "nothing_there", "other"], asksPost: false, asksCondition: false, tone: "danger" },
};

/** Giving what nobody has needs no reason; taking it from somebody does. */
export const reasonRequired = (step: string, hasOwner: boolean): boolean =>
  (DESK_STEPS[step]?.reasons.length ?? 0) > 0 && (step !== "dispatch" || hasOwner);

export const deskSteps = (steps: readonly string[]): string[] =>
  Object.keys(DESK_STEPS).filter((step) => steps.includes(step));
