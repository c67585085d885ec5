import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { Empty } from "../ui/cells";
import { TaskCard } from "./task-card";
import { lateCount, loadTasks, tasks, tasksAreCopy, tasksByUrgency } from "./tasks";

export function TaskList() {
  const list = tasksByUrgency.value;
  useEffect(() => void loadTasks(), []);
  return (
    <div class="page" data-testid="task-list">
      <div class="list-head">
        <p>
          {t("tasks.count", { n: list.length })}
          {lateCount.value > 0 && <strong class="late">{t("tasks.late", { n: lateCount.value })}</strong>}
        </p>
        <button type="button" class="button button-quiet" onClick={() => void loadTasks()} data-testid="refresh">
          {t("refresh")}
        </button>
      </div>
      {tasksAreCopy.value && <p class="notice">{t("tasks.copy")}</p>}
      {tasks.value === null && !tasksAreCopy.value && <p class="quiet center">{t("loading")}</p>}
      {list.map((task) => (
        <TaskCard key={task.task_id} task={task} />
      ))}
      {tasks.value?.length === 0 && <Empty title={t("tasks.none")} hint={t("tasks.none_hint")} testid="no-tasks" />}
    </div>
  );
}
