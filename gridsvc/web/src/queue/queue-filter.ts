/** Which incidents a list shows, and in what order. */

import type { LiveIncident } from "../live/live-incident";
import { byUrgency, lampAt } from "../incidents/lamp";

export type Tab = "nobody" | "late" | "all";
export type Filter = { tab: Tab; town: string; tier: string; search: string };

export const NO_FILTER: Filter = { tab: "nobody", town: "", tier: "", search: "" };

const inTab = (tab: Tab, incident: LiveIncident, nowMs: number): boolean =>
  tab === "all" || (tab === "nobody" ? incident.queue !== null : lampAt(incident, nowMs) === "red");

const outsideTabs = (filter: Filter, incident: LiveIncident): boolean => {
  const word = filter.search.trim().toLowerCase();
  return (
    (!filter.town || incident.town === filter.town) &&
    (!filter.tier || incident.tier === filter.tier) &&
    (!word ||
      [incident.number, incident.matter.name, incident.matter.name_en, incident.grid_code]
        .join(" ")
        .toLowerCase()
        .includes(word))
  );
};

/** The rows of the chosen tab, most urgent first, and how many each tab holds under the same filter. */
export function chosen(
  incidents: Iterable<LiveIncident>,
  filter: Filter,
  nowMs: number,
): { rows: LiveIncident[]; counts: Record<Tab, number> } {
  const counts: Record<Tab, number> = { nobody: 0, late: 0, all: 0 };
  const rows: LiveIncident[] = [];
  for (const incident of incidents) {
    if (!outsideTabs(filter, incident)) continue;
    for (const tab of ["nobody", "late", "all"] as const) if (inTab(tab, incident, nowMs)) counts[tab] += 1;
    if (inTab(filter.tab, incident, nowMs)) rows.push(incident);
  }
  const urgency = byUrgency(nowMs);
  // Numbers break ties, so that rows never trade places between two looks.
  rows.sort((a, b) => urgency(a, b) || a.number.localeCompare(b.number));
  return { rows, counts };
}
