"""What holds over the whole database, at every moment of a storm of reports, steps and strikes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import text

from gridsvc.core.action import IllegalStep
from gridsvc.core.actor import Actor
from gridsvc.core.life_cycle import State, Step
from gridsvc.core.permission import AccountKind
from gridsvc.core.report import PhotoClaim
from gridsvc.core.step_reason import REASONS_OF_STEP
from gridsvc.core.transition import STEPS
from gridsvc.services.action_draft import (
    ActionDraft,
    NobodyAvailable,
    StaleVersion,
    UnknownIncident,
)
from gridsvc.services.actions import take_step
from gridsvc.services.context import Context
from gridsvc.services.deadlines import sweep_deadlines
from gridsvc.services.incidents import incident_in_full
from gridsvc.services.report_draft import UnknownMatter
from tests.city import POSTS, TinyCity
from tests.clock_replays import wrongly_counted
from tests.deeds import SECRET, claim, draft, officer, send, set_clock
from tests.never import NEVER, breaches

#: An ordinary Monday morning.
NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
PLACES: tuple[str | tuple[float, float], ...] = (
    *("D1", "D2", "D3", "D4", "D5", "D6", "N1", "N2", "S1"),
    *((113.71, 23.005), (113.78, 23.005), (113.699, 23.005), (113.2, 22.1)),
)
CONDITIONS = (
    *("RUBBISH-1", "RUBBISH-2", "MANHOLE-1", "MANHOLE-2", "ROAD-1", "FIRELANE-1"),
    None,
)
PEOPLE = sorted({code for *_, codes in POSTS for code in codes})

ONWARD = (Step.ACKNOWLEDGE, Step.HANDLE, Step.RECHECK_PASS, Step.VERIFY_CONFIRM)


@dataclass(slots=True)
class Storm:
    """Reports, steps and strikes by a seed; what may not be refused is an error."""

    ctx: Context
    city: TinyCity
    now: datetime = NOON
    #: every change of state that was seen: (before, step or "sweep", after)
    moves: set[tuple[str, str, str]] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    people: dict[str, Actor] = field(default_factory=dict)
    ids: list[UUID] = field(default_factory=list)
    #: by incident, whoever sent the report of it
    senders: dict[UUID, str] = field(default_factory=dict)

    def run(self, deeds: int, seed: int) -> Iterator[int]:
        """Do so many deeds; yield after each."""
        rng = np.random.default_rng(seed)
        self.people = {code: officer(self.ctx, code) for code in PEOPLE}
        for at in range(deeds):
            deed = rng.choice(["report", "step", "step", "step", "step", "foul", "sweep"])
            if not self.ids or deed == "report":
                self.report(rng)
            elif deed == "sweep":
                self.sweep(rng)
            else:
                self.step(rng, is_foul=deed == "foul")
            yield at

    def report(self, rng: np.random.Generator) -> None:
        condition = CONDITIONS[rng.integers(len(CONDITIONS))]
        matter = condition.split("-")[0] if condition else "RUBBISH"
        photos: tuple[PhotoClaim, ...] = (claim("before"), claim("after"))
        code = str(rng.choice(PEOPLE))
        sender = self.people[code]
        if rng.random() < 0.3:
            sender = Actor(
                account_id=self.city.account_ids["resident"],
                login="resident",
                kind=AccountKind.RESIDENT,
                scope=(f"a{self.city.account_ids['resident']}",),
            )
        one = draft(
            self.ctx,
            PLACES[rng.integers(len(PLACES))],
            condition,
            matter=matter,
            photos=photos[: rng.integers(3)],
            self_fix=bool(rng.random() < 0.3),
            observed_at=self.now - timedelta(hours=int(rng.integers(-30, 200))),
        )
        [taken] = send(self.ctx, sender, one)
        self.ids.append(taken.receipt.incident_id)
        if sender is self.people[code]:
            self.senders[taken.receipt.incident_id] = code
        self.done["report"] += 1

    def sweep(self, rng: np.random.Generator) -> None:
        self.now += timedelta(minutes=float(rng.choice([5, 26, 31, 65, 600])))
        set_clock(self.ctx, self.now)
        before = self.states()
        swept = sweep_deadlines(self.ctx)
        for incident_id, state in self.states().items():
            if before[incident_id] != state:
                self.moves.add((before[incident_id], "sweep", state))
        self.done["strike"] += swept.breached

    def step(self, rng: np.random.Generator, *, is_foul: bool) -> None:
        """Take a step that is offered to somebody, or any step by anybody."""
        incident_id = self.ids[rng.integers(max(0, len(self.ids) - 20), len(self.ids))]
        shown = incident_in_full(self.ctx, self.people["dispatch-city"], incident_id)
        holders = [
            code
            for post, *_, codes in POSTS
            for code in codes
            if shown["owner"] and post == shown["owner"]["code"]
        ]
        others = [self.senders[incident_id]] if incident_id in self.senders else []
        others = others if shown["closed_at"] else []
        code = str(
            rng.choice([*holders, *holders, *others, "dispatch-city", *(PEOPLE if is_foul else [])])
        )
        actor = self.people[code]
        offered = [Step(s) for s in shown["steps"]]
        if code in (*holders, *others):
            offered = [Step(s) for s in incident_in_full(self.ctx, actor, incident_id)["steps"]]
        # an incident that is voided at once tells little
        if len(offered) > 1 and rng.random() < 0.8:
            offered = [s for s in offered if s not in (Step.VOID, Step.FORCE_CLOSE)]
        # most stories go on, so that some of them reach their end
        offered += [s for s in offered if s in ONWARD for _ in range(3)]
        steps = list(Step) if is_foul or not offered else offered
        step = steps[rng.integers(len(steps))]
        action = self.action(rng, step, shown, is_foul=is_foul)
        before = shown["state"]
        try:
            take_step(self.ctx, actor, incident_id, action)
        except (IllegalStep, NobodyAvailable, UnknownMatter, StaleVersion) as refusal:
            self.done[type(refusal).__name__] += 1
            assert self.states()[incident_id] == before
        except UnknownIncident:
            assert is_foul, "an assignee sees what is theirs"
        else:
            self.done[step] += 1
            self.moves.add((before, step.value, self.states()[incident_id]))

    def action(
        self, rng: np.random.Generator, step: Step, shown: dict[str, Any], *, is_foul: bool
    ) -> ActionDraft:
        reasons = sorted(REASONS_OF_STEP.get(step, ()))
        posts = [None, *self.city.post_ids.values()] if is_foul else [None]
        conditions = [None, *(c for c in CONDITIONS if c)] if is_foul else CONDITIONS[:6]
        return ActionDraft(
            action_id=uuid4(),
            step=step,
            version=shown["version"] - int(is_foul and rng.random() < 0.1),
            note=SECRET,
            reason=str(rng.choice(reasons)) if reasons and rng.random() < 0.95 else None,
            photos=(claim("after"),) if rng.random() < 0.9 else (),
            post_id=posts[rng.integers(len(posts))],
            condition=conditions[rng.integers(len(conditions))],
            until=self.now + timedelta(hours=float(rng.choice([-1, 1, 12, 240, 9_000]))),
        )

    def states(self) -> dict[UUID, str]:
        with self.ctx.database.begin() as connection:
            rows = connection.execute(text("SELECT incident_id, state FROM incident"))
            return {row.incident_id: row.state for row in rows}


SEEDS, DEEDS = (1, 2), 240


@pytest.fixture(scope="module")
def storm(ctx: Context, tiny_city: TinyCity) -> Storm:
    """Storms that have blown themselves out; the database was looked at all the way."""
    storm = Storm(ctx, tiny_city)
    for seed in SEEDS:
        storm.now = NOON + timedelta(days=30 * seed)
        set_clock(ctx, storm.now)
        for at in storm.run(DEEDS, seed):
            if at % 25 == 0:
                assert breaches(ctx) == {}, f"after deed {at} of storm {seed}"
    return storm


def test_nothing_that_must_not_be_is_found(ctx: Context, storm: Storm) -> None:
    assert breaches(ctx) == {}


def test_every_clock_stands_where_its_history_says(ctx: Context, storm: Storm) -> None:
    assert wrongly_counted(ctx) == []


def test_the_storm_was_one(storm: Storm) -> None:
    """A storm in which nothing happens would prove nothing."""
    assert storm.done["report"] >= 20
    assert storm.done["strike"] >= 10
    assert storm.done["IllegalStep"] >= 5
    for step in (Step.ACKNOWLEDGE, Step.HANDLE, Step.DISPATCH, Step.RECHECK_PASS):
        assert storm.done[step] >= 2, str(dict(storm.done))


def test_states_moved_only_as_the_life_cycle_allows(storm: Storm) -> None:
    """Two steps of one transaction are followed one by one."""
    edges = {(t.origin.value, t.target.value) for t in STEPS}
    within_one = edges | {(a, d) for a, b in edges for c, d in edges if b == c}
    for before, step, after in storm.moves:
        assert before == after or (before, after) in within_one, (before, step, after)
        if before == State.RETURNED:
            assert before == after or step in ("dispatch", "void", "force_close"), step
        if before in (State.CLOSED, State.VOIDED) and before != after:
            assert step in ("unsatisfied", "unjoin"), step


def test_nothing_that_people_wrote_stands_in_events_or_decisions(
    ctx: Context, storm: Storm, tiny_city: TinyCity
) -> None:
    with ctx.database.begin() as connection:
        notes = connection.execute(text("SELECT count(*) FROM action_text")).scalar_one()
        names = list(connection.execute(text("SELECT name FROM officer_person")).scalars())
        bodies = list(connection.execute(text("SELECT body FROM event")).scalars())
        answers = list(connection.execute(text("SELECT answer FROM decision")).scalars())

    assert notes > 10
    for body in (*bodies, *answers):
        for word in words_of(body):
            assert SECRET not in word
            assert not any(name in word for name in names), word
            # a code, an id or an instant: one word without spaces, and short
            assert word.isascii(), word
            assert len(word) <= 80, word


def words_of(value: Any) -> Iterator[str]:
    """Every text within a value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from words_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words_of(inner)


