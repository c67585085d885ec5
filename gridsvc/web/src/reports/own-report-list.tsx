import { serverNow } from "../clock/server-clock";
import { nameOf, t, tCode } from "../i18n";
import { moment } from "../i18n/format";
import { go } from "../m/route";
import { CellButton, CellGroup, Empty } from "../ui/cells";
import { mine, newsOf } from "./own-reports";

/** Everything this person reported, the newest first, with a dot where something has happened. */
export function OwnReportList() {
  const listed = mine.value;
  if (!listed || listed.length === 0)
    return (
      <div class="page" data-testid="own-reports">
        <Empty title={t(listed ? "mine.none" : "mine.unknown")} />
      </div>
    );
  return (
    <div class="page" data-testid="own-reports">
      <CellGroup note={t("mine.note")}>
        {listed.map((report) => (
          <CellButton
            key={report.report_id}
            label={`${nameOf(report.incident.matter)} · ${moment(report.received_at, serverNow())}`}
            value={
              <>
                {newsOf(report) > 0 && <span class="news-dot" role="img" aria-label={t("mine.news")} data-testid="news" />}
                {tCode("state", report.incident.state)}
              </>
            }
            onClick={() => go(`/mine/${report.report_id}`)}
            testid="own-report"
          />
        ))}
      </CellGroup>
    </div>
  );
}
