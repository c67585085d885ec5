import { t } from "../i18n";
import { moment } from "../i18n/format";
import { go } from "../m/route";
import { CellButton, CellGroup, Empty } from "../ui/cells";
import { statusOf } from "./upload-view";
import { flush, flushing, uploads, waitingCount } from "./uploads";

export function UploadList() {
  const newestFirst = [...uploads.value].reverse();
  return (
    <div class="page" data-testid="upload-list">
      <div class="list-head">
        <p data-testid="upload-count">{t("upload.count", { n: waitingCount.value })}</p>
        <button type="button" class="button" disabled={flushing.value || waitingCount.value === 0} onClick={() => void flush(true)} data-testid="upload-now">
          {flushing.value ? t("upload.sending") : t("upload.now")}
        </button>
      </div>
      {newestFirst.length > 0 && (
        <CellGroup>
          {newestFirst.map((item) => (
            <CellButton
              key={item.id}
              label={`${item.title} · ${moment(item.saved_at, Date.now())}`}
              value={<span class={`status-text status-text-${statusOf(item).tone}`}>{statusOf(item).title}</span>}
              onClick={() => go(`/uploads/${item.id}`)}
              testid="upload"
            />
          ))}
        </CellGroup>
      )}
      {newestFirst.length === 0 && <Empty title={t("uploads.none")} hint={t("uploads.none_hint")} />}
    </div>
  );
}
