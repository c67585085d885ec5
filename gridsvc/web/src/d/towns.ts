/** Towns and communities with a place for their names. */

import { computed, signal } from "@preact/signals";
import { divisions } from "../api/endpoints";
import type { DivisionOut } from "../api/wire";
import { nameOf } from "../i18n";

export const towns = signal<DivisionOut[]>([]);
export const communities = signal<DivisionOut[]>([]);
const cities = signal<DivisionOut[]>([]);

const byCode = computed(() => new Map([...cities.value, ...towns.value, ...communities.value].map((row) => [row.code, row])));

/** The name of a division given by its code; an unknown code is shown as it came. */
export const divisionName = (code: string | null): string => (code ? nameOf(byCode.value.get(code)) || code : "");

export async function loadTowns(): Promise<void> {
  [cities.value, towns.value, communities.value] = await Promise.all([
    divisions("city"),
    divisions("town"),
    divisions("community"),
  ]);
}
