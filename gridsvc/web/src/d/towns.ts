/** Towns and communities with a place for their names. */

import { computed, signal } from "@preact/signals";
import { divisions } from "../api/endpoints";
import type { DivisionOut } from "../api/wire";
import { nameOf } from "../i18n";

export const towns = signal<DivisionOut[]>([]);
export const communities = signal<DivisionOut[]>([]);

const byCode = computed(() => new Map([...towns.value, ...communities.value].map((row) => [row.code, row])));

/** The name of a town given by its code; anything else is shown as it came. */
export const townName = (code: string | null): string => (code ? nameOf(byCode.value.get(code)) || code : "");

export async function loadTowns(): Promise<void> {
  [towns.value, communities.value] = await Promise.all([divisions("town"), divisions("community")]);
}
