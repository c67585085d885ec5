/** Gaps as a dispatcher reads them: one line for a town, what it lacked and in which tier. */

import type { GapOut, VacancyOut } from "../api/wire";

export type GapGroup = {
  town: string;
  shortfall: string;
  tier: string;
  count: number;
  last_at: string;
  /** Grid codes, the most often lacking first; none outside of all grids. */
  grids: { code: string; count: number }[];
};

/** A grid's code begins with its town's nine digits. */
export const townOf = (gridCode: string): string => `${gridCode.slice(0, 9)}000`;

export function groupGaps(gaps: readonly GapOut[]): GapGroup[] {
  const groups = new Map<string, GapGroup>();
  for (const gap of gaps) {
    const town = gap.grid ? townOf(gap.grid.code) : "";
    const key = `${town} ${gap.shortfall} ${gap.tier}`;
    const group = groups.get(key) ?? { town, shortfall: gap.shortfall, tier: gap.tier, count: 0, last_at: gap.last_at, grids: [] };
    groups.set(key, group);
    group.count += gap.count;
    if (Date.parse(gap.last_at) > Date.parse(group.last_at)) group.last_at = gap.last_at;
    if (!gap.grid) continue;
    const { code } = gap.grid;
    const known = group.grids.find((grid) => grid.code === code);
    if (known) known.count += gap.count;
    else group.grids.push({ code, count: gap.count });
  }
  for (const group of groups.values()) group.grids.sort((a, b) => b.count - a.count || a.code.localeCompare(b.code));
  return [...groups.values()].sort((a, b) => b.count - a.count || a.town.localeCompare(b.town));
}

export type VacancyGroup = { duty: string; lack: string; grids: string[] };

/** One line for a role and why nobody is there for it. */
export function groupVacancies(vacancies: readonly VacancyOut[]): VacancyGroup[] {
  const groups = new Map<string, VacancyGroup>();
  for (const { duty, lack, grid } of vacancies) {
    const key = `${duty} ${lack}`;
    const group = groups.get(key) ?? { duty, lack, grids: [] };
    groups.set(key, group);
    group.grids.push(grid.code);
  }
  return [...groups.values()].sort((a, b) => b.grids.length - a.grids.length);
}
