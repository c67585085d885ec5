import type { TaskOut } from "../api/wire";
import { lang, nameOf, t, tCode } from "../i18n";
import { DueBadge } from "../incidents/due-badge";
import { Marks } from "../incidents/marks";
import { placeText } from "../incidents/place-text";
import { closingOf, conditionOf } from "../matters/catalogue";
import { go } from "../m/route";
import { clockOf, stepUnderWay } from "./tasks";

/** One task: how urgent, what, where, and what proves it done. */
export function TaskCard({ task }: { task: TaskOut }) {
  const { incident } = task;
  const condition = conditionOf(incident.matter.code, incident.condition?.code ?? null);
  const closing = closingOf(condition, lang.value === "en") || incident.condition?.closing_condition;
  return (
    <button
      type="button"
      class={`task lamp-edge-${incident.lamp}`}
      data-testid="task"
      data-task-id={task.task_id}
      onClick={() => go(`/tasks/${task.task_id}`)}
    >
      <span class="task-head">
        <DueBadge incident={clockOf(task)} />
        <span class={`chip chip-${task.kind}`}>{tCode("kind", task.kind)}</span>
      </span>
      <span class="task-what">{nameOf(incident.matter)}</span>
      {incident.condition && <span class="task-condition">{nameOf(incident.condition)}</span>}
      <span class="task-where">{placeText(incident)}</span>
      {closing && <span class="task-closing">{t("task.proof", { what: closing })}</span>}
      <span class="task-foot">
        <span class="mono">{incident.number}</span>
        <Marks incident={incident} />
        {stepUnderWay(task.task_id) ? (
          <span class="tag tag-wait">{t("upload.waiting")}</span>
        ) : (
          <span>{tCode("task_state", task.state)}</span>
        )}
      </span>
    </button>
  );
}
