import { computed, signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { serverNow, tick } from "../clock/server-clock";
import { openIncident, selectedId } from "../d/selection";
import { towns } from "../d/towns";
import { nameOf, t, tCode } from "../i18n";
import { liveIncidents, loading, revision } from "../live/live-incidents";
import { Empty } from "../ui/cells";
import { chosen, NO_FILTER, type Filter, type Tab } from "./queue-filter";
import { QueueRow, ROW_PX } from "./queue-row";

export const filter = signal<Filter>(NO_FILTER);

const view = computed(() => {
  void revision.value;
  void tick.value;
  return chosen(liveIncidents(), filter.value, serverNow());
});

const TABS: Tab[] = ["nobody", "late", "all"];
const SPARE_ROWS = 6;

function Filters() {
  const change = (changes: Partial<Filter>): void => {
    filter.value = { ...filter.value, ...changes };
  };
  const { counts } = view.value;
  return (
    <div class="queue-head">
      <div class="queue-tabs" role="tablist" aria-label={t("queue.title")}>
        {TABS.map((tab) => (
          <button
            key={tab}
            type="button"
            role="tab"
            aria-selected={filter.value.tab === tab}
            class={`queue-tab queue-tab-${tab}`}
            data-testid={`queue-tab-${tab}`}
            onClick={() => change({ tab })}
          >
            {t(`queue.${tab}`)} <b class="mono">{counts[tab]}</b>
          </button>
        ))}
      </div>
      <div class="queue-filters">
        <select aria-label={t("queue.town")} data-testid="filter-town" value={filter.value.town} onChange={(event) => change({ town: event.currentTarget.value })}>
          <option value="">{t("queue.every_town")}</option>
          {towns.value.map((town) => (
            <option key={town.code} value={town.code}>
              {nameOf(town)}
            </option>
          ))}
        </select>
        <select aria-label={t("queue.tier")} data-testid="filter-tier" value={filter.value.tier} onChange={(event) => change({ tier: event.currentTarget.value })}>
          <option value="">{t("queue.every_tier")}</option>
          {["patrol", "handling", "enforcement"].map((tier) => (
            <option key={tier} value={tier}>
              {tCode("tier", tier)}
            </option>
          ))}
        </select>
        <input
          type="search"
          data-testid="filter-search"
          placeholder={t("queue.search")}
          aria-label={t("queue.search")}
          value={filter.value.search}
          onInput={(event) => change({ search: event.currentTarget.value })}
        />
      </div>
    </div>
  );
}

/** Rows are of one height, so only those in sight exist; the keyboard walks over all of them. */
export function QueuePanel() {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 800 });
  const [cursor, setCursor] = useState(0);
  const { rows } = view.value;
  const at = Math.min(cursor, Math.max(0, rows.length - 1));

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const measure = (): void => setSeen({ top: element.scrollTop, height: element.clientHeight });
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      watcher.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, []);

  const first = Math.max(0, Math.floor(seen.top / ROW_PX) - SPARE_ROWS);
  const last = Math.min(rows.length, Math.ceil((seen.top + seen.height) / ROW_PX) + SPARE_ROWS);

  const moveTo = (next: number): void => {
    const index = Math.max(0, Math.min(rows.length - 1, next));
    setCursor(index);
    const element = box.current;
    if (!element) return;
    const top = index * ROW_PX;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW_PX > element.scrollTop + element.clientHeight) element.scrollTop = top + ROW_PX - element.clientHeight;
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => moveTo(at + 1),
    ArrowUp: () => moveTo(at - 1),
    PageDown: () => moveTo(at + Math.floor(seen.height / ROW_PX)),
    PageUp: () => moveTo(at - Math.floor(seen.height / ROW_PX)),
    Home: () => moveTo(0),
    End: () => moveTo(rows.length - 1),
    Enter: () => {
      const row = rows[at];
      if (row) openIncident(row.id);
    },
  };
  const onKey = (event: KeyboardEvent): void => {
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  return (
    <section class="queue" aria-label={t("queue.title")}>
      <Filters />
      <div
        ref={box}
        id="queue"
        class="queue-list"
        role="listbox"
        tabIndex={0}
        aria-label={t(`queue.${filter.value.tab}`)}
        aria-activedescendant={rows[at] ? `row-${rows[at].id}` : undefined}
        data-testid="queue"
        data-count={rows.length}
        onKeyDown={onKey}
      >
        <div class="queue-space" style={{ height: `${rows.length * ROW_PX}px` }}>
          {rows.slice(first, last).map((incident, i) => (
            <QueueRow
              key={incident.id}
              incident={incident}
              top={(first + i) * ROW_PX}
              isCursor={first + i === at}
              isOpen={incident.id === selectedId.value}
              onOpen={() => {
                setCursor(first + i);
                openIncident(incident.id);
              }}
            />
          ))}
        </div>
        {rows.length === 0 && (
          <Empty title={loading.value ? t("loading") : t(`queue.none_${filter.value.tab}`)} testid="queue-empty" />
        )}
      </div>
    </section>
  );
}
