from datetime import date, datetime, time

import pytest

from gridsvc.core.calendar import Calendar, calendar_of
from gridsvc.core.shift import Shift, shifts_on
from tests.domain_builders import CALENDAR, at


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2026-11-23", True, id="a Monday"),
        pytest.param("2026-11-22", False, id="a Sunday"),
        pytest.param("2026-10-01", False, id="National Day, a Thursday"),
        pytest.param("2026-10-10", True, id="a Saturday worked in exchange"),
        pytest.param("2026-10-11", False, id="the Sunday after it"),
    ],
)
def test_workdays(day: str, expected: bool) -> None:
    assert CALENDAR.is_workday(date.fromisoformat(day)) is expected


def test_a_year_without_published_workdays_is_named_and_counted_by_its_weekends() -> None:
    assert CALENDAR.is_workday(date(2027, 2, 20)) is False
    assert CALENDAR.unpublished_years(at("2026-12-30 10:00"), at("2028-01-02 10:00")) == (
        2027,
        2028,
    )
    assert CALENDAR.unpublished_years(at("2026-01-01 00:00"), at("2026-12-31 23:59")) == ()


def test_the_year_is_that_of_the_city_not_of_greenwich() -> None:
    # 2026-12-31 17:00 in London is 2027-01-01 01:00 in Dongguan
    late = datetime.fromisoformat("2026-12-31T17:00:00+00:00")
    assert CALENDAR.unpublished_years(late, late) == (2027,)


def test_rows_of_the_calendar_file() -> None:
    rows = [(date(2026, 10, 1), "holiday"), (date(2026, 10, 10), "makeup_workday")]
    calendar = calendar_of(rows, published_years=[2026])

    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(date(2026, 10, 10))
    with pytest.raises(ValueError, match="feast"):
        calendar_of([(date(2026, 10, 1), "feast")], published_years=[])


def test_contradictory_calendars_are_refused() -> None:
    day = frozenset({date(2026, 10, 1)})
    with pytest.raises(ValueError, match="2026-10-01"):
        Calendar(holidays=day, makeup_workdays=day)
    with pytest.raises(ValueError, match="disjoint"):
        Calendar(office_hours=((time(8), time(14)), (time(12), time(18))))
    with pytest.raises(ValueError, match="disjoint"):
        Calendar(office_hours=())


def test_the_digest_tells_calendars_apart() -> None:
    assert Calendar().digest == Calendar().digest
    others = [
        Calendar(holidays=frozenset({date(2026, 10, 1)})),
        Calendar(makeup_workdays=frozenset({date(2026, 10, 1)})),
        Calendar(published_years=frozenset({2026})),
        Calendar(office_hours=((time(8), time(16)),)),
    ]
    assert len({Calendar().digest, *(c.digest for c in others)}) == 5


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("2026-11-23 08:29", {Shift.EARLY}, id="Monday, a minute before the day shift"),
        pytest.param("2026-11-23 08:30", {Shift.EARLY, Shift.DAY}, id="a shift includes its start"),
        pytest.param("2026-11-23 14:00", {Shift.LATE, Shift.DAY}, id="the watch changes at two"),
        pytest.param("2026-11-23 17:30", {Shift.LATE}, id="and not its end"),
        pytest.param("2026-11-23 21:00", {Shift.NIGHT}, id="the night begins at nine"),
        pytest.param("2026-11-23 06:59", {Shift.NIGHT}, id="and lasts till seven"),
        pytest.param("2026-11-23 07:00", {Shift.EARLY}, id="when the early watch begins"),
        pytest.param("2026-11-22 10:00", {Shift.EARLY}, id="no day shift on a Sunday"),
        pytest.param("2026-10-10 10:00", {Shift.EARLY, Shift.DAY}, id="but on a make-up workday"),
        pytest.param("2026-10-01 10:00", {Shift.EARLY}, id="and none on a holiday"),
    ],
)
def test_shifts(when: str, expected: set[Shift]) -> None:
    assert shifts_on(at(when), CALENDAR) == expected | {Shift.ALWAYS}