@pytest.mark.parametrize("what", NEVER)
def test_each_query_finds_a_breach_made_on_purpose(ctx: Context, storm: Storm, what: str) -> None:
    """Written as somebody past every guard would write it, and rolled back."""
    with ctx.database.begin() as connection:
        connection.execute(text("SET ROLE NONE"))
        for statement in BREACH_OF[what]:
            assert connection.execute(text(statement)).rowcount != 0, statement
        assert list(connection.execute(text(NEVER[what])).scalars())
        connection.rollback()


_OPEN = "(SELECT incident_id FROM incident WHERE state NOT IN ('closed', 'voided') LIMIT 1)"
_ENDED = (
    "(SELECT incident_id FROM incident JOIN task USING (incident_id) "
    "WHERE incident.state IN ('closed', 'voided') LIMIT 1)"
)
_TASKED = "(SELECT incident_id FROM task WHERE finished_at IS NULL LIMIT 1)"
_UNLOCKED = "ALTER TABLE event DISABLE TRIGGER event_appended"
BREACH_OF: dict[str, tuple[str, ...]] = {
    "an open incident that nobody owns": (
        f"UPDATE incident SET level = level WHERE incident_id = {_OPEN}",
        "UPDATE task SET finished_at = created_at, state = 'done' WHERE finished_at IS NULL",
        "UPDATE queue_entry SET left_at = since WHERE left_at IS NULL",
    ),
    "work on an incident that has ended": (
        f"UPDATE task SET finished_at = NULL WHERE incident_id = {_ENDED}",
    ),
    "two people who are both told that it is theirs": (
        "UPDATE task SET finished_at = NULL, state = 'open'",
    ),
    "an unfinished task that is in a final state, or the other way round": (
        "UPDATE task SET state = 'done' WHERE finished_at IS NULL",
    ),
    "two running clocks of one stage": ("UPDATE stage_clock SET stopped_at = NULL",),
    "a clock that waits for an answer nobody was asked for, or has given": (
        "UPDATE task SET state = 'acknowledged' WHERE finished_at IS NULL",
    ),
    "a place in no grid that nobody was told of": ("UPDATE incident SET grid_id = NULL",),
    "an incident without a decision, or with a gap in them": (
        "ALTER TABLE decision DISABLE TRIGGER decision_appended",
        "UPDATE decision SET seq = seq + 1000",
    ),
    "a task or queue that no decision or event tells of": (
        f"UPDATE task SET incident_id = {_ENDED} WHERE incident_id = {_TASKED}",
    ),
    "a gap in a history": ("UPDATE incident SET event_seq = event_seq + 1",),
    "an incident without a history": (
        _UNLOCKED,
        "UPDATE event SET subject_id = 'nobody' || event_id",
    ),
    "a history that goes back in time": (
        _UNLOCKED,
        "UPDATE event SET at = at - interval '1 day' WHERE seq = 2",
    ),
    "an incident that its own event is not shown with": (
        "UPDATE incident SET scope_keys = scope_keys || 'p0'::text",
    ),
    "a checker who had solved it before": (
        _UNLOCKED,
        """UPDATE event c SET body = c.body || jsonb_build_object('officer', s.body->'officer')
        FROM event s WHERE s.subject_id = c.subject_id AND s.seq < c.seq
        AND s.kind = 'handled' AND c.kind = 'closed'""",
    ),
    "a returned incident that somebody has all the same": (
        "ALTER TABLE incident DISABLE TRIGGER incident_transition",
        f"UPDATE incident SET state = 'returned' WHERE incident_id = {_TASKED}",
    ),
    "a suspended incident whose clock runs, or a clock that stands still for nothing": (
        f"UPDATE incident SET suspended_until = received_at WHERE incident_id = {_OPEN}",
        "UPDATE stage_clock SET paused_at = NULL, stopped_at = coalesce(stopped_at, starts_at)",
    ),
    "a clock that stands still and is never to go on": (
        "UPDATE stage_clock SET paused_at = starts_at, next_at = NULL, stopped_at = NULL",
    ),
    "something asked for that nobody can answer": (
        "UPDATE incident SET request = 'extension' WHERE state <> 'handling'",
    ),
    "lateness exempted that never was": (
        "UPDATE incident SET exempted_at = received_at, breached_at = NULL",
    ),
    "more time granted than there is": ("UPDATE incident SET extension_count = 3",),
    "a report that made no incident": (
        "ALTER TABLE report DROP CONSTRAINT report_incident_id_fkey",
        "ALTER TABLE report NO FORCE ROW LEVEL SECURITY",
        "UPDATE report SET incident_id = gen_random_uuid()",
    ),
}
