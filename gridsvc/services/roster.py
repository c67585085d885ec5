"""The roster: who holds which post, place by place, as it stands in one span of time.

Kept under the stamp of the posts, and no longer than until a holding begins or ends; so it
is exact. Loads are no part of it: they change with every task.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection

from gridsvc.core.division import DivisionCode
from gridsvc.core.grid import GridId
from gridsvc.core.post import Post, PostId
from gridsvc.store.people import next_change_of_posts, open_minutes_of, posts_over

#: A grid by its id or a division by its code.
Place = int | str


class Roster:
    """The posts of the places that somebody has asked about; threads may share it."""

    def __init__(self, since: datetime, until: datetime | None) -> None:
        self._since, self._until = since, until
        self._posts: dict[Place, tuple[Post, ...]] = {}

    @classmethod
    def read(cls, connection: Connection, now: datetime) -> "Roster":
        """Begin a roster that holds until the next change that is known already."""
        return cls(now, next_change_of_posts(connection, now))

    def holds_at(self, now: datetime) -> bool:
        """Tell whether it says who holds what at an instant."""
        return self._since <= now and (self._until is None or now < self._until)

    def posts_of(
        self,
        connection: Connection,
        grids: Collection[GridId],
        divisions: Collection[DivisionCode],
        now: datetime,
    ) -> dict[Place, tuple[Post, ...]]:
        """Return the posts placed on some grids and divisions, without their loads."""
        known = self._posts
        grids_missing = sorted(grid for grid in grids if grid not in known)
        divisions_missing = sorted(code for code in divisions if code not in known)
        if grids_missing or divisions_missing:
            missing: list[Place] = [*grids_missing, *divisions_missing]
            fresh: dict[Place, list[Post]] = {place: [] for place in missing}
            for post in posts_over(connection, grids_missing, divisions_missing, now):
                fresh[place_of(post)].append(post.with_load(0))
            known.update({place: tuple(posts) for place, posts in fresh.items()})
        asked: list[Place] = [*grids, *divisions]
        return {place: known[place] for place in asked}


def place_of(post: Post) -> Place:
    """Return the grid or division that a post is over."""
    place = post.place.grid_id if post.place.grid_id is not None else post.place.division_code
    assert place is not None
    return place


def with_loads(connection: Connection, posts: Iterable[Post]) -> dict[PostId, Post]:
    """Return posts by id, each with the work it has now."""
    by_id = {post.post_id: post for post in posts}
    for post_id, minutes in open_minutes_of(connection, list(by_id)).items():
        number = PostId(post_id)
        by_id[number] = by_id[number].with_load(minutes)
    return by_id
