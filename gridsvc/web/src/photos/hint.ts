/** What a photo hints at, in words: "拍摄于约 1.2 公里外 · 早 3 小时 · 朝东北". */

import type { PhotoHintOut } from "../api/wire";
import { t } from "../i18n";
import { metres } from "../i18n/format";

const WINDS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"] as const;

/** In its largest unit only: the clock of a camera is not worth more. */
function length(minutes: number): string {
  const hours = minutes / 60;
  if (hours < 1) return t("hint.minutes", { n: minutes });
  return hours < 48 ? t("hint.hours", { n: Math.round(hours) }) : t("hint.days", { n: Math.round(hours / 24) });
}

/** Null where the photo tells neither where nor when it was taken: there is nothing to say then. */
export function hintText(hint: PhotoHintOut | null | undefined): string | null {
  if (!hint || (hint.place === "unknown" && hint.time === "unknown")) return null;
  const parts: string[] = [];
  if (hint.place === "unknown") parts.push(t("hint.no_place"));
  else if (hint.distance_m === null) parts.push(t("hint.near"));
  else parts.push(t("hint.away", { distance: metres(hint.distance_m) }));
  if (hint.time === "agrees") parts.push(t("hint.soon"));
  if (hint.minutes !== null) {
    parts.push(t(hint.minutes < 0 ? "hint.before" : "hint.after", { length: length(Math.abs(hint.minutes)) }));
  }
  const wind = hint.direction_deg === null ? undefined : WINDS[Math.round(hint.direction_deg / 45) % 8];
  if (wind) parts.push(t("hint.facing", { wind: t(`hint.${wind}`) }));
  return parts.join(" · ");
}
