import "../styles/tokens.css";
import "../styles/ui.css";
import "../styles/sheet.css";
import "../styles/near.css";
import "../styles/desk.css";
import "../styles/desk-detail.css";
import "../styles/roster.css";
import "../i18n/desk";
import { effect, untracked } from "@preact/signals";
import { render } from "preact";
import { startTicking } from "../clock/server-clock";
import { lang, t } from "../i18n";
import { closeStream, openStream, startOver, watchSilence } from "../live/stream";
import { loadCatalogue } from "../matters/catalogue";
import { keepGapsFresh } from "../roster/roster";
import { openSession, sessionState } from "../session/session";
import { App } from "./app";
import { setTheme, theme } from "./theme";
import { loadTowns } from "./towns";

effect(() => {
  document.documentElement.lang = lang.value;
  document.title = t("app.d");
});
setTheme(theme.value);
startTicking();
watchSilence();
keepGapsFresh();

effect(() => {
  const state = sessionState.value;
  untracked(() => {
    if (state === "in") {
      openStream();
      void Promise.allSettled([loadCatalogue(), loadTowns()]).then(() => startOver());
    } else closeStream();
  });
});

const root = document.getElementById("app");
if (root) render(<App />, root);
void openSession(false);
