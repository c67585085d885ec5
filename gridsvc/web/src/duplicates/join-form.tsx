import { useSignal } from "@preact/signals";
import { join, unjoin } from "../api/endpoints";
import type { JoinIn, UnjoinIn } from "../api/wire";
import { newId } from "../device/ids";
import { t, tCode } from "../i18n";
import { loadCase } from "../incidents/case-file";
import { applyOne } from "../live/live-incidents";
import { problemText } from "../ui/problem-text";
import { Sheet } from "../ui/sheet";
import { say } from "../ui/toast";

const JOIN_REASONS: JoinIn["reason"][] = ["same_thing", "same_cause", "other"];
const UNJOIN_REASONS: UnjoinIn["reason"][] = ["other_thing", "came_back", "mistake", "other"];

/** Two incidents are the same, or, without `into`, one is not the same as its main one after all. */
type Props = {
  one: string;
  version: number;
  into: string | null;
  lead: string;
  /** The incident whose drawer is open; it is read again afterwards. */
  shown: string;
  onClose: () => void;
};

export function JoinForm({ one, version, into, lead, shown, onClose }: Props) {
  const reasons = into ? JOIN_REASONS : UNJOIN_REASONS;
  const group = into ? "join_reason" : "unjoin_reason";
  const joinReason = useSignal<JoinIn["reason"]>("same_thing");
  const unjoinReason = useSignal<UnjoinIn["reason"]>("other_thing");
  const reason = into ? joinReason : unjoinReason;
  const note = useSignal("");
  const problem = useSignal("");
  const busy = useSignal(false);
  const title = t(into ? "near.join" : "near.unjoin");

  const choose = (code: string): void => {
    joinReason.value = JOIN_REASONS.find((known) => known === code) ?? joinReason.value;
    unjoinReason.value = UNJOIN_REASONS.find((known) => known === code) ?? unjoinReason.value;
  };

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (reason.value === "other" && !note.value.trim()) {
      problem.value = t("step.needs_words");
      return;
    }
    busy.value = true;
    const said = { action_id: newId(), version, note: note.value.trim() };
    try {
      const next = into
        ? join(one, { ...said, into, reason: joinReason.value })
        : unjoin(one, { ...said, reason: unjoinReason.value });
      applyOne(await next);
      say(t("desk.done", { step: title }));
      onClose();
    } catch (error) {
      problem.value = problemText(error);
    } finally {
      busy.value = false;
      void loadCase(shown);
    }
  };

  return (
    <Sheet title={title} onClose={onClose} testid="join-sheet">
      <form onSubmit={submit}>
        <p class="join-lead">{lead}</p>
        <p class="quiet">{t(into ? "near.join_means" : "near.unjoin_means")}</p>
        <label class="field">
          <span>{t("step.reason")}</span>
          <select data-testid="join-reason" value={reason.value} onChange={(event) => choose(event.currentTarget.value)}>
            {reasons.map((code) => (
              <option key={code} value={code}>
                {tCode(group, code)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{t("report.note")}</span>
          <textarea rows={2} data-testid="join-note" value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />
        </label>
        <p class="form-problem" role="alert" data-testid="join-problem">
          {problem.value}
        </p>
        <button class="button button-block button-main" disabled={busy.value} data-testid="join-submit">
          {busy.value ? t("step.busy") : title}
        </button>
      </form>
    </Sheet>
  );
}
