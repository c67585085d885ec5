import { useSignal } from "@preact/signals";
import type { MatterOut } from "../api/wire";
import { lang, nameOf, t, tCode } from "../i18n";
import { limit } from "../i18n/format";
import { Empty } from "../ui/cells";
import { Sheet } from "../ui/sheet";
import { admitted, catalogue, closingOf, grouped } from "./catalogue";

type Props = { onPick: (matter: string, condition: string | null) => void; onClose: () => void };

/** First the matter, then the case of it with its own time limit. */
export function MatterPicker({ onPick, onClose }: Props) {
  const search = useSignal("");
  const chosen = useSignal<MatterOut | null>(null);

  const choose = (matter: MatterOut): void => {
    if (matter.conditions.length === 0) onPick(matter.code, null);
    else chosen.value = matter;
  };

  if (chosen.value) {
    const matter = chosen.value;
    return (
      <Sheet title={nameOf(matter)} onClose={onClose} testid="condition-sheet">
        <p class="sheet-lead">{t("matter.which_condition", { department: nameOf(matter.department) })}</p>
        {matter.conditions.map((condition) => (
          <button
            type="button"
            key={condition.code}
            class="pick"
            data-testid={`condition-${condition.code}`}
            onClick={() => onPick(matter.code, condition.code)}
          >
            <span class="pick-main">
              <span class={`severity severity-${condition.severity}`}>{tCode("severity", condition.severity)}</span>
              {nameOf(condition)}
            </span>
            <span class="pick-sub">
              {t("matter.limit", { limit: limit(condition.limit) })} · {closingOf(condition, lang.value === "en")}
            </span>
          </button>
        ))}
        <button type="button" class="button button-block" onClick={() => (chosen.value = null)}>
          {t("matter.other")}
        </button>
      </Sheet>
    );
  }

  const groups = grouped(admitted(catalogue.value), search.value);
  return (
    <Sheet title={t("matter.pick")} onClose={onClose} testid="matter-sheet">
      <input
        class="search"
        type="search"
        data-testid="matter-search"
        placeholder={t("matter.search")}
        aria-label={t("matter.search")}
        value={search.value}
        onInput={(event) => (search.value = event.currentTarget.value)}
      />
      {groups.map(([category, list]) => (
        <section key={category}>
          <h3 class="pick-group">{tCode("category", category)}</h3>
          {list.map((matter) => (
            <button
              type="button"
              key={matter.code}
              class="pick"
              data-testid={`matter-${matter.code}`}
              onClick={() => choose(matter)}
            >
              <span class="pick-main">{nameOf(matter)}</span>
              <span class="pick-sub">
                {nameOf(matter.department)}
                {matter.self_fix && <em class="tag">{t("matter.self_fix")}</em>}
              </span>
            </button>
          ))}
        </section>
      ))}
      {groups.length === 0 && (
        <Empty title={catalogue.value.length === 0 ? t("matter.not_loaded") : t("matter.none_found")} />
      )}
    </Sheet>
  );
}
