/** What may be reported, as the city's list has it. */

import { computed, signal } from "@preact/signals";
import { matters as askMatters } from "../api/endpoints";
import { serverNow } from "../clock/server-clock";
import type { ConditionOut, MatterOut } from "../api/wire";
import { freshOrCopy } from "../device/database";

export const catalogue = signal<MatterOut[]>([]);

export async function loadCatalogue(): Promise<void> {
  catalogue.value = (await freshOrCopy("matters", askMatters)).value;
}

/** What may be reported now: what has been withdrawn keeps its names for what was reported before. */
export const admitted = (list: readonly MatterOut[], nowMs = serverNow()): MatterOut[] =>
  list.filter((matter) => !matter.withdrawn_at || Date.parse(matter.withdrawn_at) > nowMs);

const byCode = computed(() => new Map(catalogue.value.map((matter) => [matter.code, matter])));

export const matterOf = (code: string | null): MatterOut | undefined => (code ? byCode.value.get(code) : undefined);
export const conditionOf = (matter: string | null, code: string | null): ConditionOut | undefined =>
  matterOf(matter)?.conditions.find((condition) => condition.code === code);

/** What proves an incident of this condition solved, in the chosen language. */
export function closingOf(condition: ConditionOut | undefined, english: boolean): string {
  if (!condition) return "";
  return (english && condition.closing_condition_en) || condition.closing_condition;
}

/** Groups in the order of the list; a search looks at names in both languages and at codes. */
export function grouped(list: MatterOut[], search: string): [string, MatterOut[]][] {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, MatterOut[]>();
  for (const matter of list) {
    const text = [matter.name, matter.name_en, matter.code, matter.category, ...matter.conditions.map((c) => c.name)]
      .join(" ")
      .toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    groups.set(matter.category, [...(groups.get(matter.category) ?? []), matter]);
  }
  return [...groups];
}
