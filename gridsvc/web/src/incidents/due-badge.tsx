import type { Lamp } from "../api/wire";
import { serverNow, tick } from "../clock/server-clock";
import { due } from "../i18n/format";
import { lampAt } from "./lamp";
import { LampMark } from "./lamp-mark";

type Props = { incident: { lamp: Lamp; due_at: string | null; warn_at?: string | null } };

/** Lamp and time left, counted against the server's clock. */
export function DueBadge({ incident }: Props) {
  void tick.value;
  const now = serverNow();
  const lamp = lampAt(incident, now);
  return (
    <span class={`due due-${lamp}`}>
      <LampMark lamp={lamp} />
      <span>{due(incident.due_at, now)}</span>
    </span>
  );
}
