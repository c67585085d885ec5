/** Texts in Chinese first, English on request; both files must hold the same keys. */

import { signal } from "@preact/signals";
import en from "./en.json";
import zh from "./zh-CN.json";

type DeskKey = keyof typeof import("./desk-zh-CN.json");
export type Key = keyof typeof zh | DeskKey;
export type Lang = "zh-CN" | "en";
type Values = Record<string, string | number>;

// Assigning each to the other's shape makes a key missing on either side a type error.
const chinese: Record<keyof typeof en, string> = zh;
const english: Record<keyof typeof zh, string> = en;
const texts: Record<Lang, Partial<Record<Key, string>>> = { "zh-CN": { ...chinese }, en: { ...english } };

/** The desk's texts are of no use on a phone; its page adds them when it starts. */
export function addTexts(more: Record<Lang, Record<DeskKey, string>>): void {
  for (const each of ["zh-CN", "en"] as const) Object.assign(texts[each], more[each]);
}

const STORED = "gridsvc.lang";

const stored = (): Lang => {
  try {
    return localStorage.getItem(STORED) === "en" ? "en" : "zh-CN";
  } catch {
    return "zh-CN";
  }
};

/** Chinese whatever the browser says, until the person chooses otherwise. */
export const lang = signal<Lang>(stored());

export function setLang(next: Lang): void {
  lang.value = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // Private windows may refuse; the choice then lasts as long as the page.
  }
}

export function t(key: Key, values: Values = {}): string {
  const text = texts[lang.value][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}

const has = (key: string): key is Key => Object.prototype.hasOwnProperty.call(texts["zh-CN"], key);

/** The text of a code from the server, or the code itself when we have no word for it yet. */
export function tCode(group: string, code: string | null | undefined): string {
  if (!code) return "";
  const key = `${group}.${code}`;
  return has(key) ? t(key) : code;
}

/** True when a sentence for this code exists. */
export const knowsCode = (group: string, code: string): boolean => has(`${group}.${code}`);

/** The name of a row from the server in the chosen language; names are data and are never translated here. */
export function nameOf(row: { name: string; name_en?: string | null } | null | undefined): string {
  if (!row) return "";
  return lang.value === "en" && row.name_en ? row.name_en : row.name;
}
