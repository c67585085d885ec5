/** A decision in sentences that a dispatcher can read out. */

import { knowsCode, t, tCode } from "../i18n";
import { limit, moment, span } from "../i18n/format";
import type { Answer, CandidateFacts, ClockFacts } from "./answer";

export type Names = {
  /** Who holds a post, or its code when the reader may not know. */
  post: (postId: number, code: string) => string;
  division: (code: string) => string;
};

/** What was decided, in one sentence. */
export function outcome(answer: Answer, names: Names): string {
  if (answer.is_closed_by_self_fix) return t("decision.self_fixed");
  if (answer.queue)
    return t("decision.queued", {
      who: names.division(answer.queue.division_code),
      why: tCode("queue_reason", answer.queue.reason),
    });
  const given = answer.assignment;
  const found = answer.candidates.find((candidate) => candidate.post_id === given?.post_id);
  if (!given) return t("decision.unknown");
  return t("decision.given", {
    who: names.post(given.post_id, found?.code ?? String(given.post_id)),
    duty: tCode("duty", found?.duty),
    kind: tCode("kind", given.task_kind),
  });
}

/** Why, in the order in which the questions were asked. A code without a sentence is shown as it is. */
export const reasons = (answer: Answer): string[] =>
  answer.reasons.map((code) =>
    knowsCode("why", code)
      ? t(`why.${code}` as Parameters<typeof t>[0], {
          tier: tCode("tier", answer.tier),
          level: tCode("level", answer.level),
        })
      : code,
  );

/** The facts one candidate was ranked by. */
export function facts(candidate: CandidateFacts): string {
  const parts = [tCode("rung", candidate.rung)];
  if (candidate.shared_m > 0) parts.push(t("decision.shared", { n: Math.round(candidate.shared_m) }));
  parts.push(candidate.is_backup ? t("decision.backup") : t("decision.primary"));
  parts.push(t("decision.load", { n: candidate.open_task_minutes }));
  return parts.join(" · ");
}

/** "处置：11月23日 10:00 起 2 紧急工作时，12:00 到期（11:36 预警）" */
export const clockSentence = (clock: ClockFacts, nowMs: number): string =>
  t("decision.clock", {
    stage: tCode("stage", clock.stage),
    from: moment(clock.starts_at, nowMs),
    limit: clock.stage === "acknowledge" ? span(clock.limit.amount * 3_600_000) : limit(clock.limit),
    warn: moment(clock.warn_at, nowMs),
    due: moment(clock.due_at, nowMs),
  });

/** The lines of the sum; one that only repeats the sentence above is left out. */
export function arithmetic(clock: ClockFacts, nowMs: number): string[] {
  const lines = clock.arithmetic.map((line) =>
    t("decision.stretch", {
      from: moment(line.from_at, nowMs),
      to: moment(line.to_at, nowMs),
      count: tCode("count", line.count),
      span:
        line.counted_minutes > 0
          ? t("decision.counted", { span: span(line.counted_minutes * 60_000) })
          : t("decision.nothing"),
    }),
  );
  const years = clock.unpublished_years.map((year) => t("decision.unpublished", { year }));
  return clock.arithmetic.length > 1 ? [...lines, ...years] : years;
}
