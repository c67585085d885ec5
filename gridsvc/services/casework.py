"""One incident in hand: its steps, the decisions about it, and what they leave behind.

Used by intake, by people's actions and by the sweep alike, so that an incident moves in
one way only. Nothing is written here; rows gather in the ledger.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from gridsvc.core import progress
from gridsvc.core.action import SYSTEM, Action, Timing
from gridsvc.core.action import Standing as Party
from gridsvc.core.dispatch.clock import Stage, StageClock
from gridsvc.core.dispatch.decision import Assignment, Decision, Purpose
from gridsvc.core.dispatch.engine import decide
from gridsvc.core.dispatch.queue import dispatchers_division
from gridsvc.core.dispatch.reason import QueueReason
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.incident import Incident
from gridsvc.core.life_cycle import ANSWERS, State, Step
from gridsvc.core.matter import FilingCondition, Matter
from gridsvc.core.ordered_id import ordered_id
from gridsvc.core.roster import GAPS
from gridsvc.core.scope import post_key, scope_of_incident
from gridsvc.core.shift import shifts_on
from gridsvc.core.value import changed
from gridsvc.services.ask import Ask
from gridsvc.services.given_work import new_clock, new_task
from gridsvc.services.incident_facts import facts_of, level_when_done
from gridsvc.services.timing import timing_of
from gridsvc.services.world import World
from gridsvc.store.decisions import NewDecision
from gridsvc.store.events import Event
from gridsvc.store.incidents import StoredIncident
from gridsvc.store.ledger import Ledger
from gridsvc.store.tasks import NewQueueEntry


@dataclass(slots=True)
class Case:
    """An incident while a transaction works on it."""

    stored: StoredIncident
    world: World
    ledger: Ledger
    #: The account behind the step; None for the service itself.
    account_id: UUID | None
    decision_count: int = 0
    _events: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    _keys_before: frozenset[str] = frozenset()
    _extra_keys: set[str] = field(default_factory=set)
    #: The states gone through within the transaction, the last one included.
    states: list[State] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._keys_before = frozenset(self.stored.scope_keys)

    @property
    def incident(self) -> Incident:
        """The incident as it stands within the transaction."""
        return self.stored.incident

    @property
    def matter(self) -> Matter:
        """The matter of the incident."""
        return self.world.reference.matters[self.incident.matter]

    @property
    def condition(self) -> FilingCondition | None:
        """The filing condition, None as long as nobody has chosen one."""
        code = self.incident.condition
        return None if code is None else self.world.reference.conditions[code]

    @property
    def timing(self) -> Timing:
        """How it stands against its clock now."""
        return timing_of(self.stored, self.world.now)

    def take(self, step: Step, by: Party = SYSTEM, **given: Any) -> None:
        """Take a step of the life-cycle, or raise IllegalStep."""
        moved = self.after(step, by, **given)
        if moved.state is not self.incident.state:
            self.states.append(moved.state)
        before = self.incident.request
        if before is not None and moved.request is None and step not in ANSWERS:
            self.note("request_lapsed", request=before.kind.value)
        closed_at = self.stored.closed_at
        if moved.is_open != self.incident.is_open:
            closed_at = None if moved.is_open else self.world.now
            if moved.state is State.CLOSED:
                moved = self._sunk(moved)
        self.stored = changed(self.stored, incident=moved, closed_at=closed_at)

    def _sunk(self, closed: Incident) -> Incident:
        """Return what is done with its command back at the level that it asks for by itself."""
        world = self.world
        ground = world.ground(closed.match, self.stored.owner_grid_id, closed.place)
        level = level_when_done(closed, self.matter, self.condition, world.rules, ground)
        if level != closed.level:
            self.note("sunk", level=level)
        return changed(closed, level=level, chosen_level=None)

    def after(self, step: Step, by: Party, **given: Any) -> Incident:
        """Return the incident as a step would leave it, or raise IllegalStep."""
        given.setdefault("condition", self.condition)
        action = Action(
            step=step,
            by=by,
            timing=self.timing,
            matter=self.matter,
            recheck_share=self.world.rules.self_fix_recheck_share,
            **given,
        )
        return progress.after(self.incident, action)

    def note(self, kind: str, **body: Any) -> None:
        """Remember an event; ids and codes only."""
        self._events.append((self.stored.event_seq + len(self._events) + 1, kind, body))

    def ask(self, ask: Ask) -> Decision:
        """Ask the engine; its answer is neither kept nor acted on."""
        incident = self.incident
        facts = facts_of(incident, self.matter, self.condition, self.world.rules, ask)
        ground = self.world.ground(incident.match, self.stored.owner_grid_id, incident.place)
        return decide(facts, ground, self.world.rules, self.world.now)

    def _decide(self, ask: Ask) -> tuple[Decision, UUID]:
        decision, incident = self.ask(ask), self.incident
        self.decision_count += 1
        decision_id = ordered_id(
            self.world.now, incident.incident_id, f"decision {self.decision_count}"
        )
        self.ledger.decisions.append(
            NewDecision(decision_id=decision_id, seq=self.decision_count, decision=decision)
        )
        return decision, decision_id

    def settle(self, ask: Ask, by: Party = SYSTEM, reason: str | None = None) -> Decision:
        """Ask the engine and do what it says: close, give to a post, or stand in a queue."""
        decision, decision_id = self._decide(ask)
        if lacking := [s.value for s in decision.shortfalls if s in GAPS]:
            self.note(
                "coverage_gap",
                grid=self.stored.owner_grid_id,
                tier=decision.tier.value,
                department=decision.department,
                shortfalls=lacking,
            )
        if decision.joint is not None:
            self.note("joint_offered", city=decision.joint.city_code)
        if decision.is_closed_by_self_fix:
            return decision
        if decision.queue is not None:
            self._command(decision)
            self._start(decision.clocks, None, ask)
            self.enqueue(decision.queue.division_code, decision.queue.reason, decision_id)
            return decision
        assert decision.assignment is not None
        self._step_for(decision, decision.assignment, by, reason)
        self._command(decision)
        self._give(decision, decision.assignment, decision_id, ask)
        return decision

    def enqueue(
        self, division: DivisionCode, reason: QueueReason, decision_id: UUID | None = None
    ) -> None:
        """Let the incident stand in the queue of a division's dispatcher."""
        self.ledger.queue_entries.append(
            NewQueueEntry(
                incident_id=self.incident.incident_id,
                division_code=division,
                reason=reason.value,
                since=self.world.now,
            )
        )
        self.note(
            "queued",
            division=division,
            reason=reason.value,
            decision=None if decision_id is None else str(decision_id),
        )

    def enqueue_at_command(self, reason: QueueReason) -> None:
        """Let it stand in the queue of the level in command, or of the next that is staffed."""
        level = self.incident.level or self.world.rules.ladder.lowest
        self.enqueue(self.desk_of(level, reason), reason)

    def enqueue_above(self, reason: QueueReason) -> None:
        """Let it stand in the queue of the level above the one that was in command."""
        ladder = self.world.rules.ladder
        level = self.incident.level or ladder.lowest
        self.enqueue(self.desk_of(ladder.above(level) or level, reason), reason)

    def desk_of(self, level: Level, reason: QueueReason) -> DivisionCode:
        """Return the division whose dispatchers have what stands before a level."""
        world = self.world
        ground = world.ground(self.incident.match, self.stored.owner_grid_id, self.incident.place)
        shifts = shifts_on(world.now, ground.calendar)
        division, _ = dispatchers_division(level, reason, ground, world.rules, shifts)
        return division.code

    def finish(self, reporter_accounts: Iterable[UUID] = ()) -> StoredIncident:
        """Put events into the ledger and return the incident's next version."""
        incident = changed(self.incident, version=self.incident.version + 1)
        grid = self.world.grid(self.stored.owner_grid_id)
        keys = set(
            scope_of_incident(
                owner_grid_id=grid.grid_id if grid is not None and grid.is_home else None,
                division_codes=incident.division_codes,
                department=incident.department or self.matter.department,
                reporter_account_ids=reporter_accounts,
            )
        )
        # Who worked on it, reported it or shares it keeps sight of it.
        keys |= {key for key in self._keys_before if key.startswith(("p", "a", "joint/"))}
        keys |= self._extra_keys
        self.ledger.events += [
            Event(
                subject="incident",
                subject_id=str(incident.incident_id),
                seq=seq,
                kind=kind,
                at=self.world.now,
                account_id=self.account_id,
                body=body,
                scope_keys=sorted(keys | self._keys_before),
            )
            for seq, kind, body in self._events
        ]
        self.stored = changed(
            self.stored,
            incident=incident,
            event_seq=self.stored.event_seq + len(self._events),
            scope_keys=tuple(sorted(keys)),
        )
        return self.stored

    def _step_for(
        self, decision: Decision, assignment: Assignment, by: Party, reason: str | None
    ) -> None:
        """Take the step of the life-cycle that giving this task means."""
        if decision.purpose is Purpose.VERIFY and self.incident.state is State.REPORTED:
            self.take(Step.REQUEST_VERIFY, by)
        elif (decision.purpose is not Purpose.RECHECK or by is not SYSTEM) and not (
            self.incident.state is State.DISPATCHED and self.incident.post_id == assignment.post_id
        ):
            self.take(
                Step.DISPATCH,
                by,
                post_id=assignment.post_id,
                department=decision.department,
                tier=decision.tier,
                level=decision.level,
                reason=reason,
            )

    def _command(self, decision: Decision) -> None:
        """Write down which tier and level have it; a check does not change them."""
        if decision.purpose in (Purpose.VERIFY, Purpose.RECHECK) and self.incident.tier is not None:
            return
        incident = changed(
            self.incident,
            tier=decision.tier,
            level=decision.level,
            department=decision.department or self.incident.department,
        )
        self.stored = changed(self.stored, incident=incident)

    def _give(
        self, decision: Decision, assignment: Assignment, decision_id: UUID, ask: Ask
    ) -> None:
        given = new_task(self.incident.incident_id, decision, decision_id, self.world.now)
        task_id, minutes = given.task.task_id, given.minutes
        self.ledger.tasks.append(given)
        self._start(decision.clocks, task_id, ask)
        self.world.add_load(assignment.post_id, minutes)
        self._extra_keys.add(post_key(assignment.post_id))
        self.note(
            "task_given",
            task=str(task_id),
            task_kind=assignment.task_kind.value,
            post=assignment.post_id,
            officer=assignment.officer_id,
            purpose=decision.purpose.value,
            decision=str(decision_id),
        )

    def _start(self, clocks: Iterable[StageClock], task_id: UUID | None, ask: Ask) -> None:
        """Start clocks; that of the work itself is the one the lamp shows."""
        for clock in clocks:
            if clock.stage is not Stage.ACKNOWLEDGE:
                self.stored = changed(self.stored, warn_at=clock.warn_at, due_at=clock.due_at)
            # The limit of handling belongs to the incident and outlives a task: it runs on.
            of_task = clock.stage is not Stage.HANDLE
            if not of_task and ask.handle_clock is not None:
                continue
            owner_id = task_id if of_task else None
            self.ledger.clocks.append(new_clock(self.incident.incident_id, owner_id, clock))
