import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { serverNow } from "../clock/server-clock";
import { divisionName } from "../d/towns";
import { lang, t, tCode } from "../i18n";
import { moment } from "../i18n/format";
import { shortGrid } from "../incidents/place-text";
import { problemText } from "../ui/problem-text";
import { Sheet } from "../ui/sheet";
import { groupGaps, groupVacancies, type GapGroup } from "./gap-groups";
import { gaps, loadRoster, SHEET_DAYS, vacancies } from "./roster";

const MOST_GRIDS = 60;

const gridName = (code: string): string => `${divisionName(code.slice(0, 12))} ${shortGrid(code)}`;

function Grids({ codes }: { codes: string[] }) {
  const more = codes.length - MOST_GRIDS;
  return (
    <p class="roster-grids">
      {codes.slice(0, MOST_GRIDS).map(gridName).join(lang.value === "en" ? ", " : "、")}
      {more > 0 && t("roster.and_more", { n: more })}
    </p>
  );
}

function GapLine({ group }: { group: GapGroup }) {
  const line = (
    <>
      <b>{group.town ? divisionName(group.town) : tCode("match", "outside")}</b>
      <span>{[tCode("tier", group.tier), tCode("shortfall", group.shortfall)].join(" · ")}</span>
      <span class="roster-figures">
        {group.grids.length > 0 && t("roster.grids", { n: group.grids.length })} {t("roster.times", { n: group.count })}
        <small>{t("roster.last", { at: moment(group.last_at, serverNow()) })}</small>
      </span>
    </>
  );
  if (group.grids.length === 0) return <li class="roster-line">{line}</li>;
  return (
    <li>
      <details>
        <summary class="roster-line">{line}</summary>
        <Grids codes={group.grids.map((grid) => grid.code)} />
      </details>
    </li>
  );
}

/** 力量: what decisions lacked, and where nobody is there for one of the four roles. */
export function RosterSheet({ onClose }: { onClose: () => void }) {
  const problem = useSignal<unknown>(null);
  useEffect(() => {
    loadRoster().catch((error: unknown) => (problem.value = error));
  }, []);
  return (
    <Sheet title={t("roster.title")} onClose={onClose} testid="roster-sheet">
      {problem.value !== null && <p class="form-problem">{problemText(problem.value)}</p>}
      <section class="roster-part" data-testid="roster-gaps">
        <h3>{t("roster.gaps", { n: SHEET_DAYS })}</h3>
        {gaps.value === null && problem.value === null && <p class="quiet">{t("loading")}</p>}
        {gaps.value?.length === 0 && <p class="quiet">{t("roster.no_gaps")}</p>}
        <ul class="roster-list">
          {groupGaps(gaps.value ?? []).map((group) => (
            <GapLine key={`${group.town} ${group.shortfall} ${group.tier}`} group={group} />
          ))}
        </ul>
      </section>
      <section class="roster-part" data-testid="roster-vacancies">
        <h3>{t("roster.vacancies")}</h3>
        {vacancies.value?.length === 0 && <p class="quiet">{t("roster.no_vacancies")}</p>}
        <ul class="roster-list">
          {groupVacancies(vacancies.value ?? []).map((group) => (
            <li key={`${group.duty} ${group.lack}`}>
              <details>
                <summary class="roster-line">
                  <b>{tCode("duty", group.duty)}</b>
                  <span>{tCode("lack", group.lack)}</span>
                  <span class="roster-figures">{t("roster.grids", { n: group.grids.length })}</span>
                </summary>
                <Grids codes={group.grids} />
              </details>
            </li>
          ))}
        </ul>
      </section>
    </Sheet>
  );
}
