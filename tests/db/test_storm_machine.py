"""Eight people and sweeps at once on the same few incidents, against a real database.

Who comes second is told so and nothing else; whatever the order, the database is whole.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from gridsvc.core.action import IllegalStep
from gridsvc.core.actor import Actor
from gridsvc.core.life_cycle import Step
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
PEOPLE = sorted({code for *_, codes in POSTS for code in codes})
CONDITIONS = ("RUBBISH-1", "RUBBISH-2", "MANHOLE-2", "MANHOLE-1", "FIRELANE-1")
#: what would hide the rest if it happened as often
RARE = (Step.VOID, Step.FORCE_CLOSE, Step.SUPERVISE, Step.RETURN)
#: what somebody who comes second may be told
REFUSALS = (StaleVersion, IllegalStep, NobodyAvailable, UnknownMatter)


class EverybodyAtOnce(RuleBasedStateMachine):
    """Batches of eight deeds, each in a thread and a transaction of its own."""

    ctx: ClassVar[Context]
    #: business time goes on over all examples
    now: ClassVar[datetime] = datetime(2026, 6, 15, 2, tzinfo=UTC)
    people: ClassVar[dict[str, Actor]] = {}
    done: ClassVar[Counter[str]] = Counter()

    @initialize(conditions=st.lists(st.sampled_from(CONDITIONS), min_size=3, max_size=3))
    def reports(self, conditions: list[str]) -> None:
        self.advance(timedelta(days=7))
        reporter = self.people["manager-D1"]
        places = ("D1", "D2", "D5")
        drafts = [draft(self.ctx, place, c) for place, c in zip(places, conditions, strict=True)]
        self.ids = [taken.receipt.incident_id for taken in send(self.ctx, reporter, *drafts)]

    @rule(
        minutes=st.sampled_from([1, 10, 31, 130, 700, 15_000]),
        seeds=st.lists(st.integers(0, 2**32 - 1), min_size=AT_ONCE, max_size=AT_ONCE),
    )
    def all_at_once(self, minutes: int, seeds: list[int]) -> None:
        self.advance(timedelta(minutes=minutes))
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for told in threads.map(self.deed, range(AT_ONCE), seeds):
                self.done[told] += 1

    @invariant()
    def the_database_is_whole(self) -> None:
        assert breaches(self.ctx) == {}

    def teardown(self) -> None:
        assert wrongly_counted(self.ctx) == []

    def advance(self, passed: timedelta) -> None:
        type(self).now += passed
        set_clock(self.ctx, self.now)

    def deed(self, number: int, seed: int) -> str:
        """Sweep, or let somebody take a step that was open to them when they looked."""
        if number == 0:
            swept = sweep_deadlines(self.ctx)
            assert swept.failed == 0
            return "sweep"
        rng = np.random.default_rng(seed)
        incident_id = self.ids[rng.integers(len(self.ids))]
        shown = incident_in_full(self.ctx, self.people["dispatch-city"], incident_id)
        code = self.somebody(rng, shown)
        try:
            mine = incident_in_full(self.ctx, self.people[code], incident_id)
        except UnknownIncident:
            return "unseen"
        steps = [Step(step) for step in mine["steps"]]
        if len(steps) > 1 and rng.random() < 0.9:
            steps = [step for step in steps if step not in RARE] or steps
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
        holders = [
            code
            for post, *_, codes in POSTS
            for code in codes
            if shown["owner"] and post == shown["owner"]["code"]
        ]
        others = ["dispatch-city", "dispatch-dongcheng", "supervisor", "manager-D1"]
        # what is asked for is answered, and what nobody has is given to somebody
        answers = others[:3] * 2 if shown["request"] or not holders else []
        return str(rng.choice([*holders * 8, *answers, *others, str(rng.choice(PEOPLE))]))

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
        )
        try:
            take_step(self.ctx, self.people[code], incident_id, action)
        except REFUSALS as refusal:
            return type(refusal).__name__
        return step.value


def play(ctx: Context, examples: int, steps: int) -> Counter[str]:
    """Play so many examples of so many batches; return what was done and how often."""
    EverybodyAtOnce.ctx = ctx
    EverybodyAtOnce.people = {code: officer(ctx, code) for code in PEOPLE}
    EverybodyAtOnce.done = Counter()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        EverybodyAtOnce,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return EverybodyAtOnce.done


def test_everybody_at_once(ctx: Context) -> None:
    done = play(ctx, examples=4, steps=10)
    assert done["StaleVersion"] >= 3, done  # a storm in which nobody met would prove nothing
    assert done["acknowledge"] >= 1, done


@pytest.mark.slow
def test_everybody_at_once_for_long(ctx: Context) -> None:
    done = play(ctx, examples=12, steps=20)
    for step in (Step.REQUEST_EXTENSION, Step.APPROVE_SUSPENSION, Step.RECHECK_PASS):
        assert done[step.value] >= 1, done
