import { divisionName } from "../d/towns";
import { nameOf, t, tCode } from "../i18n";
import { DueBadge } from "../incidents/due-badge";
import { shortGrid } from "../incidents/place-text";
import type { LiveIncident } from "../live/live-incident";

export const ROW_PX = 84;

type Props = { incident: LiveIncident; top: number; isCursor: boolean; isOpen: boolean; onOpen: () => void };

export function QueueRow({ incident, top, isCursor, isOpen, onOpen }: Props) {
  const place = [divisionName(incident.town), incident.grid_code && t("grid.short", { code: shortGrid(incident.grid_code) })];
  return (
    <div
      id={`row-${incident.id}`}
      role="option"
      aria-selected={isOpen}
      class={`queue-row${isCursor ? " queue-row-cursor" : ""}${isOpen ? " queue-row-open" : ""}`}
      style={{ transform: `translateY(${top}px)` }}
      data-testid="queue-row"
      data-incident={incident.id}
      data-number={incident.number}
      onClick={onOpen}
    >
      <span class="queue-row-top">
        <DueBadge incident={incident} />
        <span class="mono quiet small">{incident.number}</span>
      </span>
      <span class="queue-row-what">{nameOf(incident.matter)}</span>
      <span class="queue-row-where">
        <span>{place.filter(Boolean).join(" · ") || tCode("match", "outside")}</span>
        <span class={incident.queue ? "queue-row-state queue-row-unowned" : "queue-row-state"}>
          {incident.queue
            ? incident.queue_reason
              ? tCode("queue_reason", incident.queue_reason)
              : t("queue.in_queue")
            : tCode("state", incident.state)}
        </span>
      </span>
    </div>
  );
}
