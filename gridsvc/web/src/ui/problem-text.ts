import { Refused, Unreachable, slugOf } from "../api/client";
import { knowsCode, t, tCode } from "../i18n";

/** One sentence about why a call failed; what we have no words for is told in the server's. */
export function problemText(error: unknown): string {
  if (error instanceof Unreachable) return t("problem.unreachable");
  if (!(error instanceof Refused)) return t("problem.unknown");
  const { problem, status } = error;
  if (problem.code && knowsCode("refusal", problem.code)) return tCode("refusal", problem.code);
  const slug = slugOf(problem);
  if (knowsCode("problem", slug)) return tCode("problem", slug);
  if (status >= 500) return t("problem.server");
  return detailOf(error) || t("problem.unknown");
}

/** The server's own words, for whoever wants to know exactly. */
export function detailOf(error: unknown): string {
  if (!(error instanceof Refused)) return "";
  const { problem } = error;
  const fields = (problem.errors ?? []).map((item) => `${(item.loc ?? []).join(".")}: ${item.msg ?? ""}`);
  return [problem.detail ?? problem.title, ...fields].filter(Boolean).join(" · ");
}
