import { useSignalEffect } from "@preact/signals";
import { t } from "../i18n";
import { isRosterOpen, lackingGrids, loadRecentGaps, mayReadRoster } from "./roster";

/** The coverage-gap alert: how many grids had nobody when somebody was needed. */
export function RosterButton() {
  useSignalEffect(() => {
    if (mayReadRoster.value) void loadRecentGaps().catch(() => undefined);
  });
  if (!mayReadRoster.value) return null;
  const lacking = lackingGrids.value;
  return (
    <button type="button" class="button button-quiet" data-testid="roster-open" title={t("roster.hint")} onClick={() => (isRosterOpen.value = true)}>
      {t("roster.title")}
      {lacking > 0 && (
        <b class="badge" data-testid="roster-lacking">
          {lacking}
        </b>
      )}
    </button>
  );
}
