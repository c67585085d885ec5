import { draft } from "../drafts/drafts";
import { t } from "../i18n";
import { Diagnosis } from "../me/diagnosis";
import { Me } from "../me/me";
import { OwnReportList } from "../reports/own-report-list";
import { OwnReportView } from "../reports/own-report-view";
import { ReportForm } from "../reports/report-form";
import { offlineSession, session, sessionState } from "../session/session";
import { SignIn } from "../session/sign-in";
import { TaskDetail } from "../tasks/task-detail";
import { TaskList } from "../tasks/task-list";
import { Mark } from "../ui/mark";
import { Toast } from "../ui/toast";
import { UploadList } from "../uploads/upload-list";
import { UploadView } from "../uploads/upload-view";
import { blockedCount, flush, flushing, paused, waitingCount } from "../uploads/uploads";
import { go, route } from "./route";
import { TabBar, tabsFor } from "./tab-bar";

/** Always in sight: what this phone still owes the server. */
function UploadCounter() {
  const n = waitingCount.value;
  return (
    <button
      type="button"
      class={`counter${n > 0 ? " counter-on" : ""}${blockedCount.value > 0 ? " counter-stop" : ""}`}
      data-testid="upload-counter"
      data-count={n}
      onClick={() => go("/uploads")}
    >
      {flushing.value && n > 0 ? t("upload.sending") : t("upload.count", { n })}
    </button>
  );
}

function Banner() {
  if (paused.value && waitingCount.value > 0) return <p class="banner banner-stop">{t("upload.paused_hint")}</p>;
  if (!offlineSession.value) return null;
  return (
    <button type="button" class="banner" data-testid="offline" onClick={() => void flush(true)}>
      {t("offline.banner")}
    </button>
  );
}

/** Where the person is, kept to what they may do. */
function placeNow(): [string, string | undefined] {
  const [first = "tasks", second] = route.value;
  const tabs: string[] = tabsFor();
  const isOpen = tabs.includes(first) || first === "uploads" || first === "mine";
  return isOpen ? [first, second] : [tabs[0] ?? "me", undefined];
}

function View() {
  const [first, second] = placeNow();
  if (first === "tasks") return second ? <TaskDetail taskId={second} key={second} /> : <TaskList />;
  if (first === "report") return <ReportForm key={draft.value?.id} />;
  if (first === "uploads") return second ? <UploadView id={second} /> : <UploadList />;
  if (first === "mine") return second ? <OwnReportView id={second} key={second} /> : <OwnReportList />;
  return second === "diagnosis" ? <Diagnosis /> : <Me />;
}

function titleOf(first: string, second: string | undefined): string {
  if (first === "report") return t("tabs.report");
  if (first === "uploads") return second ? t("upload.title") : t("uploads.title");
  if (first === "mine") return t("mine.title");
  if (first === "me") return second ? t("me.diagnosis") : t("tabs.me");
  return second ? t("task.title") : t("tasks.title");
}

export function App() {
  if (sessionState.value === "asking") return <p class="splash">{t("loading")}</p>;
  if (sessionState.value === "out" || !session.value)
    return <SignIn title={t("app.m")} lead={t("app.m_lead")} remember />;

  const [first, second] = placeNow();
  const tab = first === "uploads" || first === "mine" ? "me" : first;
  return (
    <>
      <header class="top">
        {second ? (
          <button type="button" class="top-back" aria-label={t("back")} onClick={() => history.back()} data-testid="back">
            <svg viewBox="0 0 12 20" aria-hidden="true">
              <path d="M10 2L2 10l8 8" fill="none" stroke="currentColor" stroke-width="2.4" />
            </svg>
          </button>
        ) : (
          <Mark />
        )}
        <h1>{titleOf(first, second)}</h1>
        <UploadCounter />
      </header>
      <Banner />
      <main>
        <View />
      </main>
      <TabBar current={tab} />
      <Toast />
    </>
  );
}
