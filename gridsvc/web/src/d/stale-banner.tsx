import { serverNow, tick } from "../clock/server-clock";
import { t } from "../i18n";
import { clockSeconds } from "../i18n/format";
import { lastWordMs, streamState } from "../live/stream";

/** Old data must never look like live data. */
export function StaleBanner() {
  void tick.value;
  if (streamState.value !== "stale") return null;
  return (
    <p class="stale" role="alert" data-testid="stale">
      {t("stream.stale", { at: clockSeconds(serverNow(lastWordMs.value)) })}
    </p>
  );
}
