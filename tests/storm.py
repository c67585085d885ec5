"""A storm: eight people and sweeps at once on the same few incidents, against a real database.

Who comes second is told so and nothing else, looks again and does their own work; whatever
the order, the database is whole. What happens is left to chance and to the threads, so a
storm is played until it has shown what it must, never so many times and no more.
"""

import itertools
from collections import Counter
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import numpy as np
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from gridsvc.core.action import IllegalStep
from gridsvc.core.actor import Actor
from gridsvc.core.division import SAMPLE_LADDER
from gridsvc.core.life_cycle import ANSWERS, Step
from gridsvc.core.step_reason import REASONS_OF_STEP
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
from tests.city import POSTS
from tests.clock_replays import wrongly_counted
from tests.deeds import claim, draft, officer, send, set_clock
from tests.never import breaches

AT_ONCE = 8
#: how often somebody who is told that they were second looks again
LOOKS = 4
PEOPLE = sorted({code for *_, codes in POSTS for code in codes})
HOLDERS = {post: codes for post, *_, codes in POSTS}
CONDITIONS = ("RUBBISH-1", "RUBBISH-2", "MANHOLE-2", "MANHOLE-1", "FIRELANE-1")
LEVELS = SAMPLE_LADDER.levels
#: what would hide the rest if it happened as often
RARE = (Step.VOID, Step.FORCE_CLOSE, Step.SUPERVISE, Step.RETURN, Step.CHOOSE_LEVEL)
#: what hardly ever happens unless who may do it does it
AWAITED = (*ANSWERS, Step.RESUME, Step.APPEAL)
#: what somebody who comes second may be told
REFUSALS = (StaleVersion, IllegalStep, NobodyAvailable, UnknownMatter)
REFUSED = frozenset(refusal.__name__ for refusal in REFUSALS)
#: what is no step and no refusal of one
IDLE = frozenset({"sweep", "unseen", "nothing open"})


