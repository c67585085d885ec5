"""What is done to a running clock, and where it stands after it: paused, resumed, extended.

A clock's start and limit never change and what is done to it is appended, so that anybody
can count again. Time counts in the limit's own kind: a pause over a weekend takes nothing
from a limit in work hours, and whatever was left when it began is left when it ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gridsvc.core.calendar import SHANGHAI, Calendar
from gridsvc.core.dispatch.clock import Stage, StageClock
from gridsvc.core.dispatch.deadlines import (
    Count,
    CountedStretch,
    counted_between,
    ends_at,
    runs_by_wall_clock,
    span_of,
)
from gridsvc.core.instant import check_aware
from gridsvc.core.matter import Limit


class ClockDeed(StrEnum):
    """What is done to a running clock."""

    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"


class IllegalChange(ValueError):
    """A change that the clock's history does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """One thing done to a clock, in force from `at` on."""

    deed: ClockDeed
    at: datetime
    #: of a pause: when it ends by itself
    until: datetime | None = None
    #: of an extension: how much is added, in the kind of the limit
    limit: Limit | None = None

    def __post_init__(self) -> None:
        check_aware(at=self.at, until=self.until)
        if (self.deed is ClockDeed.PAUSED) != (self.until is not None):
            raise ValueError("a pause has an end, and nothing else has one")
        if (self.deed is ClockDeed.EXTENDED) != (self.limit is not None):
            raise ValueError("an extension adds a limit, and nothing else does")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A stretch in which the clock ran; open at its end while it still does."""

    from_at: datetime
    to_at: datetime | None


def clock_after(
    stage: Stage,
    starts_at: datetime,
    limit: Limit,
    changes: Iterable[ClockChange],
    calendar: Calendar,
    warn_fraction: float,
) -> StageClock:
    """Return where a clock stands after what was done to it, oldest change first.

    The whole time allowed is the limit and every extension. An extension moves the
    warning to the same part of the longer time.
    """
    changes = tuple(changes)
    runs, pause = _runs(starts_at, changes)
    allowed = span_of(limit, calendar)
    for change in changes:
        if change.limit is not None:
            if change.limit.kind is not limit.kind:
                raise IllegalChange(f"a limit in {limit.kind} is not extended by {change.limit}")
            allowed += span_of(change.limit, calendar)
    due_at, arithmetic, years = _reached(runs, allowed, limit, calendar)
    warn_at, _, _ = _reached(runs, allowed * warn_fraction, limit, calendar)
    return StageClock(
        stage=stage,
        starts_at=starts_at,
        warn_at=warn_at,
        due_at=due_at,
        limit=limit,
        arithmetic=arithmetic,
        unpublished_years=years,
        paused_at=None if pause is None else pause.at,
        resumes_at=None if pause is None else pause.until,
    )


def _runs(
    starts_at: datetime, changes: tuple[ClockChange, ...]
) -> tuple[list[_Run], ClockChange | None]:
    """Return the stretches that count, the last one open, and the pause it is in now."""
    runs: list[_Run] = []
    since, latest = starts_at, starts_at
    pause: ClockChange | None = None
    for change in changes:
        if change.at < latest:
            raise IllegalChange(f"{change.deed} at {change.at} comes before {latest}")
        latest = change.at
        if change.deed is ClockDeed.PAUSED:
            if pause is not None:
                raise IllegalChange("a clock that stands still cannot be paused")
            runs.append(_Run(from_at=since, to_at=change.at))
            pause = change
        elif change.deed is ClockDeed.RESUMED:
            if pause is None:
                raise IllegalChange("a clock that runs cannot be resumed")
            since, pause = change.at, None
    open_from = since if pause is None else pause.until
    assert open_from is not None
    runs.append(_Run(from_at=open_from, to_at=None))
    return runs, pause


def _reached(
    runs: list[_Run], span: timedelta, limit: Limit, calendar: Calendar
) -> tuple[datetime, tuple[CountedStretch, ...], tuple[int, ...]]:
    """Return the instant at which so much has been counted over the runs, and how."""
    lines: list[CountedStretch] = []
    count = Count.EVERY_HOUR if runs_by_wall_clock(limit.kind) else Count.OFFICE_TIME
    years: set[int] = set()
    left = span
    for run, following in zip(runs, [*runs[1:], None], strict=True):
        if run.to_at is None:
            break
        counted = counted_between(run.from_at, run.to_at, limit.kind, calendar)
        if counted >= left:
            break
        assert following is not None
        left -= counted
        for what, from_at, to_at, much in (
            (count, run.from_at, run.to_at, counted),
            (Count.PAUSED, run.to_at, following.from_at, timedelta(0)),
        ):
            lines.append(
                CountedStretch(
                    count=what,
                    from_at=from_at.astimezone(SHANGHAI),
                    to_at=to_at.astimezone(SHANGHAI),
                    counted=much,
                )
            )
        if count is Count.OFFICE_TIME:
            years.update(calendar.unpublished_years(run.from_at, run.to_at))
    end = ends_at(run.from_at, left, limit.kind, calendar)
    return end.due_at, (*lines, *end.arithmetic), tuple(sorted(years | {*end.unpublished_years}))
