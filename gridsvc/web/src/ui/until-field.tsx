import { t } from "../i18n";
import { serverNow } from "../clock/server-clock";

const MINUTE = 60_000;
const LONGEST_MS = 365 * 24 * 60 * MINUTE;
/** The city keeps Beijing time wherever the browser is. */
const OFFSET_MS = 8 * 60 * MINUTE;

/** "2026-11-23T14:05", as the city's clocks show it. */
export const localOf = (ms: number): string => new Date(ms + OFFSET_MS).toISOString().slice(0, 16);

/** The instant of what was chosen, null when nothing was. */
export const instantOf = (local: string): string | null => (local ? `${local}:00+08:00` : null);

type Props = { value: string; onChange: (local: string) => void };

/** A date and time ahead, within a year. */
export function UntilField({ value, onChange }: Props) {
  const now = serverNow();
  return (
    <label class="field">
      <span>{t("step.until")}</span>
      <input
        type="datetime-local"
        data-testid="step-until"
        min={localOf(now + MINUTE)}
        max={localOf(now + LONGEST_MS)}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}
