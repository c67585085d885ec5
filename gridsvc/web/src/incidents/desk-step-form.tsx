import { useSignal } from "@preact/signals";
import { act } from "../api/endpoints";
import { Refused, slugOf } from "../api/client";
import type { CandidateOut, Step } from "../api/wire";
import { newId } from "../device/ids";
import { nameOf, t, tCode } from "../i18n";
import { limit } from "../i18n/format";
import { applyOne } from "../live/live-incidents";
import { matterOf } from "../matters/catalogue";
import { problemText } from "../ui/problem-text";
import { Sheet } from "../ui/sheet";
import { say } from "../ui/toast";
import { UntilField, instantOf } from "../ui/until-field";
import { loadCase, type CaseFile } from "./case-file";
import { DESK_STEPS, reasonRequired } from "./desk-steps";

type Props = { file: CaseFile; step: Step; onClose: () => void };

function CandidateLine({ candidate }: { candidate: CandidateOut }) {
  const facts = [
    candidate.passed_over ? tCode("why_not", candidate.passed_over) : tCode("rung", candidate.rung),
    candidate.passed_over !== "off_shift" && t(candidate.on_shift ? "candidate.on_shift" : "candidate.off_shift"),
    t("decision.load", { n: candidate.open_task_minutes }),
  ];
  return (
    <span class="choice-text">
      <b>{candidate.officer_name ?? candidate.code}</b> {tCode("duty", candidate.duty)}
      <small>{facts.filter(Boolean).join(" · ")}</small>
    </span>
  );
}

export function DeskStepForm({ file, step, onClose }: Props) {
  const needs = DESK_STEPS[step];
  const post = useSignal<number | null>(null);
  const reason = useSignal("");
  const condition = useSignal(file.incident.condition?.code ?? "");
  const note = useSignal("");
  const until = useSignal("");
  const problem = useSignal("");
  const busy = useSignal(false);
  if (!needs) return null;
  const { incident } = file;
  const needsReason = reasonRequired(step, incident);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (needsReason && !reason.value) {
      problem.value = t("step.needs_reason");
      return;
    }
    if (reason.value === "other" && !note.value.trim()) {
      problem.value = t("step.needs_words");
      return;
    }
    if (needs.asksCondition && !condition.value) {
      problem.value = t("step.needs_condition");
      return;
    }
    if (needs.asksUntil && !until.value) {
      problem.value = t("step.needs_until");
      return;
    }
    if (needs.asksNote && !note.value.trim()) {
      problem.value = t("step.needs_demand");
      return;
    }
    busy.value = true;
    try {
      const next = await act(incident.incident_id, {
        action_id: newId(),
        step,
        version: incident.version,
        note: note.value.trim(),
        reason: reason.value || null,
        photos: [],
        post_id: post.value,
        condition: needs.asksCondition ? condition.value || null : null,
        until: needs.asksUntil ? instantOf(until.value) : null,
      });
      applyOne(next);
      say(t("desk.done", { step: tCode("step", step) }));
      onClose();
    } catch (error) {
      problem.value = problemText(error);
      // Somebody was quicker: show what is true now, the form stays with what was typed.
      if (error instanceof Refused && slugOf(error.problem) === "stale-version") say(t("problem.stale-version"), 6_000);
    } finally {
      busy.value = false;
      void loadCase(incident.incident_id);
    }
  };

  const title = step === "dispatch" && incident.owner ? t("desk.re_route") : tCode("step", step);
  return (
    <Sheet title={title} onClose={onClose} testid="desk-step-sheet">
      <form onSubmit={submit}>
        {needs.asksCondition && (
          <label class="field">
            <span>{t("drawer.condition")}</span>
            <select data-testid="step-condition" value={condition.value} onChange={(event) => (condition.value = event.currentTarget.value)}>
              <option value="">{t("report.choose")}</option>
              {matterOf(incident.matter.code)?.conditions.map((item) => (
                <option key={item.code} value={item.code}>
                  {nameOf(item)}（{limit(item.limit)}）
                </option>
              ))}
            </select>
          </label>
        )}
        {needs.asksPost && (
          <fieldset class="choices" data-testid="candidates">
            <legend>{t("desk.to_whom")}</legend>
            <label class="choice">
              <input type="radio" name="post" checked={post.value === null} onChange={() => (post.value = null)} />
              <span class="choice-text">
                <b>{t("desk.automatic")}</b>
                <small>{t("desk.automatic_hint")}</small>
              </span>
            </label>
            {file.candidates.map((candidate) => (
              <label key={candidate.post_id} class={candidate.passed_over ? "choice choice-weak" : "choice"} data-testid="candidate">
                <input
                  type="radio"
                  name="post"
                  value={candidate.post_id}
                  checked={post.value === candidate.post_id}
                  disabled={candidate.post_id === incident.owner?.post_id}
                  onChange={() => (post.value = candidate.post_id)}
                />
                <CandidateLine candidate={candidate} />
              </label>
            ))}
          </fieldset>
        )}
        {needs.reasons.length > 0 && (
          <label class="field">
            <span>{needsReason ? t("step.reason") : t("step.reason_optional")}</span>
            <select data-testid="step-reason" value={reason.value} onChange={(event) => (reason.value = event.currentTarget.value)}>
              <option value="">{t("report.choose")}</option>
              {needs.reasons.map((code) => (
                <option key={code} value={code}>
                  {tCode("reason", code)}
                </option>
              ))}
            </select>
          </label>
        )}
        {needs.asksUntil && <UntilField value={until.value} onChange={(next) => (until.value = next)} />}
        <label class="field">
          <span>{t(needs.asksNote ? "step.demand" : "report.note")}</span>
          <textarea rows={2} data-testid="step-note" value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />
        </label>
        <p class="form-problem" role="alert" data-testid="step-problem">
          {problem.value}
        </p>
        <button class={`button button-block button-${needs.tone === "danger" ? "danger" : "main"}`} disabled={busy.value} data-testid="desk-step-submit">
          {busy.value ? t("step.busy") : title}
        </button>
      </form>
    </Sheet>
  );
}
