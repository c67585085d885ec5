from dataclasses import replace

import pytest

from gridsvc.core.dispatch.clock import (
    ClockFacts,
    Escalation,
    Move,
    Stage,
    StageClock,
    on_due,
    start_clock,
)
from gridsvc.core.dispatch.rules import SAMPLE_RULES
from gridsvc.core.matter import Limit, LimitKind
from tests.domain_builders import CALENDAR, CITY, COMMUNITY, MIDNIGHT, NOON, TOWN, at

HOUR = Limit(amount=1, kind=LimitKind.URGENT_HOURS)
ALONE = ClockFacts(level=COMMUNITY)
FIRST_OF_TWO = ClockFacts(level=COMMUNITY, has_next_candidate=True)


def clock(stage: Stage) -> StageClock:
    """One hour from noon (12:30): warns at 13:18, strikes at 13:30."""
    return start_clock(stage, NOON, HOUR, CALENDAR, SAMPLE_RULES)


PAUSED = replace(
    clock(Stage.HANDLE), paused_at=at("2026-11-23 13:00"), resumes_at=at("2026-11-24 12:00")
)


@pytest.mark.parametrize(
    ("stage", "facts", "now", "expected"),
    [
        pytest.param(Stage.HANDLE, ALONE, "13:17", (Move.WAIT, COMMUNITY, False), id="in time"),
        pytest.param(Stage.HANDLE, ALONE, "13:18", (Move.WARN, COMMUNITY, False), id="80 % used"),
        pytest.param(
            Stage.HANDLE,
            replace(ALONE, is_warned=True),
            "13:29",
            (Move.WAIT, COMMUNITY, False),
            id="warned once",
        ),
        pytest.param(
            Stage.HANDLE,
            FIRST_OF_TWO,
            "13:30",
            (Move.BREACH, TOWN, True),
            id="overdue: the owner keeps it, the town takes command",
        ),
        pytest.param(Stage.RECHECK, ALONE, "13:30", (Move.BREACH, TOWN, True), id="核查 overdue"),
        pytest.param(Stage.VERIFY, ALONE, "13:30", (Move.BREACH, TOWN, True), id="核实 overdue"),
        pytest.param(
            Stage.ACKNOWLEDGE,
            FIRST_OF_TWO,
            "13:30",
            (Move.NEXT_CANDIDATE, COMMUNITY, True),
            id="no answer: the next candidate",
        ),
        pytest.param(
            Stage.ACKNOWLEDGE,
            replace(FIRST_OF_TWO, candidates_tried=2),
            "13:30",
            (Move.NEXT_LEVEL, TOWN, True),
            id="no answer twice: the next level",
        ),
        pytest.param(
            Stage.ACKNOWLEDGE,
            ALONE,
            "13:30",
            (Move.NEXT_LEVEL, TOWN, True),
            id="no answer from the only one: the next level",
        ),
        pytest.param(
            Stage.ACKNOWLEDGE,
            ClockFacts(level=CITY),
            "13:30",
            (Move.BREACH, CITY, True),
            id="above the city there is nobody",
        ),
        pytest.param(
            Stage.ACKNOWLEDGE,
            FIRST_OF_TWO,
            "23:59",
            (Move.NEXT_CANDIDATE, COMMUNITY, True),
            id="after an outage it moves one rung, not many",
        ),
    ],
)
def test_the_ladder(
    stage: Stage, facts: ClockFacts, now: str, expected: tuple[Move, str, bool]
) -> None:
    move, level, is_breach = expected
    assert on_due(clock(stage), facts, SAMPLE_RULES, at(f"2026-11-23 {now}")) == Escalation(
        move=move, level=level, is_breach=is_breach
    )


@pytest.mark.parametrize(
    ("clock", "now", "move"),
    [
        pytest.param(PAUSED, "2026-11-23 23:00", Move.WAIT, id="while it stands still"),
        pytest.param(PAUSED, "2026-11-24 12:00", Move.RESUME, id="the pause is over"),
        pytest.param(PAUSED, "2026-12-24 12:00", Move.RESUME, id="and was over long ago"),
    ],
)
def test_nothing_strikes_while_a_clock_stands_still(
    clock: StageClock, now: str, move: Move
) -> None:
    found = on_due(clock, ALONE, SAMPLE_RULES, at(now))
    assert found == Escalation(move=move, level=COMMUNITY)


def test_a_breach_is_told_once() -> None:
    told = replace(ALONE, is_breached=True)
    assert on_due(clock(Stage.HANDLE), told, SAMPLE_RULES, MIDNIGHT).move is Move.WAIT


def test_a_demand_that_is_not_met_raises_nothing() -> None:
    found = on_due(clock(Stage.SUPERVISE), ALONE, SAMPLE_RULES, MIDNIGHT)
    assert found == Escalation(move=Move.BREACH, level=COMMUNITY, is_breach=True)


def test_a_clock_warns_in_its_own_kind_of_time() -> None:
    limit = Limit(amount=10, kind=LimitKind.WORK_HOURS)
    running = start_clock(Stage.HANDLE, at("2026-11-20 14:00"), limit, CALENDAR, SAMPLE_RULES)

    # Friday 4 h, Monday 4 h, Monday afternoon 2 h; 8 h end at noon on Monday
    assert running.warn_at == at("2026-11-23 12:00")
    assert running.due_at == at("2026-11-23 16:00")


def test_a_clock_as_json_shows_its_arithmetic() -> None:
    form = clock(Stage.VERIFY).to_json()

    assert form["stage"] == "verify"
    assert form["limit"] == {"amount": 1, "kind": "urgent_hours"}
    assert form["arithmetic"] == [
        {
            "count": "every_hour",
            "from_at": "2026-11-23T12:30:00+08:00",
            "to_at": "2026-11-23T13:30:00+08:00",
            "counted_minutes": 60.0,
        }
    ]
