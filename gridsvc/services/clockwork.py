"""The clocks of an incident on the desk: where they stand, paused, resumed and extended.

What has been done to a clock is appended and where it stands is counted anew from its
start, so that a deadline never depends on when somebody looked.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from gridsvc.core.dispatch.clock import Stage, StageClock
from gridsvc.core.dispatch.clock_history import ClockChange, ClockDeed, clock_after
from gridsvc.services.world import World
from gridsvc.store import clocks
from gridsvc.store.clocks import RunningClock


def stand_of(connection: Connection, clock: RunningClock, world: World) -> StageClock:
    """Return where a stored clock stands, counted from its start."""
    return clock_after(
        Stage(clock.stage),
        clock.starts_at,
        clock.limit,
        clocks.changes_of(connection, clock.clock_id),
        world.reference.calendar,
        world.rules.warn_fraction,
    )


def extend(connection: Connection, clock: RunningClock, world: World) -> StageClock:
    """Give a running clock its own limit once more."""
    change = ClockChange(deed=ClockDeed.EXTENDED, at=world.now, limit=clock.limit)
    return _changed(connection, clock, world, change)


def pause(connection: Connection, clock: RunningClock, world: World, until: datetime) -> StageClock:
    """Let a running clock stand still until an instant."""
    change = ClockChange(deed=ClockDeed.PAUSED, at=world.now, until=until)
    return _changed(connection, clock, world, change)


def resume(connection: Connection, clock: RunningClock, world: World, at: datetime) -> StageClock:
    """Let a paused clock go on from an instant, which may be long before anybody looked."""
    change = ClockChange(deed=ClockDeed.RESUMED, at=at)
    return _changed(connection, clock, world, change)


def _changed(
    connection: Connection, clock: RunningClock, world: World, change: ClockChange
) -> StageClock:
    clocks.append_change(connection, clock, change, world.now)
    stand = stand_of(connection, clock, world)
    # The longer limit has a warning of its own, unless that is past too.
    warned_at = clock.warned_at if world.now >= stand.warn_at else None
    next_at: datetime | None = stand.due_at if warned_at else stand.warn_at
    if stand.is_paused:
        next_at = stand.resumes_at
    elif clock.breached_at is not None:
        next_at = None
    clocks.set_clock(
        connection,
        replace(
            clock,
            warn_at=stand.warn_at,
            due_at=stand.due_at,
            next_at=next_at,
            warned_at=warned_at,
            paused_at=stand.paused_at,
        ),
    )
    return stand
