import { nameOf, t, tCode } from "../i18n";
import type { IncidentOut } from "../api/wire";

/** The last three digits say which grid of its community; the first twelve are the community's own. */
export const shortGrid = (code: string): string => (code.length === 15 ? code.slice(12) : code);

/** "虎门镇 · 博涌社区 · 网格 004", or how the place was matched when no grid holds it. */
export function placeText(incident: Pick<IncidentOut, "town" | "community" | "grid" | "match">): string {
  const parts = [nameOf(incident.town), nameOf(incident.community)].filter(Boolean);
  if (incident.grid) parts.push(t("grid.short", { code: shortGrid(incident.grid.code) }));
  return parts.join(" · ") || tCode("match", incident.match);
}
