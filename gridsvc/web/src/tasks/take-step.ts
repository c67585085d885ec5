/** Take a step on a task: saved first, sent at once when there is a way. */

import type { PhotoRef, Step, TaskOut } from "../api/wire";
import { newId } from "../device/ids";
import { nameOf, t, tCode } from "../i18n";
import { session } from "../session/session";
import { go } from "../m/route";
import { say } from "../ui/toast";
import { dropUpload, enqueue, flush, uploadOf } from "../uploads/uploads";
import { loadTasks, tasks } from "./tasks";

type Filled = { note: string; reason: string | null; photos: PhotoRef[]; until?: string | null };

export async function takeStep(task: TaskOut, step: Step, filled: Filled): Promise<void> {
  const id = newId();
  await enqueue({
    kind: "action",
    id,
    account_id: session.value?.account_id ?? "",
    incident_id: task.incident.incident_id,
    task_id: task.task_id,
    saved_at: new Date().toISOString(),
    state: "waiting",
    attempts: 0,
    next_try_ms: 0,
    problem: null,
    photos_sent: [],
    title: `${tCode("step", step)} · ${nameOf(task.incident.matter)}`,
    body: {
      action_id: id,
      step,
      version: task.incident.version,
      note: filled.note.trim(),
      reason: filled.reason,
      photos: filled.photos,
      post_id: null,
      condition: null,
      until: filled.until ?? null,
    },
    answer: false,
  });
  await flush(true);
  const result = uploadOf(id);
  if (!result || result.state === "sent") say(t("task.step_done", { step: tCode("step", step) }));
  else if (result.state === "waiting") say(t("task.step_saved"));
  else {
    say(result.problem?.text ?? t("problem.unknown"), 6_000);
    // Somebody else was quicker: what we know is old, and sending it again can never succeed.
    if (result.problem?.status === 409) await dropUpload(id);
  }
  await loadTasks();
  const isGone = !tasks.value?.some((item) => item.task_id === task.task_id);
  if (isGone && location.hash === `#/tasks/${task.task_id}`) go("/tasks");
}
