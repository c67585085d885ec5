import { t } from "../i18n";
import { newsCount } from "../reports/own-reports";
import { may } from "../session/session";
import { lateCount, tasks } from "../tasks/tasks";
import { blockedCount } from "../uploads/uploads";
import { go } from "./route";

const ICONS = {
  tasks: "M5 6h2v2H5z M10 7h10 M5 12h2v2H5z M10 13h10 M5 18h2v2H5z M10 19h10",
  report: "M12 5v14 M5 12h14",
  me: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z M4 21c1-5 4-7 8-7s7 2 8 7",
} as const;

export type Tab = keyof typeof ICONS;

/** Not everybody has tasks, and not everybody reports. */
export const tabsFor = (): Tab[] => {
  const needs: Record<Tab, boolean> = { tasks: may("task.work"), report: may("report.create"), me: true };
  return (Object.keys(needs) as Tab[]).filter((tab) => needs[tab]);
};

export function TabBar({ current }: { current: string }) {
  const badges: Record<Tab, number> = { tasks: tasks.value?.length ?? 0, report: 0, me: blockedCount.value };
  const news = newsCount.value;
  return (
    <nav class="tabs" aria-label={t("tabs.label")}>
      {tabsFor().map((tab) => (
        <button
          key={tab}
          type="button"
          class={`tab tab-${tab}${current === tab ? " tab-on" : ""}`}
          aria-current={current === tab ? "page" : undefined}
          data-testid={`tab-${tab}`}
          onClick={() => go(`/${tab}`)}
        >
          <span class="tab-icon">
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d={ICONS[tab]} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />
            </svg>
            {badges[tab] > 0 && (
              <span class={tab === "tasks" && lateCount.value === 0 ? "badge badge-calm" : "badge"}>{badges[tab]}</span>
            )}
            {tab === "me" && badges.me === 0 && news > 0 && (
              <span class="news-dot news-dot-tab" role="img" aria-label={t("mine.news")} data-testid="news-tab" />
            )}
          </span>
          {t(`tabs.${tab}`)}
        </button>
      ))}
    </nav>
  );
}
