import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Step } from "../api/wire";
import { serverNow, tick } from "../clock/server-clock";
import { closeIncident } from "../d/selection";
import { divisionName } from "../d/towns";
import { DecisionView } from "../decisions/decision-view";
import type { Names } from "../decisions/sentences";
import { DuplicatesPart } from "../duplicates/duplicates-part";
import { lang, nameOf, t, tCode } from "../i18n";
import { limit, moment } from "../i18n/format";
import { liveIncident, revision } from "../live/live-incidents";
import { closingOf, conditionOf } from "../matters/catalogue";
import { problemText } from "../ui/problem-text";
import { caseFile, caseProblem, loadCase, type CaseFile } from "./case-file";
import { ContactsSheet } from "./contacts-sheet";
import { DeskStepForm } from "./desk-step-form";
import { deskSteps, toneOf } from "./desk-steps";
import { DueBadge } from "./due-badge";
import { usePhotosToCome } from "./photos-to-come";
import { placeText } from "./place-text";
import { LevelForm } from "./level-form";
import { Marks } from "./marks";
import { Notes } from "./notes";
import { PhotoHints } from "./photo-hints";
import { ServerPhotos } from "./server-photos";
import { Timeline } from "./timeline";

const OPEN_TASKS = new Set(["open", "acknowledged"]);
/** What has ended has no time left. */
const ENDED = new Set(["closed", "voided"]);

function Fact({ label, children, testid }: { label: string; children: ComponentChildren; testid?: string }) {
  return (
    <div class="fact">
      <dt>{label}</dt>
      <dd data-testid={testid}>{children}</dd>
    </div>
  );
}

function Facts({ file }: { file: CaseFile }) {
  void tick.value;
  const now = serverNow();
  const { incident } = file;
  const { owner, queue } = incident;
  const condition = conditionOf(incident.matter.code, incident.condition?.code ?? null);
  const closing = closingOf(condition, lang.value === "en");
  return (
    <dl class="facts">
      <Fact label={t("drawer.owner")} testid="drawer-owner">
        {owner ? (
          <>
            <b>{owner.officer_name ?? owner.code}</b> {tCode("duty", owner.duty)}
          </>
        ) : (
          "—"
        )}
      </Fact>
      {queue && (
        <Fact label={t("drawer.queue")} testid="drawer-queue">
          <b class="late">{t("receipt.in_queue", { who: nameOf(queue.division), why: tCode("queue_reason", queue.reason) })}</b>
        </Fact>
      )}
      <Fact label={t("task.place")}>{placeText(incident)}</Fact>
      {incident.match !== "inside" && <Fact label={t("drawer.match")}>{tCode("match", incident.match)}</Fact>}
      <Fact label={t("drawer.level")}>
        {[tCode("tier", incident.tier), tCode("level", incident.level), nameOf(incident.department)].filter(Boolean).join(" · ")}
      </Fact>
      {incident.condition && (
        <Fact label={t("drawer.condition")}>
          {nameOf(incident.condition)}
          {condition?.limit && <small>{t("matter.limit", { limit: limit(condition.limit) })}</small>}
        </Fact>
      )}
      {closing && <Fact label={t("task.proof_title")}>{closing}</Fact>}
      <Fact label={t("drawer.times")}>
        {t("drawer.observed", { at: moment(incident.observed_at, now) })}
        <small>{t("drawer.received", { at: moment(incident.received_at, now) })}</small>
        {incident.due_at && <small>{t("drawer.due", { at: moment(incident.due_at, now) })}</small>}
      </Fact>
    </dl>
  );
}

function Tasks({ file }: { file: CaseFile }) {
  const now = serverNow();
  if (file.incident.tasks.length === 0) return null;
  return (
    <ul class="drawer-tasks" data-testid="drawer-tasks">
      {file.incident.tasks.map((task) => (
        <li key={task.task_id}>
          <span class={`chip chip-${task.kind}`}>{tCode("kind", task.kind)}</span>
          <span>{task.post?.officer_name ?? task.post?.code}</span>
          <span>{tCode("task_state", task.state)}</span>
          {task.due_at && OPEN_TASKS.has(task.state) && <span class="quiet">{t("drawer.due", { at: moment(task.due_at, now) })}</span>}
        </li>
      ))}
    </ul>
  );
}

