"""The live feed: the tail of the event table, with what the maps need of each incident.

One tail per process reads the outbox; how frames reach browsers is not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gridsvc.core.heard import HEARD
from gridsvc.services.context import Context
from gridsvc.services.incident_view import summary_of
from gridsvc.store import events, incidents
from gridsvc.store.events import Event, Snapshot

#: More than this since the last frame, and a client does better to load afresh.
MOST_EVENTS = 2_000
#: What a reporter is not told of their incident; the keys stay, so that a page reads one form.
_UNTOLD: dict[str, Any] = {"queue": None, "request": None, "supervised_by": None}


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told the same: the keys of what they see, and whether they may read incidents."""

    scope: frozenset[str]
    #: False for who only reports, and hears what became of it
    reads: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """One event as it is shown, and the scope keys that may see it."""

    shown: dict[str, Any]
    scope_keys: frozenset[str]

    def visible_to(self, audience: Audience) -> bool:
        """Tell whether the event is for an audience."""
        is_theirs = not self.scope_keys.isdisjoint(audience.scope)
        return is_theirs and (audience.reads or self.shown["kind"] in HEARD)

    def as_shown_to(self, audience: Audience) -> dict[str, Any]:
        """Return the event as an audience may know it."""
        if audience.reads:
            return self.shown
        # what is asked, demanded and queued within the service is no answer to a reporter
        return self.shown | {"incident": self.shown["incident"] | _UNTOLD}


@dataclass(frozen=True, slots=True)
class Batch:
    """What happened between two snapshots; `overflowed` when there was too much to tell."""

    until: Snapshot
    now: datetime
    items: tuple[Item, ...]
    overflowed: bool = False


def start_of_feed(ctx: Context) -> Snapshot:
    """Return the cursor of a reader that wants only what comes."""
    with ctx.database.begin() as connection:
        return events.current_snapshot(connection)


def read_batch(ctx: Context, since: Snapshot, until: Snapshot | None = None) -> Batch:
    """Return what was committed after `since`, up to `until` or now."""
    now = ctx.clock.now()
    with ctx.database.begin() as connection:
        end = until or events.current_snapshot(connection)
        if end == since:
            return Batch(end, now, ())
        found = events.events_between(connection, since, end, MOST_EVENTS + 1)
        if len(found) > MOST_EVENTS:
            return Batch(end, now, (), overflowed=True)
        touched = {UUID(e.subject_id) for e in found if e.subject == "incident"}
        seen = incidents.summaries(connection, touched) if touched else {}
    return Batch(end, now, tuple(shown_items(found, seen, now)))


def shown_items(
    found: Sequence[Event], seen: dict[UUID, incidents.Summary], now: datetime
) -> list[Item]:
    """Return the events of incidents as items, each with its incident as it stands now."""
    items = []
    for event in found:
        if event.subject != "incident":
            continue
        summary = seen.get(UUID(event.subject_id))
        if summary is not None:
            shown = {
                "kind": event.kind,
                "seq": event.seq,
                "at": event.at,
                "incident": summary_of(summary, now),
            }
            items.append(Item(shown, frozenset(event.scope_keys)))
    return items
