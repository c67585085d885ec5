"""One incident played by chance, in memory: life-cycle, clocks and engine together."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gridsvc.core.action import SYSTEM, Action, Standing, Timing
from gridsvc.core.dispatch.clock import ClockFacts, Move, Stage, StageClock, on_due
from gridsvc.core.dispatch.clock_history import ClockChange, ClockDeed, clock_after
from gridsvc.core.dispatch.deadlines import counted_between, span_of
from gridsvc.core.dispatch.decision import Decision, Purpose
from gridsvc.core.dispatch.engine import decide
from gridsvc.core.dispatch.rules import SAMPLE_RULES
from gridsvc.core.life_cycle import ANSWERS, Role, State, Step
from gridsvc.core.matter import Limit, LimitKind
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import PostId
from gridsvc.core.progress import after, steps_for
from gridsvc.core.report import PhotoSlot
from tests.dispatch_cases import EVERYBODY
from tests.domain_builders import CALENDAR, NOON, RUBBISH, condition, facts, ground, incident
from tests.plays import AFTER_THE_END

TOP = OfficerId(900)
SECOND = OfficerId(901)
FROM_ABOVE = frozenset(
    {
        *(Role.DISPATCHER, Role.APPROVER, Role.COMMANDER),
        *(Role.SUPERVISOR, Role.REVIEWER, Role.HEAD),
    }
)
ABOVE = Standing(officer_id=TOP, roles=FROM_ABOVE, level=SAMPLE_RULES.ladder.highest)
REVIEWING = Standing(officer_id=SECOND, roles=frozenset({Role.REVIEWER, Role.APPROVER}))
SENDER = Standing(officer_id=OfficerId(7), roles=frozenset({Role.SENDER, Role.REPORTER}))


@dataclass
class Clock:
    """A running clock with everything that was done to it."""

    stage: Stage
    starts_at: datetime
    limit: Limit
    changes: list[ClockChange] = field(default_factory=list)
    is_warned: bool = False
    is_breached: bool = False

    def stand(self) -> StageClock:
        return clock_after(
            self.stage,
            self.starts_at,
            self.limit,
            self.changes,
            CALENDAR,
            SAMPLE_RULES.warn_fraction,
        )


class OneCase(RuleBasedStateMachine):
    """An incident in the small town, its task or queue and its clocks."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.limit = Limit(amount=4, kind=LimitKind.WORK_HOURS)
        self.case = incident(condition=condition().code, state=State.FILED)
        self.task: tuple[PostId, OfficerId] | None = None
        self.queue: str | None = None
        self.clocks: dict[Stage, Clock] = {}
        self.tried: set[PostId] = set()
        self.breached_at: datetime | None = None
        #: by running clock
        self.latest_due: dict[int, datetime] = {}

    # what people and the sweep do

    @rule(kind=st.sampled_from(LimitKind), amount=st.integers(1, 40))
    @precondition(lambda self: self.case.state is State.FILED and not self.clocks)
    def another_limit(self, kind: LimitKind, amount: int) -> None:
        self.limit = Limit(amount=amount, kind=kind)

    @rule(minutes=st.sampled_from([3, 3, 10, 25, 31, 31, 90, 480, 40_000]))
    def time_passes(self, minutes: int) -> None:
        """And each clock that is due is answered, one rung of the ladder at a time."""
        self.now += timedelta(minutes=minutes)
        for stage in list(self.clocks):
            if stage in self.clocks and self.case.is_open:
                self.strike(self.clocks[stage])

    @rule(data=st.data())
    @precondition(lambda self: self.task is not None)
    def who_has_it_acts(self, data: st.DataObject) -> None:
        assert self.task is not None
        # handling at once is possible and leaves no time to ask for more
        at_once = {Step.HANDLE, Step.RETURN} if self.case.state is State.DISPATCHED else set[Step]()
        assignee = Standing(officer_id=self.task[1], roles=frozenset({Role.ASSIGNEE}))
        self.act(data, assignee, set(Step) - at_once)

    @rule(data=st.data())
    @precondition(lambda self: self.case.request is not None)
    def somebody_answers(self, data: st.DataObject) -> None:
        self.act(data, data.draw(st.sampled_from([ABOVE, REVIEWING])), ANSWERS)

    @rule(data=st.data(), is_grim=st.integers(0, 9))
    def somebody_above_acts(self, data: st.DataObject, is_grim: int) -> None:
        # as a rule they give what nobody has; the rest happens, and not all the time
        steps = set(Step) if is_grim == 0 else {Step.DISPATCH} if self.task is None else set[Step]()
        self.act(data, ABOVE, steps)

    @rule(data=st.data())
    @precondition(lambda self: not self.case.is_open)
    def something_is_said_after_closing(self, data: st.DataObject) -> None:
        responsible = Standing(
            officer_id=min(self.case.solvers, default=None), roles=frozenset({Role.RESPONSIBLE})
        )
        self.act(data, data.draw(st.sampled_from([SENDER, responsible, responsible])))

    def act(
        self, data: st.DataObject, who: Standing, among: Collection[Step] = frozenset(Step)
    ) -> None:
        """Let somebody take one of the steps that are open to them."""
        open_now = steps_for(self.case, who, self.timing(), RUBBISH)
        steps = [step for step in open_now if step in self.FOLLOW and step in among]
        if not steps:
            return
        step = data.draw(st.sampled_from(steps))
        before = self.case
        self.take(step, who, self.now + timedelta(days=data.draw(st.sampled_from([1, 9, 300]))))
        assert before.is_open or step in AFTER_THE_END
        if before.state is State.RETURNED and self.case.state is not before.state:
            assert step in {Step.DISPATCH, Step.VOID, Step.FORCE_CLOSE}
        if before.state is State.RECHECKING and self.case.state is State.CLOSED:
            assert who.officer_id not in before.solvers

    # what follows

    def take(self, step: Step, who: Standing, until: datetime) -> None:
        if step is Step.DISPATCH:
            rechecks = self.case.state is State.RECHECKING
            decision = self.decide(Purpose.RECHECK if rechecks else Purpose.REDISPATCH, self.tried)
            if decision.assignment is None:
                return
            self.end_task()
            if rechecks:
                self.clocks.clear()
            self.settle(decision, who)
            return
        self.case = after(
            self.case,
            Action(
                step=step,
                by=who,
                timing=self.timing(),
                reason="a reason",
                has_note=True,
                until=until,
                photo_slots=frozenset(PhotoSlot),
                matter=RUBBISH,
                condition=condition(),
                post_id=self.task and self.task[0],
            ),
        )
        self.FOLLOW[step](self)
        if not self.case.is_open:
            self.end_task()
            self.clocks.clear()

    def acknowledged(self) -> None:
        self.queue = None
        self.clocks.pop(Stage.ACKNOWLEDGE, None)

    def handled(self) -> None:
        self.end_task()
        self.clocks.clear()
        self.settle(self.decide(Purpose.RECHECK), SYSTEM)

    def returned(self) -> None:
        assert self.task is not None
        self.tried.add(self.task[0])
        self.end_task()
        self.queue = "returned"

    def failed(self) -> None:
        self.end_task()
        self.clocks.clear()
        self.settle(self.decide(Purpose.REWORK), SYSTEM)

    def extended(self) -> None:
        clock = self.clocks[Stage.HANDLE]
        before = clock.stand()
        clock.changes.append(ClockChange(deed=ClockDeed.EXTENDED, at=self.now, limit=clock.limit))
        assert clock.stand().due_at > before.due_at
        clock.is_warned = False

    def suspended(self) -> None:
        clock, until = self.clocks[Stage.HANDLE], self.case.suspended_until
        clock.changes.append(ClockChange(deed=ClockDeed.PAUSED, at=self.now, until=until))

    def resumed(self, at: datetime | None = None) -> None:
        clock = self.clocks[Stage.HANDLE]
        clock.changes.append(ClockChange(deed=ClockDeed.RESUMED, at=at or self.now))

    def opened_again(self) -> None:
        self.queue = "unsatisfied"
        self.tried.clear()

    def nothing(self) -> None:
        """Nothing follows but what the incident says itself."""

    FOLLOW = {  # noqa: RUF012 - a table, not a default
        Step.DISPATCH: nothing,
        Step.ACKNOWLEDGE: acknowledged,
        Step.HANDLE: handled,
        Step.RETURN: returned,
        Step.RECHECK_PASS: nothing,
        Step.RECHECK_FAIL: failed,
        Step.VOID: nothing,
        Step.FORCE_CLOSE: nothing,
        Step.REQUEST_EXTENSION: nothing,
        Step.APPROVE_EXTENSION: extended,
        Step.REFUSE_EXTENSION: nothing,
        Step.REQUEST_SUSPENSION: nothing,
        Step.APPROVE_SUSPENSION: suspended,
        Step.REFUSE_SUSPENSION: nothing,
        Step.RESUME: resumed,
        Step.SUPERVISE: nothing,
        Step.APPEAL: nothing,
        Step.GRANT_APPEAL: nothing,
        Step.REJECT_APPEAL: nothing,
        Step.SATISFIED: nothing,
        Step.UNSATISFIED: opened_again,
    }

    def strike(self, clock: Clock) -> None:
        stand = clock.stand()
        known = ClockFacts(
            level=self.case.level or SAMPLE_RULES.ladder.lowest,
            candidates_tried=max(1, len(self.tried)),
            has_next_candidate=True,
            is_warned=clock.is_warned,
            is_breached=clock.is_breached,
        )
        move = on_due(stand, known, SAMPLE_RULES, self.now).move
        if move is Move.RESUME:
            ended_at = self.case.suspended_until
            self.case = after(self.case, Action(step=Step.RESUME, by=SYSTEM, timing=self.timing()))
            self.resumed(ended_at)
        elif move is Move.WARN:
            clock.is_warned = True
        elif move is Move.BREACH:
            clock.is_breached = True
            if clock.stage is Stage.ACKNOWLEDGE:
                self.queue = "unanswered"
            else:
                self.breached_at = self.breached_at or stand.due_at
                self.case = replace(self.case, request=None)
        elif move in (Move.NEXT_CANDIDATE, Move.NEXT_LEVEL):
            assert self.task is not None
            self.tried.add(self.task[0])
            purpose = Purpose.RECHECK if self.case.state is State.RECHECKING else Purpose.REDISPATCH
            self.end_task()
            if purpose is Purpose.RECHECK:
                self.clocks.clear()
            self.settle(self.decide(purpose, self.tried), SYSTEM)

    def decide(self, purpose: Purpose, without: set[PostId] | None = None) -> Decision:
        running = self.clocks.get(Stage.HANDLE)
        asked = facts(
            purpose=purpose,
            condition=condition(limit=self.limit),
            excluded_posts=frozenset(without or ()),
            excluded_officers=self.case.solvers if purpose is Purpose.RECHECK else frozenset(),
            previous_post=self.case.post_id,
            handle_clock=running and running.stand(),
        )
        return decide(asked, ground(*EVERYBODY), SAMPLE_RULES, self.now)

    def settle(self, decision: Decision, who: Standing) -> None:
        given = decision.assignment
        for clock in decision.clocks:
            if clock.stage is not Stage.HANDLE or Stage.HANDLE not in self.clocks:
                self.clocks[clock.stage] = Clock(clock.stage, clock.starts_at, clock.limit)
        if given is None:
            assert decision.queue is not None
            self.queue = decision.queue.reason
            return
        is_same = self.case.state is State.DISPATCHED and self.case.post_id == given.post_id
        is_asked = decision.purpose is not Purpose.RECHECK or who is not SYSTEM
        if is_asked and not is_same:
            self.case = after(
                self.case,
                Action(
                    step=Step.DISPATCH,
                    by=who,
                    timing=self.timing(),
                    reason="a reason",
                    post_id=given.post_id,
                    tier=decision.tier,
                    level=decision.level,
                ),
            )
        self.task, self.queue = (given.post_id, given.officer_id), None

    def end_task(self) -> None:
        self.task, self.queue = None, None
        self.clocks.pop(Stage.ACKNOWLEDGE, None)

    def timing(self) -> Timing:
        clock = self.clocks.get(Stage.HANDLE)
        stand = None if clock is None else clock.stand()
        due_at = None if stand is None or stand.is_paused else stand.due_at
        return Timing(now=self.now, due_at=due_at, breached_at=self.breached_at)

    # what must hold

    @invariant()
    def an_open_incident_has_an_owner_or_a_queue(self) -> None:
        is_new = self.case.state is State.FILED and self.case.reopen_count == 0
        if self.case.is_open and not is_new:
            assert self.task is not None or self.queue is not None
        if not self.case.is_open:
            assert self.task is None
            assert self.queue is None
            assert not self.clocks

    @invariant()
    def nobody_checks_what_they_solved(self) -> None:
        if self.case.state is State.RECHECKING and self.task is not None:
            assert self.task[1] not in self.case.solvers

    @invariant()
    def suspended_is_what_stands_still(self) -> None:
        clock = self.clocks.get(Stage.HANDLE)
        assert self.case.is_suspended == (clock is not None and clock.stand().is_paused)

    @invariant()
    def a_running_limit_only_ever_moves_away(self) -> None:
        """Of one clock, whatever was done to it and whoever got the incident meanwhile."""
        clock = self.clocks.get(Stage.HANDLE)
        if clock is None or self.case.is_suspended:
            return
        seen = self.latest_due.get(id(clock), NOON)
        self.latest_due = {id(clock): clock.stand().due_at}
        assert self.latest_due[id(clock)] >= seen

    @invariant()
    def what_was_paused_never_counts(self) -> None:
        clock = self.clocks.get(Stage.HANDLE)
        if clock is None or self.case.is_suspended:
            return
        end, kind = clock.stand().due_at, clock.limit.kind
        counted = counted_between(clock.starts_at, end, kind, CALENDAR)
        allowed = span_of(clock.limit, CALENDAR)
        since: datetime | None = None
        for change in clock.changes:
            if change.deed is ClockDeed.EXTENDED:
                allowed += span_of(clock.limit, CALENDAR)
            elif change.deed is ClockDeed.PAUSED:
                since = change.at
            elif since is not None:
                counted -= counted_between(min(since, end), min(change.at, end), kind, CALENDAR)
        assert abs(counted - allowed) <= timedelta(microseconds=1)

    @invariant()
    def no_more_is_granted_than_there_is(self) -> None:
        assert self.case.extension_count <= 2
        assert self.case.suspension_count <= 1
        assert self.case.reopen_count <= 1
        assert self.case.exempted_at is None or self.breached_at is not None


OneCase.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestOneCase = OneCase.TestCase
