/** What a dispatcher may do to an incident, and what each asks for. */

import type { Step } from "../api/wire";

export type DeskStep = {
  reasons: readonly string[];
  asksPost: boolean;
  asksCondition: boolean;
  /** An end must be chosen. */
  asksUntil: boolean;
  /** A note is the point of the step, not an aside. */
  asksNote: boolean;
  tone: "main" | "plain" | "danger";
};

const MOVE_REASONS = ["wrong_dispatch", "closer_person", "absent", "too_busy", "needs_authority", "other"];

const REFUSALS = ["not_justified", "too_urgent", "other"];
const CLOSING_REASONS = ["ownerless", "legal_procedure", "other_project", "reporter_withdrew", "other"];

const plain: DeskStep = {
  reasons: [],
  asksPost: false,
  asksCondition: false,
  asksUntil: false,
  asksNote: false,
  tone: "plain",
};

/** In the order of their buttons: what somebody waits for comes first. */
export const DESK_STEPS: Partial<Record<Step, DeskStep>> = {
  approve_extension: { ...plain, tone: "main" },
  refuse_extension: { ...plain, reasons: REFUSALS },
  approve_suspension: { ...plain, tone: "main" },
  refuse_suspension: { ...plain, reasons: REFUSALS },
  grant_appeal: { ...plain, tone: "main" },
  reject_appeal: { ...plain, reasons: ["not_justified", "other"] },
  resume: { ...plain, reasons: ["condition_met", "too_urgent", "other"], tone: "main" },
  accept: { ...plain, reasons: ["found_after_all", "other"], asksCondition: true, tone: "main" },
  dispatch: { ...plain, reasons: MOVE_REASONS, asksPost: true, tone: "main" },
  request_verify: plain,
  choose_level: plain,
  supervise: { ...plain, asksUntil: true, asksNote: true },
  void: { ...plain, reasons: ["duplicate", "not_admitted", "nothing_there", "other"], tone: "danger" },
  force_close: { ...plain, reasons: CLOSING_REASONS, tone: "danger" },
};

const ALWAYS_WITH_REASON = new Set<Step>(["void", "force_close", "refuse_extension", "refuse_suspension", "reject_appeal"]);
const HELD_STATES = new Set(["dispatched", "handling", "verifying", "rechecking"]);

/** Giving what nobody has needs no reason; taking it from somebody does, and so does overruling who was there. */
export function reasonRequired(step: Step, incident: { state: string; queue: { reason: string } | null }): boolean {
  if (ALWAYS_WITH_REASON.has(step)) return true;
  if (step === "dispatch") return HELD_STATES.has(incident.state);
  return step === "accept" && incident.queue?.reason === "verification_denied";
}

/** One main button a view: of several next steps, the first. */
export function toneOf(step: Step, offered: readonly Step[]): "main" | "plain" | "danger-quiet" {
  const tone = DESK_STEPS[step]?.tone ?? "plain";
  if (tone === "danger") return "danger-quiet";
  return tone === "main" && offered.find((name) => DESK_STEPS[name]?.tone === "main") !== step ? "plain" : tone;
}

export const deskSteps = (steps: readonly Step[]): Step[] =>
  (Object.keys(DESK_STEPS) as Step[]).filter((step) => steps.includes(step));
