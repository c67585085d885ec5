import "../styles/tokens.css";
import "../styles/ui.css";
import "../styles/sheet.css";
import "../styles/near.css";
import "../styles/phone.css";
import "../styles/phone-work.css";
import { effect, untracked } from "@preact/signals";
import { render } from "preact";
import { startTicking } from "../clock/server-clock";
import { openDraft } from "../drafts/drafts";
import { lang, t } from "../i18n";
import { loadCatalogue } from "../matters/catalogue";
import { largeText, setLargeText } from "../me/large-text";
import { loadMiniMap } from "../mini-map/mini-maps";
import { keepOwnReportsFresh, listenToOwnReports, loadOwnReports, stopListening } from "../reports/own-reports";
import { openSession, session, sessionState } from "../session/session";
import { keepTasksFresh, loadTasks } from "../tasks/tasks";
import { flush, keepFlushing, loadUploads } from "../uploads/uploads";
import { App } from "./app";

effect(() => {
  document.documentElement.lang = lang.value;
  document.title = t("app.m");
});
setLargeText(largeText.value);
startTicking();
keepTasksFresh();
keepOwnReportsFresh();
keepFlushing();

/** What the phone keeps belongs to one person: load it again whenever somebody signs in. */
async function begin(): Promise<void> {
  await Promise.all([openDraft(), loadUploads()]);
  await Promise.allSettled([loadCatalogue(), loadTasks()]);
  void flush(true).then(async () => {
    await Promise.all([loadTasks(), loadOwnReports()]);
    listenToOwnReports();
  });
  for (const post of session.value?.posts ?? []) if (post.grid) void loadMiniMap(post.grid.grid_id).catch(() => null);
}

effect(() => {
  if (sessionState.value === "in") untracked(() => void begin());
  else stopListening();
});

if (import.meta.env.PROD) {
  // Without it (no TLS, an old WebView) the page still works, it only cannot be opened offline.
  navigator.serviceWorker?.register("/m/service-worker.js").catch(() => undefined);
}

window.addEventListener("online", () => void loadTasks());

const root = document.getElementById("app");
if (root) render(<App />, root);
void openSession(true);
