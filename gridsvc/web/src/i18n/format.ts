/** Times and measures as people read them. The city keeps Beijing time wherever the browser is. */

import { lang, t } from "./index";

const ZONE = "Asia/Shanghai";
const MINUTE = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = lang.value + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(lang.value, { timeZone: ZONE, hourCycle: "h23", ...options });
    formats.set(key, found);
  }
  return found;
}

const dayOf = (ms: number): string => format({ year: "numeric", month: "2-digit", day: "2-digit" }).format(ms);

export const clockTime = (ms: number): string => format({ hour: "2-digit", minute: "2-digit" }).format(ms);
export const clockSeconds = (ms: number): string =>
  format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(ms);
export const longDate = (ms: number): string =>
  format({ month: "long", day: "numeric", weekday: "short" }).format(ms);

/** "14:05" today, "11月24日 14:05" on any other day. */
export function moment(iso: string, nowMs: number): string {
  const ms = Date.parse(iso);
  if (dayOf(ms) === dayOf(nowMs)) return clockTime(ms);
  return format({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }).format(ms);
}

/** A span in its two largest units: "2小时13分", "3天4小时", "41分"; "2h 13m" in English. */
export function span(ms: number): string {
  const minutes = Math.floor(Math.abs(ms) / MINUTE);
  const parts: [number, "unit.day" | "unit.hour" | "unit.minute"][] = [
    [Math.floor(minutes / 1440), "unit.day"],
    [Math.floor((minutes % 1440) / 60), "unit.hour"],
    [minutes % 60, "unit.minute"],
  ];
  const first = Math.max(0, parts.findIndex(([n]) => n > 0));
  const shown = minutes === 0 ? parts.slice(2) : parts.slice(first, first + 2).filter(([n]) => n > 0);
  return shown.map(([n, unit]) => t(unit, { n })).join(lang.value === "en" ? " " : "");
}

/** "剩余 2小时13分" or "超时 41分", against server time. */
export function due(dueAt: string | null, nowMs: number): string {
  if (!dueAt) return t("due.none");
  const left = Date.parse(dueAt) - nowMs;
  return left >= 0 ? t("due.left", { span: span(left) }) : t("due.late", { span: span(left) });
}

/** A time limit as the list of matters words it: "2 紧急工作时". */
export function limit(value: { amount: number; kind: string } | null | undefined): string {
  if (!value) return "";
  const kinds = {
    urgent_hours: "limit.urgent_hours",
    work_hours: "limit.work_hours",
    work_days: "limit.work_days",
    calendar_days: "limit.calendar_days",
  } as const;
  const key = kinds[value.kind as keyof typeof kinds];
  if (key && lang.value === "en" && value.amount === 1) return t(`${key}.one`);
  return key ? t(key, { n: value.amount }) : `${value.amount} ${value.kind}`;
}

export const metres = (value: number): string =>
  Math.abs(value) >= 1000
    ? t("unit.kilometres", { n: Number((value / 1000).toFixed(1)) })
    : t("unit.metres", { n: Math.round(value) });