function namesFrom(file: CaseFile): Names {
  const people = new Map(file.candidates.map((item) => [item.post_id, item.officer_name]));
  const { owner } = file.incident;
  for (const { post } of file.incident.tasks) if (post?.officer_name) people.set(post.post_id, post.officer_name);
  if (owner) people.set(owner.post_id, owner.officer_name);
  return { post: (id, code) => people.get(id) ?? code, division: divisionName };
}

export function IncidentDrawer({ id }: { id: string }) {
  const step = useSignal<Step | null>(null);
  const asksContacts = useSignal(false);
  void revision.value;
  const version = liveIncident(id)?.version;
  useEffect(() => {
    void loadCase(id);
  }, [id, version]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !step.value) closeIncident();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  const file = caseFile.value?.incident.incident_id === id ? caseFile.value : null;
  usePhotosToCome(id, file);
  const decisions = [...(file?.decisions ?? [])].reverse();
  return (
    <aside class="drawer" aria-label={t("drawer.label")} data-testid="drawer" data-incident={id}>
      <header class="drawer-head">
        <div>
          <p class="mono quiet">{file?.incident.number ?? liveIncident(id)?.number}</p>
          <h2>{nameOf(file?.incident.matter ?? liveIncident(id)?.matter)}</h2>
        </div>
        <button type="button" class="button button-quiet" onClick={closeIncident} data-testid="drawer-close">
          {t("close")}
        </button>
      </header>
      {!file && <p class="drawer-wait quiet">{caseProblem.value ? problemText(caseProblem.value) : t("loading")}</p>}
      {file && (
        <div class="drawer-scroll">
          <div class="drawer-state">
            {!ENDED.has(file.incident.state) && <DueBadge incident={file.incident} />}
            <span class="state" data-testid="drawer-state" data-state={file.incident.state}>
              {tCode("state", file.incident.state)}
            </span>
            {file.incident.is_joint && <span class="tag">{t("drawer.joint")}</span>}
            <Marks incident={file.incident} />
          </div>
          <div class="drawer-actions">
            {deskSteps(file.incident.steps).map((name, _, offered) => (
              <button key={name} type="button" class={`button button-${toneOf(name, offered)}`} data-testid={`desk-${name}`} onClick={() => (step.value = name)}>
                {name === "dispatch" && file.incident.owner ? t("desk.re_route") : tCode("step", name)}
              </button>
            ))}
          </div>
          <ServerPhotos photos={file.incident.photos} />
          <PhotoHints photos={file.incident.photos} />
          <Facts file={file} />
          <Notes incident={file.incident} />
          {file.incident.has_contact && (
            <button type="button" class="button" data-testid="contacts-open" onClick={() => (asksContacts.value = true)}>
              {t("contact.open")}
            </button>
          )}
          <Tasks file={file} />
          <DuplicatesPart file={file} />
          <section class="drawer-part" data-testid="why">
            <h3>{t("drawer.why")}</h3>
            {decisions.length === 0 && <p class="quiet">{t("drawer.no_decision")}</p>}
            {decisions.slice(0, 1).map((decision) => (
              <DecisionView key={decision.decision_id} decision={decision} names={namesFrom(file)} />
            ))}
            {decisions.length > 1 && (
              <details>
                <summary>{t("drawer.earlier", { n: decisions.length - 1 })}</summary>
                {decisions.slice(1).map((decision) => (
                  <DecisionView key={decision.decision_id} decision={decision} names={namesFrom(file)} />
                ))}
              </details>
            )}
          </section>
          <section class="drawer-part">
            <h3>{t("drawer.events")}</h3>
            <Timeline events={file.events} />
          </section>
        </div>
      )}
      {asksContacts.value && <ContactsSheet id={id} onClose={() => (asksContacts.value = false)} />}
      {file && step.value === "choose_level" && <LevelForm file={file} onClose={() => (step.value = null)} />}
      {file && step.value && step.value !== "choose_level" && (
        <DeskStepForm file={file} step={step.value} onClose={() => (step.value = null)} />
      )}
    </aside>
  );
}
