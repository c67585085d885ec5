import { serverNow } from "../clock/server-clock";
import type { IncidentOut } from "../api/wire";
import { t, tCode } from "../i18n";
import { moment } from "../i18n/format";

/** What is special about an incident beside its state, in words; most have none. */
export function markTexts(incident: IncidentOut, nowMs: number): string[] {
  const { suspended_until: suspended, supervision, request } = incident;
  return [
    suspended && t("mark.suspended", { at: moment(suspended, nowMs) }),
    request && tCode("request", request.kind) + (request.until ? ` · ${moment(request.until, nowMs)}` : ""),
    supervision && t("mark.supervised", { level: tCode("level", supervision.level), at: moment(supervision.until, nowMs) }),
    incident.extension_count > 0 && t("mark.extended", { n: incident.extension_count }),
    incident.reopen_count > 0 && t("mark.reopened"),
    incident.is_force_closed && t("mark.force_closed"),
    incident.exempted_at && t("mark.exempted"),
  ].filter((text): text is string => Boolean(text));
}

export function Marks({ incident }: { incident: IncidentOut }) {
  return (
    <>
      {markTexts(incident, serverNow()).map((text) => (
        <span key={text} class="tag" data-testid="mark">
          {text}
        </span>
      ))}
    </>
  );
}
