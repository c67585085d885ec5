/** The signed-in person's open tasks. */

import { computed, signal } from "@preact/signals";
import { openTasks } from "../api/endpoints";
import type { TaskOut } from "../api/wire";
import { serverNow, tick } from "../clock/server-clock";
import { freshOrCopy } from "../device/database";
import { byUrgency, lampAt } from "../incidents/lamp";
import { may, offlineSession, session } from "../session/session";
import { uploads } from "../uploads/uploads";

const REFRESH_MS = 30_000;

export const tasks = signal<TaskOut[] | null>(null);
export const tasksAreCopy = signal(false);

/** A task's own deadline counts for its holder; the incident's where the task has none. */
export const clockOf = (task: TaskOut) => ({
  lamp: task.incident.lamp,
  due_at: task.due_at ?? task.incident.due_at,
  warn_at: task.due_at ? null : task.incident.warn_at,
});

export const tasksByUrgency = computed(() => {
  void tick.value;
  const order = byUrgency(serverNow());
  return [...(tasks.value ?? [])].sort((a, b) => order(clockOf(a), clockOf(b)));
});

export const lateCount = computed(() => {
  void tick.value;
  const now = serverNow();
  return (tasks.value ?? []).filter((task) => lampAt(clockOf(task), now) === "red").length;
});

/** A step taken on this phone that the server has not confirmed yet. */
export const stepUnderWay = (taskId: string): boolean =>
  uploads.value.some((item) => item.kind === "action" && item.task_id === taskId && item.state === "waiting");

export async function loadTasks(): Promise<void> {
  if (!may("task.work")) return;
  const mine = session.value?.account_id ?? "";
  try {
    const { value, isCopy } = await freshOrCopy(`tasks/${mine}`, openTasks);
    tasks.value = value;
    tasksAreCopy.value = isCopy;
    // The server has answered: we are back, and the remembered session holds.
    if (!isCopy) offlineSession.value = false;
  } catch {
    tasksAreCopy.value = true;
  }
}

export function keepTasksFresh(): void {
  setInterval(() => {
    if (document.visibilityState === "visible" && session.value) void loadTasks();
  }, REFRESH_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && session.value) void loadTasks();
  });
}
