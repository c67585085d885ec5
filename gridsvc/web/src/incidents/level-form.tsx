import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { act, incidentLevel } from "../api/endpoints";
import type { LevelOut } from "../api/wire";
import { newId } from "../device/ids";
import { lang, nameOf, t, tCode, type Key } from "../i18n";
import { applyOne } from "../live/live-incidents";
import { problemText } from "../ui/problem-text";
import { Sheet } from "../ui/sheet";
import { say } from "../ui/toast";
import { loadCase, type CaseFile } from "./case-file";

const REASONS = ["larger_than_reported", "smaller_than_reported", "needs_authority", "needs_others", "attention", "other"];

const because = (found: LevelOut): string =>
  found.reasons
    .map((reason) => t(`level_reason.${reason}` as Key, { n: found.persons, where: nameOf(found.extent) }))
    .join(lang.value === "en" ? ", " : "、");

/** 分级应对: the level that is suggested is confirmed, or another is chosen with a reason. */
export function LevelForm({ file, onClose }: { file: CaseFile; onClose: () => void }) {
  const { incident } = file;
  const found = useSignal<LevelOut | null>(null);
  const level = useSignal("");
  const persons = useSignal("");
  const reason = useSignal("");
  const note = useSignal("");
  const problem = useSignal("");
  const busy = useSignal(false);
  const known = persons.value === "" ? null : Number(persons.value);

  useEffect(() => {
    let isCurrent = true;
    incidentLevel(incident.incident_id, known).then(
      (answer) => {
        if (!isCurrent) return;
        if (level.value === "" || level.value === found.value?.suggested) level.value = answer.suggested;
        found.value = answer;
      },
      (error: unknown) => (problem.value = problemText(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [known]);

  const isOther = found.value !== null && level.value !== found.value.suggested;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isOther && !reason.value) {
      problem.value = t("step.needs_reason");
      return;
    }
    if (reason.value === "other" && !note.value.trim()) {
      problem.value = t("step.needs_words");
      return;
    }
    busy.value = true;
    try {
      const next = await act(incident.incident_id, {
        action_id: newId(),
        step: "choose_level",
        version: incident.version,
        note: note.value.trim(),
        reason: isOther ? reason.value : null,
        photos: [],
        post_id: null,
        condition: null,
        until: null,
        level: level.value,
        persons: known,
      });
      applyOne(next);
      say(t("desk.done", { step: tCode("step", "choose_level") }));
      onClose();
    } catch (error) {
      problem.value = problemText(error);
    } finally {
      busy.value = false;
      void loadCase(incident.incident_id);
    }
  };

  return (
    <Sheet title={tCode("step", "choose_level")} onClose={onClose} testid="level-sheet">
      <form onSubmit={submit}>
        {!found.value && !problem.value && <p class="quiet">{t("loading")}</p>}
        {found.value && (
          <fieldset class="choices" data-testid="levels">
            {found.value.levels.map((one) => (
              <label key={one} class="choice" data-testid={`level-${one}`}>
                <input type="radio" name="level" checked={level.value === one} onChange={() => (level.value = one)} />
                <span class="choice-text">
                  <b>{tCode("level", one)}</b>{" "}
                  {one === found.value?.suggested && <span class="tag">{t("level_form.suggested")}</span>}{" "}
                  {one === found.value?.level && <span class="quiet">{t("level_form.now")}</span>}
                  {one === found.value?.suggested && <small>{t("level_form.because", { why: because(found.value) })}</small>}
                </span>
              </label>
            ))}
          </fieldset>
        )}
        <label class="field">
          <span>{t("level_form.persons")}</span>
          <input
            type="number"
            min="0"
            inputMode="numeric"
            data-testid="level-persons"
            value={persons.value}
            onChange={(event) => (persons.value = event.currentTarget.value)}
          />
        </label>
        {isOther && (
          <label class="field">
            <span>{t("step.reason")}</span>
            <select data-testid="level-reason" value={reason.value} onChange={(event) => (reason.value = event.currentTarget.value)}>
              <option value="">{t("report.choose")}</option>
              {REASONS.map((code) => (
                <option key={code} value={code}>
                  {tCode("reason", code)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label class="field">
          <span>{t("report.note")}</span>
          <textarea rows={2} data-testid="level-note" value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />
        </label>
        <p class="form-problem" role="alert">
          {problem.value}
        </p>
        <button class="button button-block button-main" disabled={busy.value || !found.value} data-testid="level-submit">
          {busy.value ? t("step.busy") : t("level_form.submit")}
        </button>
      </form>
    </Sheet>
  );
}
