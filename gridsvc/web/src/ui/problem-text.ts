import { Refused, Unreachable } from "../api/client";
import { t } from "../i18n";

/** One sentence about why a call failed, the server's own words where it gave some. */
export function problemText(error: unknown): string {
  if (error instanceof Unreachable) return t("problem.unreachable");
  if (!(error instanceof Refused)) return t("problem.unknown");
  if (error.status === 409) return t("problem.conflict");
  if (error.status === 403) return t("problem.forbidden");
  if (error.status === 404) return t("problem.not_found");
  if (error.status >= 500) return t("problem.server");
  const fields = (error.problem.errors ?? []).map((item) => item.msg).filter(Boolean);
  return [error.problem.detail ?? error.problem.title, ...fields].filter(Boolean).join(" · ") || t("problem.unknown");
}
