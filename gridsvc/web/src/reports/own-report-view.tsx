import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { answerSatisfaction } from "../api/endpoints";
import { serverNow } from "../clock/server-clock";
import { nameOf, t, tCode } from "../i18n";
import { moment } from "../i18n/format";
import { placeText } from "../incidents/place-text";
import { Cell, CellGroup, Empty } from "../ui/cells";
import { problemText } from "../ui/problem-text";
import { say } from "../ui/toast";
import { loadOwnReports, look, newsOf, ownReport } from "./own-reports";

/** One report of one's own: each step that was taken, never by whom; and, once, whether it is solved. */
export function OwnReportView({ id }: { id: string }) {
  const busy = useSignal(false);
  const report = ownReport(id);
  const news = report ? newsOf(report) : 0;
  useEffect(() => {
    void look(id);
  }, [id, news]);
  if (!report)
    return (
      <div class="page">
        <Empty title={t("mine.gone")} />
      </div>
    );
  const { incident } = report;
  const answer = async (said: "satisfied" | "unsatisfied"): Promise<void> => {
    busy.value = true;
    try {
      await answerSatisfaction(incident.incident_id, said);
      await loadOwnReports();
      say(t("mine.thanks"));
    } catch (error) {
      say(problemText(error));
    } finally {
      busy.value = false;
    }
  };
  return (
    <div class="page" data-testid="own-report-view" data-state={incident.state}>
      <CellGroup title={nameOf(incident.matter)}>
        <Cell label={t("task.number")}>
          <strong class="mono">{incident.number}</strong>
        </Cell>
        <Cell label={t("receipt.grid")}>{placeText(incident)}</Cell>
        <Cell label={t("task.state")}>{tCode("state", incident.state)}</Cell>
      </CellGroup>
      <CellGroup title={t("mine.progress")}>
        {report.progress.map((step) => (
          <Cell key={`${step.kind} ${step.at}`} label={tCode("heard", step.kind)} testid="heard">
            {moment(step.at, serverNow())}
          </Cell>
        ))}
      </CellGroup>
      {report.asked_for_satisfaction && (
        <div class="stack" data-testid="asked">
          <p class="quiet">{t("mine.asked")}</p>
          <button type="button" class="button button-main button-block" disabled={busy.value} onClick={() => void answer("satisfied")} data-testid="satisfied">
            {t("mine.satisfied")}
          </button>
          <button type="button" class="button button-block" disabled={busy.value} onClick={() => void answer("unsatisfied")} data-testid="unsatisfied">
            {t("mine.unsatisfied")}
          </button>
        </div>
      )}
    </div>
  );
}
