"""Deadlines: limits counted over the duty calendar, with the arithmetic shown.

The clocks that run on them, and what happens when one strikes, are in `clock`.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from gridsvc.core.calendar import SHANGHAI, Calendar
from gridsvc.core.instant import check_aware
from gridsvc.core.matter import Limit, LimitKind

_ZERO = timedelta(0)
_DAY = timedelta(days=1)


class Count(StrEnum):
    """What happened to a stretch of time in the arithmetic of a deadline."""

    EVERY_HOUR = "every_hour"  # counted by the wall clock
    OFFICE_TIME = "office_time"  # counted within office hours
    CLOSED = "closed"  # skipped: no workday in it
    PAUSED = "paused"  # skipped: the clock stood still


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedStretch:
    """One line of the arithmetic: from here to there, so much was counted."""

    count: Count
    from_at: datetime
    to_at: datetime
    counted: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """An end of a limit, with the way it was found."""

    due_at: datetime
    arithmetic: tuple[CountedStretch, ...]
    #: years counted without knowing their make-up workdays
    unpublished_years: tuple[int, ...] = ()

    def explained(self) -> tuple[str, ...]:
        """Return the arithmetic as lines that a person can follow."""
        return tuple(
            f"{s.from_at:%Y-%m-%d %H:%M} – {s.to_at:%Y-%m-%d %H:%M}: {_WORDS[s.count]}"
            f" {_hours(s.counted)}"
            for s in self.arithmetic
        ) + tuple(
            f"the make-up workdays of {year} are not published yet"
            for year in self.unpublished_years
        )


_WORDS = {
    Count.EVERY_HOUR: "every hour counts,",
    Count.OFFICE_TIME: "office hours count,",
    Count.CLOSED: "offices closed,",
    Count.PAUSED: "the clock stood still,",
}


def _hours(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


@lru_cache(maxsize=256)
def due_at(start_at: datetime, limit: Limit, calendar: Calendar) -> Deadline:
    """Return the end of a limit that starts at an instant.

    Urgent hours and calendar days run by the wall clock. Work hours run only while
    offices are open. A workday is one day's office hours, so that a limit of one
    workday given on Monday at ten ends on Tuesday at ten, and one given on Saturday
    ends when the offices close on Monday. Reports taken in together start at one instant
    and share a few limits, so the answers of the last moments are kept.
    """
    return ends_at(start_at, span_of(limit, calendar), limit.kind, calendar)


def span_of(limit: Limit, calendar: Calendar) -> timedelta:
    """Return how much time of its own kind a limit allows."""
    if limit.kind is LimitKind.CALENDAR_DAYS:
        return timedelta(days=limit.amount)
    if limit.kind is LimitKind.WORK_DAYS:
        return limit.amount * calendar.office_day
    return timedelta(hours=limit.amount)


def ends_at(start_at: datetime, span: timedelta, kind: LimitKind, calendar: Calendar) -> Deadline:
    """Return the instant at which so much time of a kind has been counted; span > 0."""
    check_aware(start_at=start_at)
    start_at = start_at.astimezone(SHANGHAI)
    if runs_by_wall_clock(kind):
        return _by_wall_clock(start_at, span)
    return _by_office_hours(start_at, span, calendar)


def runs_by_wall_clock(kind: LimitKind) -> bool:
    """Tell whether nights and holidays count."""
    return kind in (LimitKind.URGENT_HOURS, LimitKind.CALENDAR_DAYS)


def counted_between(
    from_at: datetime, to_at: datetime, kind: LimitKind, calendar: Calendar
) -> timedelta:
    """Return how much time of a kind lies between two instants, the earlier one first."""
    if runs_by_wall_clock(kind):
        return to_at - from_at
    from_at, to_at = from_at.astimezone(SHANGHAI), to_at.astimezone(SHANGHAI)
    counted, day = _ZERO, datetime.combine(from_at.date(), time.min, SHANGHAI)
    while day < to_at:
        if calendar.is_workday(day.date()):
            for opens, closes in calendar.office_spans:
                counted += max(_ZERO, min(to_at, day + closes) - max(from_at, day + opens))
        day += _DAY
    return counted


def _by_wall_clock(start_at: datetime, span: timedelta) -> Deadline:
    end_at = start_at + span
    return Deadline(due_at=end_at, arithmetic=(_line(Count.EVERY_HOUR, start_at, end_at, span),))


def _line(count: Count, from_at: datetime, to_at: datetime, counted: timedelta) -> CountedStretch:
    return CountedStretch(count=count, from_at=from_at, to_at=to_at, counted=counted)


def _by_office_hours(start_at: datetime, span: timedelta, calendar: Calendar) -> Deadline:
    """Walk over the days; a run of workdays and a run of closed days are one line each."""
    lines: list[CountedStretch] = []
    at, left = start_at, span
    while True:
        from_at, counted = at, _ZERO
        is_open = calendar.is_workday(at.date())
        while calendar.is_workday(at.date()) is is_open:
            midnight = datetime.combine(at.date(), time.min, SHANGHAI)
            spans = calendar.office_spans if is_open else ()
            if is_open and at == midnight and left - counted > calendar.office_day:
                # a whole day is used up; no need to look into it
                counted += calendar.office_day
                spans = ()
            for opens, closes in spans:
                begin, end = max(at, midnight + opens), midnight + closes
                if begin >= end:
                    continue
                worked = min(end - begin, left - counted)
                counted += worked
                if counted == left:
                    lines.append(_line(Count.OFFICE_TIME, from_at, begin + worked, counted))
                    return Deadline(
                        due_at=begin + worked,
                        arithmetic=tuple(lines),
                        unpublished_years=calendar.unpublished_years(start_at, begin + worked),
                    )
            at = midnight + _DAY
        left -= counted
        lines.append(_line(Count.OFFICE_TIME if is_open else Count.CLOSED, from_at, at, counted))
