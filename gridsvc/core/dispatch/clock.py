"""Stage clocks and the escalation ladder: acknowledge, warn, breach, next level.

A clock is its start, its limit and what has been done to it since; where it stands follows
from those in `clock_history`. A breach is a fact, never a state of the incident.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from gridsvc.core.calendar import Calendar
from gridsvc.core.dispatch.deadlines import CountedStretch, due_at
from gridsvc.core.dispatch.rules import Rules
from gridsvc.core.division import Level
from gridsvc.core.matter import Limit


class Stage(StrEnum):
    """What a clock waits for."""

    ACKNOWLEDGE = "acknowledge"
    VERIFY = "verify"
    HANDLE = "handle"
    RECHECK = "recheck"
    SUPERVISE = "supervise"  # 督办: what is demanded from above


@dataclass(frozen=True, slots=True, kw_only=True)
class StageClock:
    """A running limit of one stage; all instants in Chinese local time."""

    stage: Stage
    starts_at: datetime
    warn_at: datetime
    due_at: datetime
    limit: Limit
    arithmetic: tuple[CountedStretch, ...] = ()
    #: years counted without knowing their make-up workdays
    unpublished_years: tuple[int, ...] = ()
    #: while it stands still: since when, and until when at the latest; its warning and its
    #: end are then those that follow when it goes on at that latest instant
    paused_at: datetime | None = None
    resumes_at: datetime | None = None

    @property
    def is_paused(self) -> bool:
        """Whether it stands still."""
        return self.paused_at is not None

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary of codes, numbers and ISO instants."""
        return {
            "stage": self.stage.value,
            "starts_at": self.starts_at.isoformat(),
            "warn_at": self.warn_at.isoformat(),
            "due_at": self.due_at.isoformat(),
            "limit": {"amount": self.limit.amount, "kind": self.limit.kind.value},
            "arithmetic": list(_arithmetic_json(self.arithmetic)),
            "unpublished_years": list(self.unpublished_years),
        }


@lru_cache(maxsize=256)
def _arithmetic_json(arithmetic: tuple[CountedStretch, ...]) -> tuple[dict[str, Any], ...]:
    """Write an arithmetic down; reports taken in together share a few, as in `due_at`."""
    return tuple(
        {
            "count": line.count.value,
            "from_at": line.from_at.isoformat(),
            "to_at": line.to_at.isoformat(),
            "counted_minutes": round(line.counted / timedelta(minutes=1), 2),
        }
        for line in arithmetic
    )


def start_clock(
    stage: Stage, starts_at: datetime, limit: Limit, calendar: Calendar, rules: Rules
) -> StageClock:
    """Start the clock of a stage; the warning comes after a part of the same kind of time."""
    end = due_at(starts_at, limit, calendar)
    warning = due_at(starts_at, limit.shortened_to(rules.warn_fraction), calendar)
    return StageClock(
        stage=stage,
        starts_at=starts_at,
        warn_at=warning.due_at,
        due_at=end.due_at,
        limit=limit,
        arithmetic=end.arithmetic,
        unpublished_years=end.unpublished_years,
    )


class Move(StrEnum):
    """What to do about a clock."""

    WAIT = "wait"
    RESUME = "resume"  # the pause is over
    WARN = "warn"  # tell the owner and the dispatcher of the level
    NEXT_CANDIDATE = "next_candidate"  # decide again without the officer who did not answer
    NEXT_LEVEL = "next_level"  # decide again one level up
    BREACH = "breach"  # write the breach down; the work stays where it is


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """What the ladder must know about the incident whose clock it is."""

    #: the level now in command
    level: Level
    #: posts of this level that let the acknowledge clock run out, the present one included
    candidates_tried: int = 1
    #: whether a further candidate stands in the decision
    has_next_candidate: bool = False
    is_warned: bool = False
    is_breached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """The answer of the ladder."""

    move: Move
    #: the level in command from now on, whose dispatcher is told
    level: Level
    #: whether the limit has run out; a fact to be written down in any case
    is_breach: bool = False


def on_due(clock: StageClock, facts: ClockFacts, rules: Rules, now: datetime) -> Escalation:
    """Say what to do about a clock at an instant.

    An acknowledge clock that runs out passes the task to the next candidate, a given
    number of times, then to the next level; at the top it is the dispatcher's. Any
    other clock that runs out is a breach: the owner keeps the work and the next level
    takes command of it, unless it was that of a demand from above. While a clock stands
    still, nothing strikes but the end of the pause.
    """
    if clock.is_paused:
        is_over = clock.resumes_at is not None and now >= clock.resumes_at
        return Escalation(move=Move.RESUME if is_over else Move.WAIT, level=facts.level)
    if facts.is_breached or now < clock.warn_at:
        return Escalation(move=Move.WAIT, level=facts.level)
    if now < clock.due_at:
        move = Move.WAIT if facts.is_warned else Move.WARN
        return Escalation(move=move, level=facts.level)
    if clock.stage is Stage.SUPERVISE:
        return Escalation(move=Move.BREACH, level=facts.level, is_breach=True)
    above = rules.ladder.above(facts.level) or facts.level
    if clock.stage is not Stage.ACKNOWLEDGE:
        return Escalation(move=Move.BREACH, level=above, is_breach=True)
    if facts.has_next_candidate and facts.candidates_tried < rules.candidates_per_level:
        return Escalation(move=Move.NEXT_CANDIDATE, level=facts.level, is_breach=True)
    if above != facts.level:
        return Escalation(move=Move.NEXT_LEVEL, level=above, is_breach=True)
    return Escalation(move=Move.BREACH, level=above, is_breach=True)
