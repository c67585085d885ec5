import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { nameOf, t } from "../i18n";
import { lastNews } from "../live/live-incidents";
import { divisionName } from "./towns";

const QUIET_MS = 5_000;

/** New incidents said aloud for screen readers, one sentence in five seconds at most. */
export function News() {
  const said = useSignal("");
  const last = useRef(0);
  useSignalEffect(() => {
    const news = lastNews.value;
    if (!news || performance.now() - last.current < QUIET_MS) return;
    last.current = performance.now();
    said.value = t("news.incident", { what: nameOf(news.matter), where: divisionName(news.town) });
  });
  return (
    <p class="visually-hidden" aria-live="polite">
      {said.value}
    </p>
  );
}
