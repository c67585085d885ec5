"""The sweep: deadlines that have come are acted on, each once, by whichever process is first."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from gridsvc.core.dispatch.clock import (
    ClockFacts,
    Escalation,
    Move,
    Stage,
    StageClock,
    on_due,
)
from gridsvc.core.dispatch.decision import Purpose
from gridsvc.core.dispatch.reason import QueueReason
from gridsvc.core.post import PostId
from gridsvc.core.task import Task, TaskKind, TaskState
from gridsvc.services.approvals import resume_at_the_end
from gridsvc.services.ask import Ask
from gridsvc.services.context import Context
from gridsvc.services.desk import Desk
from gridsvc.store import clocks, tasks
from gridsvc.store.clocks import RunningClock
from gridsvc.store.incidents import incident_for_update

#: Clocks looked at in one sweep; after a day of downtime the rest follows in the next.
MOST_CLOCKS = 500
log = structlog.get_logger("gridsvc.deadlines")
PURPOSE_OF_TASK = {TaskKind.VERIFY: Purpose.VERIFY, TaskKind.RECHECK: Purpose.RECHECK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep did."""

    warned: int = 0
    breached: int = 0
    passed_on: int = 0
    resumed: int = 0
    #: Clocks that could not be answered; the next sweep tries them again.
    failed: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(
            warned=self.warned + other.warned,
            breached=self.breached + other.breached,
            passed_on=self.passed_on + other.passed_on,
            resumed=self.resumed + other.resumed,
            failed=self.failed + other.failed,
        )


def sweep_deadlines(ctx: Context) -> Swept:
    """Act on every clock that has struck, one transaction each, so that none bars another."""
    with ctx.database.begin() as connection:
        due = clocks.due_clocks(connection, ctx.clock.now(), MOST_CLOCKS)
    done = Swept()
    for clock_id, incident_id in due:
        try:
            done += strike(ctx, clock_id, incident_id)
        except OperationalError:
            raise  # the database is away or busy: so it is for the others
        except Exception as error:
            # the type only: what an error says may quote people's data
            log.error("a clock failed", clock_id=clock_id, error=type(error).__qualname__)
            done += Swept(failed=1)
    return done


def strike(ctx: Context, clock_id: int, incident_id: UUID) -> Swept:
    """Do what a clock that has struck asks for; nothing when somebody else just did."""
    now = ctx.clock.now()
    with ctx.database.begin() as connection:
        # The incident is locked first, as every step does, so that the two never deadlock.
        stored = incident_for_update(connection, incident_id)
        clock = clocks.clock_for_update(connection, clock_id, now)
        if stored is None or clock is None or not stored.incident.is_open:
            return Swept()
        desk = Desk.open(connection, ctx.ground, stored, now, None)
        answer = on_due(stage_clock(clock), facts_of(desk, clock), desk.case.world.rules, now)
        done = act_on(desk, clock, answer, now)
        if done != Swept():
            desk.close()
        return done


def stage_clock(clock: RunningClock) -> StageClock:
    """Return a stored clock as the ladder knows it."""
    is_paused = clock.paused_at is not None
    return StageClock(
        stage=Stage(clock.stage),
        starts_at=clock.starts_at,
        warn_at=clock.warn_at,
        due_at=clock.due_at,
        limit=clock.limit,
        paused_at=clock.paused_at,
        resumes_at=clock.next_at if is_paused else None,
    )


def facts_of(desk: Desk, clock: RunningClock) -> ClockFacts:
    """Return what the ladder must know about the incident."""
    rules = desk.case.world.rules
    tried = unanswered(desk.connection, desk.incident_id, desk.open_tasks)
    return ClockFacts(
        level=desk.case.incident.level or rules.ladder.lowest,
        candidates_tried=max(1, len(tried)),
        # Whether there is one is found by deciding again; a queue is an answer too.
        has_next_candidate=True,
        is_warned=clock.warned_at is not None,
        is_breached=clock.breached_at is not None,
    )


