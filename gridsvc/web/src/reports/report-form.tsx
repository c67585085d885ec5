import { useSignal } from "@preact/signals";
import type { PhotoSlot } from "../api/wire";
import { lacks } from "../drafts/draft";
import { addPhoto, beforeCamera, changeDraft, discardDraft, draft, photoLost, removePhoto, submitDraft } from "../drafts/drafts";
import { isUntouched } from "../drafts/draft";
import { KnownNearby } from "../duplicates/known-nearby";
import { lang, nameOf, t, tCode } from "../i18n";
import { limit } from "../i18n/format";
import { closingOf, conditionOf, matterOf } from "../matters/catalogue";
import { MatterPicker } from "../matters/matter-picker";
import { quickFixes, rememberQuickFix } from "../matters/quick-fixes";
import { go } from "../m/route";
import { PhotoField } from "../photos/photo-field";
import { may } from "../session/session";
import { CellButton, CellGroup } from "../ui/cells";
import { say } from "../ui/toast";
import { flush } from "../uploads/uploads";
import { loadOwnReports } from "./own-reports";
import { PlaceField } from "./place-field";

/** Photo first, then where, then what: the order in which an inspector meets a finding. */
export function ReportForm() {
  const picking = useSignal(false);
  const tried = useSignal(false);
  const busy = useSignal(false);
  const current = draft.value;
  if (!current) return null;

  const matter = matterOf(current.matter);
  const condition = conditionOf(current.matter, current.condition);
  const missing = lacks(current, (matter?.conditions.length ?? 0) > 0);
  const slots: PhotoSlot[] = current.self_fix ? ["before", "after"] : ["scene"];

  const submit = async (): Promise<void> => {
    tried.value = true;
    if (missing.length > 0 || busy.value) return;
    busy.value = true;
    try {
      const upload = await submitDraft(nameOf(matter));
      if (!upload) {
        say(t("report.already_sent"));
        return;
      }
      if (current.self_fix) rememberQuickFix(current.condition);
      void flush(true).then(loadOwnReports);
      go(`/uploads/${upload.id}`);
    } finally {
      busy.value = false;
    }
  };

  return (
    <div class="page report" data-testid="report-form">
      {photoLost.value && (
        <p class="notice notice-warn" role="alert" data-testid="photo-lost">
          {t("photo.lost", { what: tCode("slot", photoLost.value) })}
        </p>
      )}
      {!current.matter && may("task.work") && quickFixes.value.length > 0 && (
        <div class="quick-fixes" role="group" aria-label={t("report.quick_fix")}>
          <span class="quiet">{t("report.quick_fix")}</span>
          {quickFixes.value.map(({ matter: offered, condition: asked }) => (
            <button
              key={asked.code}
              type="button"
              class="button"
              data-testid={`quick-fix-${asked.code}`}
              onClick={() => void changeDraft({ matter: offered.code, condition: asked.code, self_fix: true })}
            >
              {nameOf(offered)}
            </button>
          ))}
        </div>
      )}
      <CellGroup title={current.self_fix ? t("report.photos_pair") : t("report.photos")} note={t("report.photos_note")}>
        <div class="photo-rows">
          {slots.map((slot) => (
            <PhotoField
              key={slot}
              slot={slot}
              photos={current.photos}
              beforeCamera={beforeCamera}
              onAdd={(photo) => void addPhoto(photo)}
              onRemove={(sha256) => void removePhoto(sha256, slot)}
              max={current.self_fix ? 1 : 4}
            />
          ))}
        </div>
      </CellGroup>

      <CellGroup title={t("report.place")}>
        <PlaceField />
      </CellGroup>

      <CellGroup title={t("report.what")}>
        <CellButton
          label={t("report.matter")}
          value={matter && nameOf(matter)}
          placeholder={t("report.choose")}
          onClick={() => (picking.value = true)}
          testid="pick-matter"
        />
        {condition && (
          <div class="condition" data-testid="picked-condition">
            <p>
              <span class={`severity severity-${condition.severity}`}>{tCode("severity", condition.severity)}</span>
              {nameOf(condition)}
            </p>
            <p class="quiet">{t("matter.limit", { limit: limit(condition.limit) })}</p>
            <p class="quiet">{t("matter.closing", { what: closingOf(condition, lang.value === "en") })}</p>
          </div>
        )}
        <KnownNearby place={current.place} matter={current.matter} />
        {matter?.self_fix && (
          <label class="cell switch">
            <span class="cell-label">
              {t("report.self_fix")}
              <small>{t("report.self_fix_note")}</small>
            </span>
            <input
              type="checkbox"
              role="switch"
              data-testid="self-fix"
              checked={current.self_fix}
              onChange={(event) => void changeDraft({ self_fix: event.currentTarget.checked })}
            />
          </label>
        )}
        <label class="cell cell-tall">
          <span class="cell-label">{t("report.note")}</span>
          <textarea
            rows={3}
            data-testid="note"
            placeholder={t("report.note_hint")}
            value={current.note}
            onInput={(event) => void changeDraft({ note: event.currentTarget.value })}
          />
        </label>
      </CellGroup>

      {!may("task.work") && (
        <CellGroup title={t("contact.title")} note={t("contact.note")}>
          <label class="cell">
            <span class="cell-label">{t("contact.label")}</span>
            <input
              class="cell-input"
              type="tel"
              autocomplete="tel"
              maxLength={100}
              data-testid="contact"
              placeholder={t("report.note_hint")}
              value={current.contact ?? ""}
              onInput={(event) => void changeDraft({ contact: event.currentTarget.value })}
            />
          </label>
        </CellGroup>
      )}

      {!isUntouched(current) && (
        <button type="button" class="button button-quiet button-block" onClick={() => void discardDraft()} data-testid="discard-draft">
          {t("report.discard")}
        </button>
      )}

      <div class="submit-bar">
        {tried.value && missing.length > 0 && (
          <p class="form-problem" role="alert" data-testid="lacks">
            {t("report.lacks", { what: missing.map((lack) => t(`lack.${lack}`)).join(lang.value === "en" ? ", " : "、") })}
          </p>
        )}
        <button type="button" class="button button-main button-block" onClick={submit} disabled={busy.value} data-testid="submit-report">
          {t("report.submit")}
        </button>
      </div>

      {picking.value && (
        <MatterPicker
          onClose={() => (picking.value = false)}
          onPick={(code, conditionCode) => {
            picking.value = false;
            const allowsFix = matterOf(code)?.self_fix ?? false;
            void changeDraft({ matter: code, condition: conditionCode, self_fix: allowsFix && current.self_fix });
          }}
        />
      )}
    </div>
  );
}
