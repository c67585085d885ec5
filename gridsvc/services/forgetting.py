"""Forgetting: what is kept no longer of incidents that ended goes, in small transactions.

Safe to run at any time, twice, and by several: who works on an incident has locked it, and
others pass over it. Events, decisions, tasks and numbers stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from gridsvc.core.keeping import (
    LINKS_KEPT,
    ORIGINALS_KEPT,
    SERVED_KEPT,
    TEXTS_KEPT,
    is_over,
    next_forgetting,
)
from gridsvc.services.context import Context
from gridsvc.store import forgetting
from gridsvc.store.forgetting import Ended
from gridsvc.store.photos import end_of_photo

MOST_INCIDENTS = 200
MOST_PHOTOS = 100


@dataclass(frozen=True, slots=True)
class Gone:
    """How much went of incidents."""

    texts: int = 0
    originals: int = 0
    photos: int = 0
    links: int = 0

    def __add__(self, other: "Gone") -> "Gone":
        return Gone(
            self.texts + other.texts,
            self.originals + other.originals,
            self.photos + other.photos,
            self.links + other.links,
        )


def forget_incidents(ctx: Context) -> Gone:
    """Take away whatever is kept no longer of incidents, and then the files of photographs."""
    gone = Gone()
    while True:
        seen, went = forget_some(ctx)
        gone += went
        if seen < MOST_INCIDENTS:
            break
    while remove_some_files(ctx) == MOST_PHOTOS:
        pass
    return gone


def forget_some(ctx: Context) -> tuple[int, Gone]:
    """Look at some incidents in one transaction; return how many, and what went."""
    now = ctx.clock.now()
    with ctx.database.begin() as connection:
        ended = forgetting.incidents_due(connection, now, MOST_INCIDENTS)
        if not ended:
            return 0, Gone()
        gone = _forget(connection, ended, now)
        forgetting.set_forget_at(
            connection, {one.incident_id: next_forgetting(one.ended_at, now) for one in ended}
        )
    return len(ended), gone


def _forget(connection: Connection, ended: Sequence[Ended], now: datetime) -> Gone:
    def older_than(kept: timedelta) -> list[UUID]:
        return [one.incident_id for one in ended if is_over(one.ended_at, kept, now)]

    # A hint was read out of the original and says no more than that would.
    forgetting.delete_hints(connection, older_than(ORIGINALS_KEPT))
    originals = forgetting.end_photos(
        connection,
        older_than(ORIGINALS_KEPT),
        "original_ended_at",
        now - ORIGINALS_KEPT,
        now,
    )
    photos = forgetting.end_photos(
        connection, older_than(SERVED_KEPT), "ended_at", now - SERVED_KEPT, now
    )
    texts = forgetting.delete_texts(connection, older_than(TEXTS_KEPT))
    unlinked = older_than(LINKS_KEPT)
    links = forgetting.cut_links(connection, unlinked, now) if unlinked else 0
    return Gone(texts=texts, originals=originals, photos=photos, links=links)


def remove_some_files(ctx: Context) -> int:
    """Remove the files of some photographs that have ended; return of how many.

    The row has said so before, so that nothing is served meanwhile; whoever is stopped in
    between leaves the row to the next.
    """
    now = ctx.clock.now()
    with ctx.database.begin() as connection:
        photos = forgetting.photos_to_remove(connection, MOST_PHOTOS)
        removed = []
        for photo in photos:
            # Since the row says that it has ended, whoever names it anew is asked to send it
            # again; who named it while that was written is found here.
            ended_at = end_of_photo(connection, bytes.fromhex(photo.sha256))
            kept = SERVED_KEPT if photo.served else ORIGINALS_KEPT
            if not is_over(ended_at, kept, now):
                forgetting.keep_after_all(connection, photo.sha256)
                continue
            if photo.original:
                ctx.media.erase(photo.sha256, "original")
            if photo.served:
                ctx.media.erase(photo.sha256, "served", "thumb")
            removed.append(photo)
        if removed:
            forgetting.mark_removed(connection, removed, now)
    return len(photos)
