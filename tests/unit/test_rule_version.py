"""How far a version of the rules has come, and who may take it further."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gridsvc.core.dispatch.rule_version import (
    STATE_AFTER,
    RuleState,
    RuleStep,
    RuleStepRefused,
    RuleVersion,
)
from tests.domain_builders import NOON

ONE = RuleVersion(
    version=2,
    state=RuleState.DRAFT,
    revision=1,
    body={},
    effective_at=None,
    reason="storm season",
    drafted_by="o1",
    proposed_by=None,
    opened_by=None,
)


def test_two_people_bring_a_version_into_force() -> None:
    proposed = replace(ONE, state=ONE.state_after(RuleStep.PROPOSE, "o1", NOON), proposed_by="o1")

    assert proposed.state_after(RuleStep.OPEN, "o2", NOON) is RuleState.OPENED
    with pytest.raises(RuleStepRefused) as refused:
        proposed.state_after(RuleStep.OPEN, "o1", NOON)
    assert refused.value.code == "four_eyes"
    assert proposed.state_after(RuleStep.SAVE, "o2", NOON) is RuleState.DRAFT


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        pytest.param(timedelta(hours=1), None, id="ahead"),
        pytest.param(timedelta(0), "in_force", id="at its very instant"),
        pytest.param(-timedelta(days=1), "in_force", id="in force"),
    ],
)
def test_what_has_taken_effect_stays_written(later: timedelta, expected: str | None) -> None:
    opened = replace(ONE, state=RuleState.OPENED, effective_at=NOON + later)
    code = None
    try:
        opened.state_after(RuleStep.WITHDRAW, "o1", NOON)
    except RuleStepRefused as refused:
        code = refused.code
    assert code == expected


@pytest.mark.parametrize("state", RuleState)
@pytest.mark.parametrize("step", RuleStep)
def test_nothing_else_is_possible(state: RuleState, step: RuleStep) -> None:
    one = replace(ONE, state=state)
    if (state, step) in STATE_AFTER:
        assert one.state_after(step, "o9", NOON) is STATE_AFTER[state, step]
    else:
        with pytest.raises(RuleStepRefused):
            one.state_after(step, "o9", NOON)


def test_only_a_proposal_is_opened_and_nothing_leaves_the_withdrawn() -> None:
    opening = {origin for (origin, step) in STATE_AFTER if step is RuleStep.OPEN}

    assert opening == {RuleState.PROPOSED}
    assert not [step for (origin, step) in STATE_AFTER if origin is RuleState.WITHDRAWN]
