/** What each step asks of the person who takes it. */

import type { PhotoSlot, Step } from "../api/wire";

export type StepNeeds = {
  /** Typed reasons to choose from; none means no reason is asked. */
  reasons: readonly string[];
  photos: readonly PhotoSlot[];
  photoRequired: boolean;
  note: boolean;
  /** Whether an end must be chosen. */
  until: boolean;
  tone: "main" | "plain" | "danger";
};

const plain: StepNeeds = { reasons: [], photos: [], photoRequired: false, note: false, until: false, tone: "plain" };

/** The steps offered on a phone, in the order of their buttons. */
export const PHONE_STEPS: Partial<Record<Step, StepNeeds>> = {
  acknowledge: { ...plain, tone: "main" },
  verify_confirm: { ...plain, photos: ["scene"], note: true, tone: "main" },
  handle: { ...plain, photos: ["after"], photoRequired: true, note: true, tone: "main" },
  recheck_pass: { ...plain, photos: ["after"], note: true, tone: "main" },
  verify_deny: {
    ...plain,
    reasons: ["nothing_there", "other_place", "already_solved", "other"],
    photos: ["scene"],
    note: true,
  },
  recheck_fail: {
    ...plain,
    reasons: ["not_solved", "partly_solved", "came_back", "other"],
    photos: ["scene"],
    note: true,
    tone: "danger",
  },
  return: {
    ...plain,
    reasons: ["other_department", "other_place", "needs_authority", "needs_others", "already_solved", "other"],
    note: true,
  },
  request_extension: {
    ...plain,
    reasons: ["waits_for_material", "weather", "larger_than_reported", "no_access", "needs_others", "other"],
    note: true,
  },
  request_suspension: { ...plain, reasons: ["engineering", "seasonal", "no_condition"], note: true, until: true },
};

/** The steps of a task that this page knows how to ask for, in our order. */
export const offered = (steps: readonly Step[]): Step[] =>
  (Object.keys(PHONE_STEPS) as Step[]).filter((step) => steps.includes(step));
