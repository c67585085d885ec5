import { serverNow } from "../clock/server-clock";
import type { EventOut } from "../api/wire";
import { knowsCode, t, tCode } from "../i18n";
import { moment } from "../i18n/format";

/** Codes inside an event that have words of their own, whichever list they come from. */
function remarks(event: EventOut): string {
  const { reason, step, stage, state, level, task_kind: kind } = event.body;
  const found: string[] = [];
  if (typeof step === "string") found.push(tCode("step", step));
  if (typeof stage === "string") found.push(tCode("stage", stage));
  if (typeof state === "string") found.push(tCode("state", state));
  if (typeof level === "string") found.push(tCode("level", level));
  if (typeof kind === "string") found.push(tCode("kind", kind));
  if (typeof reason === "string" && reason)
    found.push(knowsCode("queue_reason", reason) ? tCode("queue_reason", reason) : tCode("reason", reason));
  const title = tCode("event", event.kind);
  return found.filter((text) => text !== title).join(" · ");
}

export function Timeline({ events }: { events: EventOut[] }) {
  const now = serverNow();
  const newestFirst = [...events].sort((a, b) => b.seq - a.seq);
  return (
    <ol class="timeline" data-testid="timeline">
      {newestFirst.map((event) => (
        <li key={event.seq}>
          <time class="mono" dateTime={event.at}>
            {moment(event.at, now)}
          </time>
          <span>
            <b>{tCode("event", event.kind)}</b> {remarks(event)}
            <small>{event.actor?.name ?? t("event.system")}</small>
          </span>
        </li>
      ))}
    </ol>
  );
}
