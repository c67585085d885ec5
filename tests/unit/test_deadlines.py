from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.core.dispatch.deadlines import Count, due_at
from gridsvc.core.matter import Limit, LimitKind
from tests.domain_builders import CALENDAR, at

URGENT, HOURS, DAYS, NATURAL = (
    LimitKind.URGENT_HOURS,
    LimitKind.WORK_HOURS,
    LimitKind.WORK_DAYS,
    LimitKind.CALENDAR_DAYS,
)


@pytest.mark.parametrize(
    ("start", "amount", "kind", "due"),
    [
        pytest.param("2026-11-23 23:00", 2, URGENT, "2026-11-24 01:00", id="urgent: nights count"),
        pytest.param("2026-10-01 10:00", 2, URGENT, "2026-10-01 12:00", id="urgent: holidays too"),
        # 11:00–12:00 is one hour, 14:00–15:00 the second
        pytest.param("2026-11-23 11:00", 2, HOURS, "2026-11-23 15:00", id="hours: over lunch"),
        pytest.param("2026-11-23 08:00", 4, HOURS, "2026-11-23 12:00", id="hours: to the bell"),
        # Friday 17:00–18:00, Monday 08:00–11:00
        pytest.param("2026-11-20 17:00", 4, HOURS, "2026-11-23 11:00", id="hours: over a weekend"),
        pytest.param("2026-11-23 20:00", 4, HOURS, "2026-11-24 12:00", id="hours: at evening"),
        pytest.param("2026-11-23 12:30", 4, HOURS, "2026-11-23 18:00", id="hours: from lunch"),
        # Wednesday 30 Sept 17:00–18:00, then seven holidays, Thursday 8 Oct 08:00–09:00
        pytest.param("2026-09-30 17:00", 2, HOURS, "2026-10-08 09:00", id="hours: golden week"),
        # Friday 9 Oct 17:00–18:00, Saturday 10 Oct is worked
        pytest.param("2026-10-09 17:00", 2, HOURS, "2026-10-10 09:00", id="hours: 调休"),
        pytest.param("2026-11-23 10:00", 1, DAYS, "2026-11-24 10:00", id="a day is eight hours"),
        pytest.param("2026-11-20 10:00", 1, DAYS, "2026-11-23 10:00", id="days: over a weekend"),
        pytest.param("2026-11-21 10:00", 1, DAYS, "2026-11-23 18:00", id="days: from a Saturday"),
        # 8 h: Mon 10–12, 14–18 (6 h) + Tue 08–10; half of it: Mon 10–12, 14–16
        pytest.param("2026-11-23 10:00", 0.5, DAYS, "2026-11-23 16:00", id="half a workday"),
        # Wed 30 Sept, Thu 8, Fri 9, Sat 10 Oct, Mon 12 Oct
        pytest.param("2026-09-30 08:00", 5, DAYS, "2026-10-12 18:00", id="days: golden week"),
        pytest.param("2026-09-30 10:00", 3, NATURAL, "2026-10-03 10:00", id="natural days"),
    ],
)
def test_due_at(start: str, amount: float, kind: LimitKind, due: str) -> None:
    assert due_at(at(start), Limit(amount=amount, kind=kind), CALENDAR).due_at == at(due)


def test_the_zone_of_the_start_does_not_matter() -> None:
    utc = datetime.fromisoformat("2026-11-23T03:00:00+00:00")
    assert due_at(utc, Limit(amount=2, kind=HOURS), CALENDAR).due_at == at("2026-11-23 15:00")
    with pytest.raises(ValueError, match="time zone"):
        due_at(utc.replace(tzinfo=None), Limit(amount=2, kind=HOURS), CALENDAR)


def test_the_arithmetic_can_be_followed() -> None:
    deadline = due_at(at("2026-11-20 17:00"), Limit(amount=2, kind=DAYS), CALENDAR)

    assert deadline.explained() == (
        "2026-11-20 17:00 – 2026-11-21 00:00: office hours count, 1 h 00 min",
        "2026-11-21 00:00 – 2026-11-23 00:00: offices closed, 0 h 00 min",
        "2026-11-23 00:00 – 2026-11-24 17:00: office hours count, 15 h 00 min",
    )


def test_a_year_without_published_workdays_warns() -> None:
    deadline = due_at(at("2026-12-31 10:00"), Limit(amount=3, kind=DAYS), CALENDAR)

    assert deadline.unpublished_years == (2027,)
    assert "2027" in deadline.explained()[-1]


starts = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=364)).map(
    lambda since: at("2026-01-01 00:00") + since
)
amounts = st.floats(min_value=0.05, max_value=25).map(lambda a: round(a, 2))
kinds = st.sampled_from(LimitKind)
spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=20))


@given(starts, spans, amounts, kinds)
def test_who_starts_later_is_due_no_sooner(
    start: datetime, later: timedelta, amount: float, kind: LimitKind
) -> None:
    limit = Limit(amount=amount, kind=kind)
    first, second = due_at(start, limit, CALENDAR), due_at(start + later, limit, CALENDAR)
    assert start < first.due_at <= second.due_at


@given(starts, amounts, kinds, st.floats(min_value=0.01, max_value=1))
def test_shortening_never_lengthens(
    start: datetime, amount: float, kind: LimitKind, fraction: float
) -> None:
    limit = Limit(amount=amount, kind=kind)
    shorter = due_at(start, limit.shortened_to(fraction), CALENDAR)
    assert shorter.due_at <= due_at(start, limit, CALENDAR).due_at


@given(starts, amounts, st.sampled_from([HOURS, DAYS]))
def test_working_time_ends_inside_working_time(
    start: datetime, amount: float, kind: LimitKind
) -> None:
    due = due_at(start, Limit(amount=amount, kind=kind), CALENDAR).due_at
    assert CALENDAR.is_workday(due.date())
    assert time(8) < due.time() <= time(12) or time(14) < due.time() <= time(18)


@given(starts, amounts, kinds)
def test_the_stretches_add_up_and_join(start: datetime, amount: float, kind: LimitKind) -> None:
    deadline = due_at(start, Limit(amount=amount, kind=kind), CALENDAR)
    lines = deadline.arithmetic

    unit = {URGENT: timedelta(hours=1), HOURS: timedelta(hours=1)}.get(kind)
    unit = unit or (timedelta(hours=8) if kind is DAYS else timedelta(days=1))
    assert sum((line.counted for line in lines), timedelta(0)) == amount * unit
    assert [lines[0].from_at, lines[-1].to_at] == [start, deadline.due_at]
    assert all(a.to_at == b.from_at for a, b in pairwise(lines))
    assert all(line.counted == timedelta(0) for line in lines if line.count is Count.CLOSED)


@pytest.mark.parametrize("amount", [0, -1, float("nan"), float("inf"), 10_001])
def test_limits_that_are_none(amount: float) -> None:
    with pytest.raises(ValueError, match="limit"):
        Limit(amount=amount, kind=URGENT)


@pytest.mark.parametrize("fraction", [0, 1.01, float("nan")])
def test_a_limit_is_only_ever_shortened(fraction: float) -> None:
    with pytest.raises(ValueError, match="shortened"):
        Limit(amount=4, kind=URGENT).shortened_to(fraction)