def unanswered(
    connection: Connection, incident_id: UUID, open_tasks: tuple[Task, ...]
) -> frozenset[PostId]:
    """Return the posts that let the clock run out on the work now asked for."""
    kinds = {task.kind.value for task in open_tasks}
    return frozenset(
        post_id
        for post_id, _, kind, state in tasks.tried_posts_of(connection, incident_id)
        if kind in kinds and state in (TaskState.CANCELLED, TaskState.OPEN)
    )


def act_on(desk: Desk, clock: RunningClock, answer: Escalation, now: datetime) -> Swept:
    """Write down what the ladder says."""
    case, connection = desk.case, desk.connection
    if answer.move is Move.WAIT:
        return Swept()
    if answer.move is Move.WARN:
        clocks.mark_warned(connection, clock.clock_id, now, clock.due_at)
        case.note("warned", stage=clock.stage, due_at=clock.due_at.isoformat())
        return Swept(warned=1)
    if answer.move is Move.RESUME:
        assert clock.next_at is not None
        resume_at_the_end(desk, clock.next_at)
        return Swept(resumed=1)
    clocks.mark_breached(connection, clock.clock_id, now)
    case.note("breached", stage=clock.stage, due_at=clock.due_at.isoformat())
    if clock.stage == Stage.SUPERVISE.value:
        # Whoever demanded it is above already, and the limit of the work is another one.
        return Swept(breached=1)
    if clock.stage != Stage.ACKNOWLEDGE.value:
        raised = replace(case.incident, level=answer.level, request=None)
        if case.incident.request is not None:
            # More time is granted before the limit runs out or not at all.
            case.note("request_lapsed", request=case.incident.request.kind.value)
        if answer.level != case.incident.level:
            case.note("raised", level=answer.level)
        case.stored = replace(
            case.stored,
            incident=raised,
            breached_at=case.stored.breached_at or clock.due_at,
        )
        move_to_the_desk_in_command(desk)
        return Swept(breached=1)
    if answer.move is Move.BREACH:
        # At the top there is nobody further to ask: the task stays, a dispatcher looks too.
        desk.leave_queue()
        case.enqueue_at_command(QueueReason.UNANSWERED)
        return Swept(breached=1)
    return pass_on(desk, answer)


def move_to_the_desk_in_command(desk: Desk) -> None:
    """Let what nobody has stand before the level that is in command now."""
    stands = tasks.queue_of(desk.connection, desk.incident_id)
    if stands is None:
        return
    division, reason = stands
    case = desk.case
    level = case.incident.level or case.world.rules.ladder.lowest
    if case.desk_of(level, reason) != division:
        desk.leave_queue()
        case.enqueue_at_command(reason)


def pass_on(desk: Desk, answer: Escalation) -> Swept:
    """Give the work to the next candidate or to the next level, without who did not answer."""
    case = desk.case
    tried = unanswered(desk.connection, desk.incident_id, desk.open_tasks)
    kind = desk.open_tasks[0].kind if desk.open_tasks else TaskKind.HANDLE
    purpose = PURPOSE_OF_TASK.get(kind, Purpose.REDISPATCH)
    handle_clock = desk.handle_clock() if purpose is Purpose.REDISPATCH else None
    desk.cancel_tasks()
    if purpose is Purpose.REDISPATCH:
        desk.stop_acknowledge_clock()
    else:
        desk.stop_all_clocks()
    if answer.move is Move.NEXT_LEVEL:
        case.note("raised", level=answer.level)
    case.settle(
        Ask(
            purpose=purpose,
            excluded_posts=tried | desk.returned_posts(),
            excluded_officers=(
                case.incident.solvers if purpose is Purpose.RECHECK else frozenset()
            ),
            raised_to=answer.level if answer.move is Move.NEXT_LEVEL else case.incident.level,
            handle_clock=handle_clock,
        ),
        reason="unanswered",
    )
    return Swept(breached=1, passed_on=1)
