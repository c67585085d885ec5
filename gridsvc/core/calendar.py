"""The duty calendar: which days and hours are worked, in Chinese local time.

Only civil days and office hours are here; who is on shift is in `shift`.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise

#: China keeps one time without summer time since 1991, so a fixed offset is exact and fast
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

OfficeHours = tuple[tuple[time, time], ...]
#: the sample calendar of the municipal standards: two halves of four hours
OFFICE_HOURS: OfficeHours = ((time(8), time(12)), (time(14), time(18)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Holidays, make-up workdays 调休 and office hours of the city.

    A year whose make-up workdays the State Council has not published yet is
    counted by its weekends and known holidays; `unpublished_years` says which years
    of a stretch that concerns, so that a deadline can carry the warning.
    """

    holidays: frozenset[date] = frozenset()
    makeup_workdays: frozenset[date] = frozenset()
    #: the years whose make-up workdays are known
    published_years: frozenset[int] = frozenset()
    office_hours: OfficeHours = OFFICE_HOURS
    #: the office hours as distances from midnight
    office_spans: tuple[tuple[timedelta, timedelta], ...] = field(init=False, default=())
    #: the hours of one whole workday
    office_day: timedelta = field(init=False, default=timedelta(0))
    #: tells one calendar from another, in decisions
    digest: str = field(init=False, default="")

    def __post_init__(self) -> None:
        ends = [instant for half in self.office_hours for instant in half]
        if not ends or any(a >= b for a, b in pairwise(ends)):
            raise ValueError("office hours must be disjoint and in order")
        if both := self.holidays & self.makeup_workdays:
            raise ValueError(f"both holiday and workday: {min(both).isoformat()}")
        parts = (
            *(f"h{day}" for day in sorted(self.holidays)),
            *(f"w{day}" for day in sorted(self.makeup_workdays)),
            *(f"y{year}" for year in sorted(self.published_years)),
            *(f"o{a}{b}" for a, b in self.office_hours),
        )
        digest = hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]
        spans = tuple((_since_midnight(a), _since_midnight(b)) for a, b in self.office_hours)
        object.__setattr__(self, "office_spans", spans)
        object.__setattr__(self, "office_day", sum((b - a for a, b in spans), timedelta(0)))
        object.__setattr__(self, "digest", digest)

    def is_workday(self, day: date) -> bool:
        """Tell whether offices are open: a make-up workday, or a weekday that is no holiday."""
        if day in self.makeup_workdays:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def unpublished_years(self, start_at: datetime, end_at: datetime) -> tuple[int, ...]:
        """Return the years touched by a stretch of time whose make-up workdays are unknown."""
        first, last = start_at.astimezone(SHANGHAI).year, end_at.astimezone(SHANGHAI).year
        return tuple(y for y in range(first, last + 1) if y not in self.published_years)


def _since_midnight(at: time) -> timedelta:
    return datetime.combine(date.min, at) - datetime.combine(date.min, time.min)


def calendar_of(
    days: Iterable[tuple[date, str]], published_years: Iterable[int], **settings: OfficeHours
) -> Calendar:
    """Build a calendar from rows of (day, "holiday" | "makeup_workday")."""
    holidays, makeup = set(), set()
    for day, kind in days:
        if kind == "holiday":
            holidays.add(day)
        elif kind == "makeup_workday":
            makeup.add(day)
        else:
            raise ValueError(f"{day} is neither holiday nor makeup_workday but {kind!r}")
    return Calendar(
        holidays=frozenset(holidays),
        makeup_workdays=frozenset(makeup),
        published_years=frozenset(published_years),
        **settings,
    )
