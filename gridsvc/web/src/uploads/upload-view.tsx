import { moment } from "../i18n/format";
import { serverNow } from "../clock/server-clock";
import { draft, reopenAsDraft } from "../drafts/drafts";
import { isUntouched } from "../drafts/draft";
import { nameOf, t, tCode } from "../i18n";
import { DueBadge } from "../incidents/due-badge";
import { placeText } from "../incidents/place-text";
import { go } from "../m/route";
import { StoredPhoto } from "../photos/stored-photo";
import { Cell, CellGroup, Empty } from "../ui/cells";
import { say } from "../ui/toast";
import { exportUpload } from "./export-upload";
import { photosOwed, type Upload } from "./upload";
import { dropUpload, flush, flushing, paused, retryUpload, uploadOf } from "./uploads";

/** What is true of it now; "saved" must never be read as "sent". */
export function statusOf(upload: Upload): { title: string; hint: string; tone: "wait" | "done" | "stop" } {
  if (upload.state === "blocked")
    return { title: t("upload.blocked"), hint: upload.problem?.text ?? "", tone: "stop" };
  if (upload.state === "sent") return { title: t("upload.sent"), hint: t("upload.sent_hint"), tone: "done" };
  if (paused.value) return { title: t("upload.saved"), hint: t("upload.paused_hint"), tone: "wait" };
  if (upload.answer) {
    const left = photosOwed(upload).length;
    return { title: t("upload.taken"), hint: t("upload.photos_left", { n: left }), tone: "wait" };
  }
  return {
    title: t("upload.saved"),
    hint: flushing.value ? t("upload.sending") : [upload.problem?.text, t("upload.saved_hint")].filter(Boolean).join(" · "),
    tone: "wait",
  };
}

function Receipt({ upload }: { upload: Upload }) {
  if (upload.kind !== "report" || !upload.answer) return null;
  const { incident, flags } = upload.answer;
  const { owner, queue } = incident;
  return (
    <CellGroup title={t("receipt.title")}>
      <Cell label={t("task.number")} testid="receipt-number">
        <strong class="mono">{incident.number}</strong>
      </Cell>
      <Cell label={t("receipt.grid")} testid="receipt-grid">
        {placeText(incident)}
      </Cell>
      <Cell label={t("task.state")}>{tCode("state", incident.state)}</Cell>
      <Cell label={t("receipt.who")} testid="receipt-owner">
        {owner
          ? [owner.officer_name, tCode("duty", owner.duty)].filter(Boolean).join(" · ")
          : queue
            ? t("receipt.in_queue", { who: nameOf(queue.division), why: tCode("queue_reason", queue.reason) })
            : t("receipt.nobody")}
      </Cell>
      {incident.due_at && (
        <Cell label={t("receipt.by")}>
          {moment(incident.due_at, serverNow())} <DueBadge incident={incident} />
        </Cell>
      )}
      {flags.map((flag) => (
        <p class="notice notice-warn" key={flag}>
          {tCode("flag", flag)}
        </p>
      ))}
    </CellGroup>
  );
}

/** One thing on its way: how far it is, what the server said, what can be done. */
export function UploadView({ id }: { id: string }) {
  const upload = uploadOf(id);
  if (!upload)
    return (
      <div class="page">
        <Empty title={t("upload.gone")} />
      </div>
    );
  const status = statusOf(upload);
  const edit = async (): Promise<void> => {
    if (draft.value && !isUntouched(draft.value) && !confirm(t("upload.replace_draft"))) return;
    await reopenAsDraft(upload);
    go("/report");
  };
  const remove = async (): Promise<void> => {
    if (!confirm(t("upload.confirm_delete"))) return;
    await dropUpload(id);
    say(t("upload.deleted"));
    go("/uploads");
  };
  return (
    <div class="page" data-testid="upload-view" data-state={upload.state}>
      <section class={`status status-${status.tone}`} role="status">
        <h2 data-testid="upload-status">{status.title}</h2>
        <p>{status.hint}</p>
        {upload.problem?.detail && upload.problem.detail !== status.hint && <p class="small">{upload.problem.detail}</p>}
      </section>
      <Receipt upload={upload} />
      {upload.state !== "sent" && (
        <CellGroup title={upload.title}>
          <div class="photos">
            {upload.body.photos.map((photo) => (
              <figure class="photo-frame" key={photo.sha256 + photo.slot}>
                <StoredPhoto sha256={photo.sha256} label={tCode("slot", photo.slot)} />
              </figure>
            ))}
          </div>
          {upload.body.note && <p class="note-text">{upload.body.note}</p>}
          <Cell label={t("upload.saved_at")}>{moment(upload.saved_at, Date.now())}</Cell>
          {upload.attempts > 0 && <Cell label={t("upload.attempts")}>{upload.attempts}</Cell>}
        </CellGroup>
      )}
      <div class="stack">
        {upload.state === "waiting" && (
          <button type="button" class="button button-main button-block" onClick={() => void flush(true)} disabled={flushing.value} data-testid="upload-now">
            {t("upload.now")}
          </button>
        )}
        {upload.state === "blocked" && (
          <>
            {upload.kind === "report" && (
              <button type="button" class="button button-main button-block" onClick={() => void edit()} data-testid="upload-edit">
                {t("upload.edit")}
              </button>
            )}
            <button type="button" class="button button-block" onClick={() => void retryUpload(id)}>
              {t("upload.retry")}
            </button>
          </>
        )}
        {upload.state !== "sent" && (
          <div class="row">
            <button type="button" class="button" onClick={() => void exportUpload(upload)}>
              {t("upload.export")}
            </button>
            <button type="button" class="button button-danger-quiet" onClick={() => void remove()} data-testid="upload-delete">
              {t("upload.delete")}
            </button>
          </div>
        )}
        {upload.kind === "report" && upload.state === "sent" && (
          <button type="button" class="button button-main button-block" onClick={() => go("/report")} data-testid="report-next">
            {t("report.next")}
          </button>
        )}
        <button type="button" class="button button-block" onClick={() => go(upload.kind === "action" ? "/tasks" : "/uploads")}>
          {upload.kind === "action" ? t("task.back") : t("uploads.title")}
        </button>
      </div>
    </div>
  );
}
