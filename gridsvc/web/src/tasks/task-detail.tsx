import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { incident as askIncident } from "../api/endpoints";
import type { IncidentDetailOut, Step, TaskOut } from "../api/wire";
import { serverNow } from "../clock/server-clock";
import { freshOrCopy } from "../device/database";
import { lang, nameOf, t, tCode } from "../i18n";
import { limit, moment } from "../i18n/format";
import { DueBadge } from "../incidents/due-badge";
import { Marks } from "../incidents/marks";
import { Notes } from "../incidents/notes";
import { ServerPhotos } from "../incidents/server-photos";
import { placeText } from "../incidents/place-text";
import { closingOf, conditionOf } from "../matters/catalogue";
import { MiniMap } from "../mini-map/mini-map";
import { useMiniMap } from "../mini-map/mini-maps";
import { go } from "../m/route";
import { Cell, CellGroup, Empty } from "../ui/cells";
import { StepForm } from "./step-form";
import { offered, PHONE_STEPS } from "./steps";
import { clockOf, stepUnderWay, tasks } from "./tasks";
import { takeStep } from "./take-step";

function Steps({ task }: { task: TaskOut }) {
  const asking = useSignal<Step | null>(null);
  const busy = useSignal(false);
  if (stepUnderWay(task.task_id)) return <p class="notice notice-warn">{t("task.step_waiting")}</p>;

  const start = async (step: Step): Promise<void> => {
    const needs = PHONE_STEPS[step];
    if (needs && (needs.note || needs.photos.length > 0)) {
      asking.value = step;
      return;
    }
    busy.value = true;
    await takeStep(task, step, { note: "", reason: null, photos: [] });
    busy.value = false;
  };

  return (
    <>
      <div class="submit-bar step-bar">
        {offered(task.steps).map((step, i) => (
          <button
            key={step}
            type="button"
            class={`button button-${i === 0 || PHONE_STEPS[step]?.tone === "danger" ? PHONE_STEPS[step]?.tone : "plain"}`}
            disabled={busy.value}
            data-testid={`step-${step}`}
            onClick={() => void start(step)}
          >
            {tCode("step", step)}
          </button>
        ))}
      </div>
      {asking.value && <StepForm task={task} step={asking.value} onClose={() => (asking.value = null)} />}
    </>
  );
}

export function TaskDetail({ taskId }: { taskId: string }) {
  const task = tasks.value?.find((item) => item.task_id === taskId);
  const detail = useSignal<IncidentDetailOut | null>(null);
  const map = useMiniMap(task?.incident.grid?.grid_id ?? null);
  const incidentId = task?.incident.incident_id;
  const version = task?.incident.version;

  useEffect(() => {
    if (!incidentId) return;
    freshOrCopy(`incident/${incidentId}`, () => askIncident(incidentId)).then(
      ({ value }) => (detail.value = value),
      () => undefined,
    );
  }, [incidentId, version]);

  if (!task)
    return (
      <div class="page">
        <Empty title={t("task.gone")} hint={t("task.gone_hint")} testid="task-gone" />
        <button type="button" class="button button-block" onClick={() => go("/tasks")}>
          {t("task.back")}
        </button>
      </div>
    );

  const { incident } = task;
  const now = serverNow();
  const condition = conditionOf(incident.matter.code, incident.condition?.code ?? null);
  const closing = closingOf(condition, lang.value === "en") || incident.condition?.closing_condition;
  return (
    <div class="page" data-testid="task-detail">
      <section class={`hero lamp-edge-${incident.lamp}`}>
        <span class="task-head">
          <DueBadge incident={clockOf(task)} />
          <span class={`chip chip-${task.kind}`}>{tCode("kind", task.kind)}</span>
        </span>
        <h2>{nameOf(incident.matter)}</h2>
        {incident.condition && <p>{nameOf(incident.condition)}</p>}
        {closing && (
          <p class="proof">
            <strong>{t("task.proof_title")}</strong>
            {closing}
          </p>
        )}
      </section>
      <CellGroup title={t("task.where")}>
        <MiniMap
          map={map}
          pin={{ ...incident.place, accuracy_m: null, manual: true }}
        />
        <Cell label={t("task.place")}>{placeText(incident)}</Cell>
        <Cell label={t("task.lonlat")}>
          <span class="mono">
            {incident.place.lon.toFixed(5)}, {incident.place.lat.toFixed(5)}
          </span>
        </Cell>
      </CellGroup>
      <CellGroup title={t("task.facts")}>
        {detail.value && <ServerPhotos photos={detail.value.photos} />}
        {detail.value && <Notes incident={detail.value} />}
        <Cell label={t("task.number")}>
          <span class="mono">{incident.number}</span>
        </Cell>
        <Cell label={t("task.state")}>
          {tCode("state", incident.state)} <Marks incident={incident} />
        </Cell>
        <Cell label={t("task.observed")}>{moment(incident.observed_at, now)}</Cell>
        {task.acknowledge_by && task.state === "open" && (
          <Cell label={t("task.acknowledge_by")}>{moment(task.acknowledge_by, now)}</Cell>
        )}
        {task.due_at && <Cell label={t("task.due")}>{moment(task.due_at, now)}</Cell>}
        {condition?.limit && <Cell label={t("task.limit")}>{limit(condition.limit)}</Cell>}
        {incident.department && <Cell label={t("task.department")}>{nameOf(incident.department)}</Cell>}
      </CellGroup>
      <Steps task={task} />
    </div>
  );
}
