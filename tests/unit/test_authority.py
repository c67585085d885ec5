"""By which authority, and by when."""

from dataclasses import replace
from typing import Any

import pytest

from gridsvc.core.dispatch.clock import Stage, start_clock
from gridsvc.core.dispatch.decision import Purpose
from gridsvc.core.dispatch.reason import Reason, Shortfall
from gridsvc.core.dispatch.rules import SAMPLE_RULES, LimitReduction, Override, Scope
from gridsvc.core.division import Level
from gridsvc.core.duty import Tier
from gridsvc.core.matter import Limit, LimitKind, Severity
from tests.dispatch_cases import EVERYBODY, ask, owner
from tests.domain_builders import (
    CALENDAR,
    COMMUNITY,
    DUMPING,
    FIRE,
    HANDLER,
    LITTLE,
    NOON,
    TOWN,
    TOWN_3,
    A,
    at,
    condition,
    facts,
    ground,
)


@pytest.mark.parametrize(
    ("changes", "tier", "level", "reasons"),
    [
        pytest.param({}, Tier.PATROL, COMMUNITY, {Reason.ENTRY_TIER}, id="as the matter says"),
        pytest.param(
            {"tier_by_severity": {Severity.NORMAL: Tier.HANDLING}},
            Tier.HANDLING,
            COMMUNITY,
            {Reason.TIER_BY_SEVERITY},
            id="the severity asks for more",
        ),
        pytest.param(
            {"level_by_severity": {Severity.NORMAL: TOWN}},
            Tier.HANDLING,
            TOWN,
            {Reason.LEVEL_BY_SEVERITY, Reason.TIER_BY_LEVEL},
            id="a higher level is not for the patrol",
        ),
        pytest.param(
            {"overrides": (Override(scope=Scope(division=TOWN_3), tier=Tier.ENFORCEMENT),)},
            Tier.ENFORCEMENT,
            COMMUNITY,
            {Reason.TIER_BY_OVERRIDE},
            id="a town's own rule",
        ),
        pytest.param(
            {
                "overrides": (
                    Override(scope=Scope(division=TOWN_3), tier=Tier.ENFORCEMENT),
                    Override(scope=Scope(division=A), tier=Tier.HANDLING),
                )
            },
            Tier.HANDLING,
            COMMUNITY,
            {Reason.TIER_BY_OVERRIDE},
            id="the smaller division is more precise",
        ),
        pytest.param(
            {
                "overrides": (
                    Override(scope=Scope(division=A), tier=Tier.HANDLING),
                    Override(scope=Scope(matter=DUMPING.code), tier=Tier.ENFORCEMENT),
                    Override(scope=Scope(condition=LITTLE.code), tier=Tier.PATROL),
                )
            },
            Tier.PATROL,
            COMMUNITY,
            {Reason.TIER_BY_OVERRIDE},
            id="the condition before the matter before the place",
        ),
        pytest.param(
            {"overrides": (Override(scope=Scope(matter=DUMPING.code), level=TOWN),)},
            Tier.HANDLING,
            TOWN,
            {Reason.LEVEL_BY_OVERRIDE},
            id="a matter's own level",
        ),
    ],
)
def test_tier_and_level(
    changes: dict[str, Any], tier: Tier, level: Level, reasons: set[Reason]
) -> None:
    decision = ask(facts(), ground(*EVERYBODY), replace(SAMPLE_RULES, **changes))

    assert (decision.tier, decision.level) == (tier, level)
    assert reasons <= set(decision.reasons)


def test_an_override_may_name_another_department() -> None:
    rules = replace(
        SAMPLE_RULES,
        overrides=(Override(scope=Scope(matter=DUMPING.code), department=FIRE),),
    )
    decision = ask(facts(matter=DUMPING), ground(*EVERYBODY), rules)

    assert (owner(decision), decision.department) == ("a-fireman", FIRE)
    assert Reason.DEPARTMENT_BY_OVERRIDE in decision.reasons


def test_a_raised_level_never_sinks() -> None:
    town_matter = facts(matter=DUMPING, condition=condition(level=TOWN), raised_to=COMMUNITY)
    assert ask(town_matter, ground(*EVERYBODY)).level == TOWN


def test_an_unknown_department_is_a_shortfall() -> None:
    decision = ask(facts(matter=DUMPING), ground(HANDLER, departments=frozenset({FIRE})))
    assert Shortfall.UNKNOWN_DEPARTMENT in decision.shortfalls


def test_the_clocks_of_a_first_dispatch() -> None:
    decision = ask(facts(matter=DUMPING), ground(*EVERYBODY))
    acknowledge, handle = decision.clocks

    assert (acknowledge.stage, acknowledge.due_at) == (Stage.ACKNOWLEDGE, at("2026-11-23 13:00"))
    assert acknowledge.warn_at == at("2026-11-23 12:54")
    # four work hours from 12:30 are 14:00–18:00, and 80 % of them end at 17:12
    assert (handle.stage, handle.due_at) == (Stage.HANDLE, at("2026-11-23 18:00"))
    assert handle.warn_at == at("2026-11-23 17:12")
    assert Reason.LIMIT_OF_CONDITION in decision.reasons


def test_handling_goes_on_as_it_stands() -> None:
    """Extended or paused as it may be; only who answers has a new clock."""
    running = start_clock(
        Stage.HANDLE,
        at("2026-11-23 08:00"),
        Limit(amount=9, kind=LimitKind.URGENT_HOURS),
        CALENDAR,
        SAMPLE_RULES,
    )
    incident = facts(purpose=Purpose.REDISPATCH, matter=DUMPING, handle_clock=running)
    acknowledge, handle = ask(incident, ground(*EVERYBODY)).clocks

    assert acknowledge.starts_at == NOON
    assert handle == running


def test_a_queue_stops_no_clock() -> None:
    [handle] = ask(facts(matter=DUMPING), ground()).clocks
    assert handle.stage is Stage.HANDLE


def test_a_rule_shortens_the_limit() -> None:
    half = LimitReduction(scope=Scope(division=TOWN_3), fraction=0.5)
    third = LimitReduction(scope=Scope(matter=DUMPING.code), fraction=0.25)
    rules = replace(SAMPLE_RULES, limit_reductions=(half, third))
    decision = ask(facts(matter=DUMPING), ground(*EVERYBODY), rules)

    # the strictest counts: one of four hours
    assert decision.clocks[1].due_at == at("2026-11-23 15:00")
    assert Reason.LIMIT_SHORTENED in decision.reasons


def test_verification_and_recheck_have_their_own_clocks() -> None:
    for purpose, stage in ((Purpose.VERIFY, Stage.VERIFY), (Purpose.RECHECK, Stage.RECHECK)):
        clocks = ask(facts(purpose=purpose), ground(*EVERYBODY)).clocks
        assert [clock.stage for clock in clocks] == [Stage.ACKNOWLEDGE, stage]


def test_an_unpublished_year_is_a_warning_never_an_error() -> None:
    long = facts(
        matter=DUMPING, condition=condition(limit=Limit(amount=60, kind=LimitKind.WORK_DAYS))
    )
    decision = ask(long, ground(*EVERYBODY))

    assert owner(decision) == "a-handler"
    assert Shortfall.CALENDAR_UNPUBLISHED in decision.shortfalls
