/** A decision of the engine as it is stored: codes, numbers and instants, no names. */

export type CandidateFacts = {
  post_id: number;
  code: string;
  duty: string;
  rung: string;
  area_m2: number;
  shared_m: number;
  is_backup: boolean;
  open_task_minutes: number;
};

export type ClockFacts = {
  stage: string;
  starts_at: string;
  warn_at: string;
  due_at: string;
  limit: { amount: number; kind: string };
  arithmetic: { count: string; from_at: string; to_at: string; counted_minutes: number }[];
  unpublished_years: number[];
};

export type Answer = {
  purpose: string;
  tier: string;
  level: string;
  department: string | null;
  assignment: { task_kind: string; post_id: number } | null;
  queue: { division_code: string; level: string; reason: string } | null;
  is_closed_by_self_fix: boolean;
  candidates: CandidateFacts[];
  passed_over: { post_id: number; code: string; why: string }[];
  reasons: string[];
  shortfalls: string[];
  flags: string[];
  clocks: ClockFacts[];
};

const list = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : []);

/** Read a stored answer; one written by an older version may lack parts. */
export function readAnswer(stored: Record<string, unknown>): Answer {
  return {
    purpose: String(stored["purpose"] ?? ""),
    tier: String(stored["tier"] ?? ""),
    level: String(stored["level"] ?? ""),
    department: (stored["department"] as string | null) ?? null,
    assignment: (stored["assignment"] as Answer["assignment"]) ?? null,
    queue: (stored["queue"] as Answer["queue"]) ?? null,
    is_closed_by_self_fix: stored["is_closed_by_self_fix"] === true,
    candidates: list(stored["candidates"]),
    passed_over: list(stored["passed_over"]),
    reasons: list(stored["reasons"]),
    shortfalls: list(stored["shortfalls"]),
    flags: list(stored["flags"]),
    clocks: list(stored["clocks"]),
  };
}

/** Those passed over by the same cause together, the largest group first. */
export function byCause(passed: Answer["passed_over"]): { why: string; codes: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { why, code } of passed) groups.set(why, [...(groups.get(why) ?? []), code]);
  return [...groups]
    .map(([why, codes]) => ({ why, codes }))
    .sort((a, b) => b.codes.length - a.codes.length || a.why.localeCompare(b.why));
}
