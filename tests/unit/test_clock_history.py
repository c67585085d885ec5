"""Clocks that are paused, resumed and extended: the table is the arithmetic."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.core.dispatch.clock import Stage, StageClock, start_clock
from gridsvc.core.dispatch.clock_history import (
    ClockChange,
    ClockDeed,
    IllegalChange,
    clock_after,
)
from gridsvc.core.dispatch.deadlines import Count, counted_between, span_of
from gridsvc.core.dispatch.rules import SAMPLE_RULES
from gridsvc.core.matter import Limit, LimitKind
from tests.domain_builders import CALENDAR, at

URGENT, HOURS, DAYS, NATURAL = (
    LimitKind.URGENT_HOURS,
    LimitKind.WORK_HOURS,
    LimitKind.WORK_DAYS,
    LimitKind.CALENDAR_DAYS,
)


def paused(at_: str, until: str) -> ClockChange:
    return ClockChange(deed=ClockDeed.PAUSED, at=at(at_), until=at(until))


def resumed(at_: str) -> ClockChange:
    return ClockChange(deed=ClockDeed.RESUMED, at=at(at_))


def extended(at_: str, limit: Limit) -> ClockChange:
    return ClockChange(deed=ClockDeed.EXTENDED, at=at(at_), limit=limit)


def stand(starts_at: datetime, limit: Limit, *changes: ClockChange) -> StageClock:
    return clock_after(Stage.HANDLE, starts_at, limit, changes, CALENDAR, 0.8)


@pytest.mark.parametrize(
    ("kind", "amount", "changes", "warn", "due"),
    [
        # from Monday 10:00; 10 h run to 20:00, 80 % of them to 18:00
        pytest.param(URGENT, 10, [], "23 18:00", "23 20:00", id="as given"),
        # 2 h used, 8 h left from Tuesday noon
        pytest.param(
            URGENT,
            10,
            [paused("2026-11-23 12:00", "2026-11-25 12:00"), resumed("2026-11-24 12:00")],
            "24 18:00",
            "24 20:00",
            id="a day's pause moves it by a day",
        ),
        pytest.param(
            URGENT,
            10,
            [paused("2026-11-23 12:00", "2026-11-25 12:00")],
            "25 18:00",
            "25 20:00",
            id="still paused: as if it goes on at the latest",
        ),
        # Monday 10–12, 14–18 and Tuesday 08–10 are eight office hours
        pytest.param(DAYS, 1, [], "24 08:24", "24 10:00", id="a workday"),
        # 2 h used on Monday morning; paused from noon to Saturday; 6 h left on Monday the 30th
        pytest.param(
            DAYS,
            1,
            [paused("2026-11-23 12:00", "2026-11-28 12:00"), resumed("2026-11-28 12:00")],
            "30 14:24",
            "30 16:00",
            id="a pause in office time takes nothing of what was left",
        ),
        pytest.param(
            HOURS,
            4,
            [paused("2026-11-23 12:00", "2026-11-24 13:30"), resumed("2026-11-23 13:30")],
            "23 15:12",
            "23 16:00",
            id="a pause over lunch changes nothing",
        ),
        # 20 h from Monday 10:00: 80 % are 16 h
        pytest.param(
            URGENT,
            10,
            [extended("2026-11-23 19:00", Limit(amount=10, kind=URGENT))],
            "24 02:00",
            "24 06:00",
            id="an extension adds the limit once more",
        ),
        # two extensions and a day's pause: 30 h + 24 h
        pytest.param(
            URGENT,
            10,
            [
                extended("2026-11-23 11:00", Limit(amount=10, kind=URGENT)),
                paused("2026-11-23 12:00", "2026-11-24 12:00"),
                resumed("2026-11-24 12:00"),
                extended("2026-11-24 13:00", Limit(amount=10, kind=URGENT)),
            ],
            "25 10:00",
            "25 16:00",
            id="all of it",
        ),
        # it had run out before it was paused: a breach is a fact
        pytest.param(
            URGENT,
            10,
            [paused("2026-11-23 22:00", "2026-11-25 12:00"), resumed("2026-11-24 12:00")],
            "23 18:00",
            "23 20:00",
            id="a pause after the end undoes nothing",
        ),
    ],
)
def test_where_it_stands(
    kind: LimitKind, amount: float, changes: list[ClockChange], warn: str, due: str
) -> None:
    clock = stand(at("2026-11-23 10:00"), Limit(amount=amount, kind=kind), *changes)

    assert (clock.warn_at, clock.due_at) == (at(f"2026-11-{warn}"), at(f"2026-11-{due}"))


def test_a_clock_that_nothing_was_done_to_is_the_one_that_was_started() -> None:
    limit = Limit(amount=3, kind=DAYS)
    started = start_clock(Stage.HANDLE, at("2026-11-20 17:00"), limit, CALENDAR, SAMPLE_RULES)
    assert stand(at("2026-11-20 17:00"), limit) == started


def test_the_arithmetic_shows_the_pause() -> None:
    clock = stand(
        at("2026-11-23 10:00"),
        Limit(amount=10, kind=URGENT),
        paused("2026-11-23 12:00", "2026-11-24 12:00"),
    )
    lines = [(line.count, line.counted / timedelta(hours=1)) for line in clock.arithmetic]

    assert lines == [(Count.EVERY_HOUR, 2), (Count.PAUSED, 0), (Count.EVERY_HOUR, 8)]
    assert clock.paused_at == at("2026-11-23 12:00")
    assert clock.resumes_at == at("2026-11-24 12:00")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([resumed("2026-11-23 11:00")], id="resumed while it runs"),
        pytest.param(
            [paused("2026-11-23 11:00", "2026-11-24 11:00")] * 2, id="paused while it stands"
        ),
        pytest.param(
            [paused("2026-11-23 12:00", "2026-11-24 11:00"), resumed("2026-11-23 11:00")],
            id="back in time",
        ),
        pytest.param([extended("2026-11-23 12:00", Limit(amount=1, kind=DAYS))], id="other kind"),
    ],
)
def test_what_a_clock_refuses(changes: list[ClockChange]) -> None:
    with pytest.raises(IllegalChange):
        stand(at("2026-11-23 10:00"), Limit(amount=10, kind=URGENT), *changes)


STARTS = st.integers(0, 100 * 24 * 12).map(
    lambda fives: at("2026-09-01 00:00") + timedelta(minutes=5 * fives)
)
LIMITS = st.builds(
    Limit,
    amount=st.integers(1, 80).map(lambda quarters: quarters / 4),
    kind=st.sampled_from(LimitKind),
)
GAPS = st.lists(st.integers(1, 400).map(lambda n: timedelta(minutes=15 * n)), max_size=6)


def pauses(starts_at: datetime, gaps: list[timedelta]) -> list[ClockChange]:
    """Pauses one after the other; the gaps are in turn how long it runs and how long it stands."""
    changes, now = [], starts_at
    for running, standing in zip(gaps[::2], gaps[1::2], strict=False):
        changes.append(
            ClockChange(deed=ClockDeed.PAUSED, at=now + running, until=now + running + standing * 2)
        )
        now += running + standing
        changes.append(ClockChange(deed=ClockDeed.RESUMED, at=now))
    return changes


@given(STARTS, LIMITS, GAPS)
def test_the_time_paused_never_counts(
    starts_at: datetime, limit: Limit, gaps: list[timedelta]
) -> None:
    """Whatever was counted between start and end, without the pauses, is the limit."""
    changes = pauses(starts_at, gaps)
    clock = stand(starts_at, limit, *changes)

    counted = counted_between(starts_at, clock.due_at, limit.kind, CALENDAR)
    for pause, end in zip(changes[::2], changes[1::2], strict=True):
        counted -= counted_between(
            min(pause.at, clock.due_at), min(end.at, clock.due_at), limit.kind, CALENDAR
        )
    assert abs(counted - span_of(limit, CALENDAR)) <= timedelta(microseconds=1)
    assert sum((line.counted for line in clock.arithmetic), timedelta(0)) == span_of(
        limit, CALENDAR
    )
    assert clock.warn_at <= clock.due_at


@given(STARTS, LIMITS, GAPS, st.integers(0, 2))
def test_neither_a_pause_nor_an_extension_ever_shortens(
    starts_at: datetime, limit: Limit, gaps: list[timedelta], times: int
) -> None:
    plain = stand(starts_at, limit)
    changes = pauses(starts_at, gaps)
    held = stand(starts_at, limit, *changes)
    assert held.due_at >= plain.due_at

    latest = changes[-1].at if changes else starts_at
    for _ in range(times):
        changes.append(ClockChange(deed=ClockDeed.EXTENDED, at=latest, limit=limit))
        longer = stand(starts_at, limit, *changes)
        assert longer.due_at > held.due_at
        assert longer.warn_at >= held.warn_at
        held = longer


@given(STARTS, LIMITS, st.integers(1, 100), st.integers(0, 100))
def test_who_resumes_later_ends_no_earlier(
    starts_at: datetime, limit: Limit, first: int, later: int
) -> None:
    pause = starts_at + timedelta(minutes=30)
    until = pause + timedelta(days=365)
    ends = [
        stand(
            starts_at,
            limit,
            ClockChange(deed=ClockDeed.PAUSED, at=pause, until=until),
            ClockChange(deed=ClockDeed.RESUMED, at=pause + timedelta(hours=hours)),
        ).due_at
        for hours in (first, first + later)
    ]
    assert ends[0] <= ends[1]
