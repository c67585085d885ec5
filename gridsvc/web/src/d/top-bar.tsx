import { serverNow, tick } from "../clock/server-clock";
import { nameOf, t } from "../i18n";
import { clockTime, longDate } from "../i18n/format";
import { LangSwitch } from "../i18n/lang-switch";
import { board } from "../live/live-incidents";
import { streamState } from "../live/stream";
import { RosterButton } from "../roster/roster-button";
import { session, signOut } from "../session/session";
import { Mark } from "../ui/mark";
import { setTheme, theme } from "./theme";
import { divisionName } from "./towns";

const COUNTERS = ["to_dispatch", "handling", "reported_today", "solved_today", "late"] as const;

function Counters() {
  const counters = board.value?.counters;
  return (
    <dl class="counters" data-testid="counters">
      {COUNTERS.map((name) => (
        <div key={name} class={`figure figure-${name}${name === "late" && (counters?.late ?? 0) > 0 ? " figure-alarm" : ""}`}>
          <dt>{t(`board.${name}`)}</dt>
          <dd class="mono" data-testid={`counter-${name}`}>
            {counters ? counters[name] : "–"}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function scopeName(): string {
  const who = session.value;
  if (!who) return "";
  const division = who.posts.find((post) => post.division)?.division;
  if (!division) return who.scope.divisions.map(divisionName).join("、");
  const known = divisionName(division.code);
  return known === division.code ? nameOf(division) : known;
}

export function TopBar() {
  void tick.value;
  const now = serverNow();
  const other = theme.value === "dark" ? "light" : "dark";
  return (
    <header class="bar">
      <div class="bar-brand">
        <Mark />
        <div>
          <h1>{t("app.d")}</h1>
          <p>{scopeName()}</p>
        </div>
      </div>
      <Counters />
      <div class="bar-end">
        <div class="bar-clock">
          <b class="mono">{clockTime(now)}</b>
          <span>
            {longDate(now)}
            {session.value?.demo && <em class="tag">{t("demo")}</em>}
          </span>
        </div>
        <span class={`pulse pulse-${streamState.value}`} data-testid="stream" data-state={streamState.value}>
          {t(`stream.${streamState.value}_short`)}
        </span>
        <RosterButton />
        <button type="button" class="button button-quiet" data-testid="theme-switch" onClick={() => setTheme(other)}>
          {t(`theme.${other}`)}
        </button>
        <LangSwitch />
        <button type="button" class="button button-quiet" data-testid="sign-out" onClick={() => void signOut()} title={session.value?.name}>
          {t("me.sign_out")}
        </button>
      </div>
    </header>
  );
}