class EverybodyAtOnce(RuleBasedStateMachine):
    """Batches of eight deeds, each in a thread and in transactions of its own."""

    ctx: ClassVar[Context]
    #: business time goes on over all examples
    now: ClassVar[datetime] = datetime(2026, 6, 15, 2, tzinfo=UTC)
    people: ClassVar[dict[str, Actor]] = {}
    done: ClassVar[Counter[str]] = Counter()
    failure: ClassVar[Exception | None] = None

    @initialize(conditions=st.lists(st.sampled_from(CONDITIONS), min_size=3, max_size=3))
    def reports(self, conditions: list[str]) -> None:
        self.advance(timedelta(days=7))
        reporter = self.people["manager-D1"]
        places = ("D1", "D2", "D5")
        drafts = [draft(self.ctx, place, c) for place, c in zip(places, conditions, strict=True)]
        self.ids = [taken.receipt.incident_id for taken in send(self.ctx, reporter, *drafts)]
        #: the post that was last seen to have each
        self.had = dict.fromkeys(self.ids, "")

    @rule(
        minutes=st.sampled_from([1, 10, 31, 130, 700, 15_000]),
        seeds=st.lists(st.integers(0, 2**32 - 1), min_size=AT_ONCE, max_size=AT_ONCE),
    )
    def all_at_once(self, minutes: int, seeds: list[int]) -> None:
        self.advance(timedelta(minutes=minutes))
        with ThreadPoolExecutor(AT_ONCE) as threads, self.first_failure_kept():
            for told in threads.map(self.deed, range(AT_ONCE), seeds):
                self.done.update(told)

    @invariant()
    def the_database_is_whole(self) -> None:
        with self.first_failure_kept():
            found = breaches(self.ctx)
            assert not found, found

    def teardown(self) -> None:
        with self.first_failure_kept():
            wrong = wrongly_counted(self.ctx)
            assert not wrong, wrong

    @contextmanager
    def first_failure_kept(self) -> Iterator[None]:
        """Keep what went wrong: where it does not go wrong again, Hypothesis tells of that only."""
        try:
            yield
        except Exception as error:
            type(self).failure = self.failure or error
            raise

    def advance(self, passed: timedelta) -> None:
        type(self).now += passed
        set_clock(self.ctx, self.now)

    def deed(self, number: int, seed: int) -> list[str]:
        """Sweep, or let people do what is open to them; return what each was told."""
        if number == 0:
            swept = sweep_deadlines(self.ctx)
            assert swept.failed == 0
            return ["sweep"]
        rng = np.random.default_rng(seed)
        incident_id = self.ids[rng.integers(len(self.ids))]
        told = [self.once(rng, incident_id)]
        while told[-1] in REFUSED and len(told) < LOOKS:
            told.append(self.once(rng, incident_id))
        return told

    def once(self, rng: np.random.Generator, incident_id: UUID) -> str:
        """Let somebody take a step that was open to them when they looked."""
        shown = incident_in_full(self.ctx, self.people["dispatch-city"], incident_id)
        code = self.somebody(rng, shown)
        try:
            mine = incident_in_full(self.ctx, self.people[code], incident_id)
        except UnknownIncident:
            return "unseen"
        steps = [Step(step) for step in mine["steps"]]
        if len(steps) > 1 and rng.random() < 0.9:
            steps = [step for step in steps if step not in RARE] or steps
            steps = [step for step in steps if step in AWAITED] or steps
        if not steps:
            if shown["closed_at"] is not None:
                self.report_instead(rng, incident_id)
            return "nothing open"
        return self.take(rng, code, incident_id, steps[rng.integers(len(steps))], mine)

    def report_instead(self, rng: np.random.Generator, ended: UUID) -> None:
        """Let another report take the place of one that has ended."""
        condition = CONDITIONS[rng.integers(len(CONDITIONS))]
        [taken] = send(self.ctx, self.people["manager-D1"], draft(self.ctx, "D2", condition))
        self.ids = [taken.receipt.incident_id if one == ended else one for one in self.ids]

    def somebody(self, rng: np.random.Generator, shown: dict[str, Any]) -> str:
        """Return who acts: mostly who has it, had it last, or may answer what was asked for."""
        if shown["owner"]:
            self.had[shown["incident_id"]] = shown["owner"]["code"]
        holders = HOLDERS.get(self.had.get(shown["incident_id"], ""), ())
        above = ["dispatch-city", "dispatch-dongcheng", "supervisor"]
        asked = shown["request"] or shown["suspended_until"] or not shown["owner"]
        answers = above * (8 if asked else 1)
        return str(rng.choice([*holders * 8, *answers, "manager-D1", str(rng.choice(PEOPLE))]))

    def take(
        self,
        rng: np.random.Generator,
        code: str,
        incident_id: UUID,
        step: Step,
        mine: dict[str, Any],
    ) -> str:
        reasons = sorted(REASONS_OF_STEP.get(step, ()))
        action = ActionDraft(
            action_id=uuid4(),
            step=step,
            version=mine["version"],
            note="说明",
            reason=str(rng.choice(reasons)) if reasons else None,
            photos=(claim("after"),),
            condition=CONDITIONS[rng.integers(2)] if step is Step.ACCEPT else None,
            until=self.now + timedelta(days=float(rng.choice([1, 20, 300]))),
            level=LEVELS[rng.integers(3)] if step is Step.CHOOSE_LEVEL else None,
        )
        try:
            take_step(self.ctx, self.people[code], incident_id, action)
        except REFUSALS as refusal:
            return type(refusal).__name__
        return step.value


def storm(ctx: Context, examples: int, steps: int) -> Iterator[Counter[str]]:
    """Play rounds without end; after each, give all that was done so far and how often.

    What fails is not played again to make it smaller: the threads would not do it again.
    """
    EverybodyAtOnce.ctx = ctx
    EverybodyAtOnce.people = {code: officer(ctx, code) for code in PEOPLE}
    EverybodyAtOnce.done, EverybodyAtOnce.failure = Counter(), None
    rules = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for number in itertools.count():
        try:
            run_state_machine_as_test(seed(number)(EverybodyAtOnce), settings=rules)  # type: ignore[no-untyped-call]
        except Flaky:
            raise EverybodyAtOnce.failure or AssertionError("nothing failed") from None
        yield EverybodyAtOnce.done


def actions_in(done: Counter[str]) -> int:
    """Return how many steps were tried, refused ones included."""
    return sum(count for told, count in done.items() if told not in IDLE)


def unseen(done: Counter[str], wanted: Collection[str]) -> list[str]:
    """Return what was wanted and has not been seen yet."""
    return [name for name in wanted if not done[name]]
