import { serverNow } from "../clock/server-clock";
import type { DecisionOut } from "../api/wire";
import { t, tCode } from "../i18n";
import { moment } from "../i18n/format";
import { byCause, readAnswer } from "./answer";
import { arithmetic, clockSentence, facts, outcome, reasons, type Names } from "./sentences";

const CODES_SHOWN = 6;

/** One decision, opened up: what, why, who else, who not, and the sum of its deadlines. */
export function DecisionView({ decision, names }: { decision: DecisionOut; names: Names }) {
  const answer = readAnswer(decision.answer);
  const now = serverNow();
  const causes = byCause(answer.passed_over);
  return (
    <article class="decision" data-testid="decision">
      <p class="decision-outcome" data-testid="decision-outcome">
        {outcome(answer, names)}
      </p>
      <p class="decision-when">
        {t("decision.made", {
          at: moment(decision.made_at, now),
          purpose: tCode("purpose", answer.purpose),
          rules: decision.rules_version,
          generation: decision.generation,
        })}
      </p>
      {answer.reasons.length > 0 && (
        <ol class="why" data-testid="decision-reasons">
          {reasons(answer).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ol>
      )}
      {answer.shortfalls.map((code) => (
        <p key={code} class="notice notice-warn">
          {tCode("shortfall", code)}
        </p>
      ))}
      {answer.candidates.length > 0 && (
        <>
          <h4>{t("decision.candidates", { n: answer.candidates.length })}</h4>
          <ol class="candidates" data-testid="decision-candidates">
            {answer.candidates.slice(0, CODES_SHOWN).map((candidate) => (
              <li key={candidate.post_id} class={candidate.post_id === answer.assignment?.post_id ? "candidate-first" : ""}>
                <b>{names.post(candidate.post_id, candidate.code)}</b> {tCode("duty", candidate.duty)}
                <span>{facts(candidate)}</span>
              </li>
            ))}
          </ol>
        </>
      )}
      {causes.length > 0 && (
        <details>
          <summary>{t("decision.passed_over", { n: answer.passed_over.length })}</summary>
          <ul class="causes" data-testid="decision-passed-over">
            {causes.map(({ why, codes }) => (
              <li key={why}>
                <b>
                  {tCode("why_not", why)} {codes.length}
                </b>
                <span class="mono">
                  {codes.slice(0, CODES_SHOWN).join("、")}
                  {codes.length > CODES_SHOWN && " …"}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {answer.clocks.length > 0 && (
        <>
          <h4>{t("decision.clocks")}</h4>
          <ul class="sums" data-testid="decision-clocks">
            {answer.clocks.map((clock) => (
              <li key={clock.stage}>
                {clockSentence(clock, now)}
                {arithmetic(clock, now).map((line) => (
                  <span key={line}>{line}</span>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </article>
  );
}
