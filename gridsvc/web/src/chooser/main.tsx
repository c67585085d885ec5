import "../styles/tokens.css";
import "../styles/ui.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { lang, t } from "../i18n";
import { LangSwitch } from "../i18n/lang-switch";
import { Mark } from "../ui/mark";

/** Two doors, for those who typed only the host's name. */
function Chooser() {
  return (
    <main class="signin">
      <div class="signin-brand">
        <Mark />
        <h1>{t("app.name")}</h1>
        <p>{t("chooser.lead")}</p>
      </div>
      <nav class="chooser">
        <a href="/m/" data-testid="to-m">
          <strong>{t("chooser.m")}</strong>
          <span class="quiet">{t("chooser.m_hint")}</span>
        </a>
        <a href="/d/" data-testid="to-d">
          <strong>{t("chooser.d")}</strong>
          <span class="quiet">{t("chooser.d_hint")}</span>
        </a>
      </nav>
      <LangSwitch />
    </main>
  );
}

effect(() => {
  document.documentElement.lang = lang.value;
  document.title = t("app.name");
});
const root = document.getElementById("app");
if (root) render(<Chooser />, root);
