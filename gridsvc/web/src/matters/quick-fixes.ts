/** What was put right on the spot last on this phone, offered again: one tap instead of four. */

import { computed, signal } from "@preact/signals";
import type { ConditionOut, MatterOut } from "../api/wire";
import { admitted, catalogue } from "./catalogue";

export type QuickFix = { matter: MatterOut; condition: ConditionOut };

const STORED = "gridsvc.quick-fixes";
const MOST = 3;

function stored(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    return Array.isArray(kept) ? kept.filter((code): code is string => typeof code === "string") : [];
  } catch {
    return [];
  }
}

const lastUsed = signal<string[]>(stored());

/** The conditions used last, then the first of each matter that may be put right on the spot. */
export function chooseQuickFixes(list: readonly MatterOut[], used: readonly string[]): QuickFix[] {
  const allowed = list.filter((matter) => matter.self_fix);
  const all = allowed.flatMap((matter) => matter.conditions.map((condition) => ({ matter, condition })));
  const again = used.flatMap((code) => all.filter(({ condition }) => condition.code === code));
  const first = allowed.flatMap((matter) => all.filter((fix) => fix.matter === matter).slice(0, 1));
  return [...again, ...first.filter((fix) => !again.some(({ matter }) => matter === fix.matter))].slice(0, MOST);
}

export const quickFixes = computed(() => chooseQuickFixes(admitted(catalogue.value), lastUsed.value));

export function rememberQuickFix(condition: string | null): void {
  if (!condition) return;
  lastUsed.value = [condition, ...lastUsed.value.filter((code) => code !== condition)].slice(0, MOST);
  try {
    localStorage.setItem(STORED, JSON.stringify(lastUsed.value));
  } catch {
    // Private windows may refuse; the choice then lasts as long as the page.
  }
}
