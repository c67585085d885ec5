import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { IncidentDrawer } from "../incidents/incident-drawer";
import { QueuePanel } from "../queue/queue-panel";
import { isRosterOpen } from "../roster/roster";
import { RosterSheet } from "../roster/roster-sheet";
import { session, sessionState } from "../session/session";
import { SignIn } from "../session/sign-in";
import { Toast } from "../ui/toast";
import { News } from "./news";
import { selectedId } from "./selection";
import { TopBar } from "./top-bar";
import { Legend } from "./legend";
import { StaleBanner } from "./stale-banner";

/** The map is most of the bytes: the queue is usable before it has come. */
function LazyMap() {
  const View = useSignal<ComponentType | null>(null);
  useEffect(() => {
    void import("../map/map-view").then((module) => (View.value = module.default));
  }, []);
  return View.value ? <View.value /> : <p class="splash">{t("map.loading")}</p>;
}

export function App() {
  if (sessionState.value === "asking") return <p class="splash">{t("loading")}</p>;
  if (sessionState.value === "out" || !session.value)
    return <SignIn title={t("app.d")} lead={t("app.d_lead")} remember={false} />;
  return (
    <div class="desk">
      <a class="skip" href="#queue">
        {t("map.skip")}
      </a>
      <TopBar />
      <QueuePanel />
      <main class="desk-map">
        <StaleBanner />
        <LazyMap />
        <Legend />
      </main>
      {selectedId.value && <IncidentDrawer id={selectedId.value} key={selectedId.value} />}
      {isRosterOpen.value && <RosterSheet onClose={() => (isRosterOpen.value = false)} />}
      <News />
      <Toast />
    </div>
  );
}
