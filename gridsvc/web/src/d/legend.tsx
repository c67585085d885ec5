import { t, tCode } from "../i18n";
import { LampMark } from "../incidents/lamp-mark";

export function Legend() {
  return (
    <ul class="legend" aria-label={t("map.legend")}>
      {(["red", "yellow", "green", "grey"] as const).map((lamp) => (
        <li key={lamp}>
          <LampMark lamp={lamp} />
          {tCode("lamp", lamp)}
        </li>
      ))}
      <li>
        <svg class="lamp" viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="3 2.4" />
        </svg>
        {t("map.queued")}
      </li>
    </ul>
  );
}
