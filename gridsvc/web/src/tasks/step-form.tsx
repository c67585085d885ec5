import { useSignal } from "@preact/signals";
import type { PhotoRef, Step, TaskOut } from "../api/wire";
import { lang, t, tCode } from "../i18n";
import { closingOf, conditionOf } from "../matters/catalogue";
import { PhotoField } from "../photos/photo-field";
import { Sheet } from "../ui/sheet";
import { UntilField, instantOf } from "../ui/until-field";
import { database } from "../device/database";
import { PHONE_STEPS } from "./steps";
import { takeStep } from "./take-step";

type Props = { task: TaskOut; step: Step; onClose: () => void };
type Started = { note: string; reason: string | null; photos: PhotoRef[]; until: string };

export function StepForm({ task, step, onClose }: Props) {
  const needs = PHONE_STEPS[step];
  const filled = useSignal<Started>({ note: "", reason: null, photos: [], until: "" });
  const tried = useSignal(false);
  const busy = useSignal(false);
  if (!needs) return null;

  const change = (changes: Partial<Started>): void => {
    filled.value = { ...filled.value, ...changes };
  };
  const condition = conditionOf(task.incident.matter.code, task.incident.condition?.code ?? null);
  const closing = closingOf(condition, lang.value === "en");
  const noPhoto = needs.photoRequired && filled.value.photos.length === 0;
  const noReason = needs.reasons.length > 0 && !filled.value.reason;
  const noUntil = needs.until && !filled.value.until;
  const noWords = filled.value.reason === "other" && !filled.value.note.trim();

  const submit = async (): Promise<void> => {
    tried.value = true;
    if (noPhoto || noReason || noWords || noUntil || busy.value) return;
    busy.value = true;
    await takeStep(task, step, { ...filled.value, until: instantOf(filled.value.until) });
    onClose();
  };

  return (
    <Sheet title={tCode("step", step)} onClose={onClose} testid="step-sheet">
      {closing && (step === "handle" || step.startsWith("recheck")) && (
        <p class="proof">
          <strong>{t("task.proof_title")}</strong>
          {closing}
        </p>
      )}
      {needs.reasons.length > 0 && (
        <fieldset class="choices" data-testid="reasons">
          <legend>{t("step.reason")}</legend>
          {needs.reasons.map((reason) => (
            <label key={reason} class="choice">
              <input
                type="radio"
                name="reason"
                value={reason}
                checked={filled.value.reason === reason}
                onChange={() => change({ reason })}
              />
              {tCode("reason", reason)}
            </label>
          ))}
        </fieldset>
      )}
      {needs.photos.map((slot) => (
        <PhotoField
          key={slot}
          slot={slot}
          photos={filled.value.photos}
          // The step can be begun again in two taps; only its photos are worth keeping, and they are stored.
          beforeCamera={async () => void (await database())}
          onAdd={(photo) => change({ photos: [...filled.value.photos, photo] })}
          onRemove={(sha) => change({ photos: filled.value.photos.filter((photo) => photo.sha256 !== sha) })}
        />
      ))}
      {needs.until && <UntilField value={filled.value.until} onChange={(until) => change({ until })} />}
      {needs.note && (
        <label class="field">
          <span>{t("report.note")}</span>
          <textarea
            rows={3}
            data-testid="step-note"
            value={filled.value.note}
            onInput={(event) => change({ note: event.currentTarget.value })}
          />
        </label>
      )}
      {tried.value && (noPhoto || noReason || noWords || noUntil) && (
        <p class="form-problem" role="alert">
          {noReason ? t("step.needs_reason") : noUntil ? t("step.needs_until") : noWords ? t("step.needs_words") : t("step.needs_photo")}
        </p>
      )}
      <button
        type="button"
        class={`button button-block button-${needs.tone === "danger" ? "danger" : "main"}`}
        onClick={submit}
        disabled={busy.value}
        data-testid="step-submit"
      >
        {busy.value ? t("step.busy") : tCode("step", step)}
      </button>
    </Sheet>
  );
}
