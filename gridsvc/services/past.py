"""The world as it was: posts, holders, leave, outlines and loads of any instant within a span.

Read once for the whole span. Loads are recomputed from the tasks that were open at the
instant, in the order in which they were given; matters, departments and the calendar are
today's, because no older ones are kept.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection

from gridsvc.core.department import DepartmentCode
from gridsvc.core.dispatch.rules import Rules
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.duty import Duty
from gridsvc.core.grid import GridId
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import Holder, Post, PostCode, PostId, PostPlace
from gridsvc.core.shift import Shift
from gridsvc.services.ground import StampedGround
from gridsvc.services.roster import Place, place_of
from gridsvc.services.world import World, lendable
from gridsvc.store import past

#: A tie at one instant is settled by the incident's number, as it was when they were decided.
Moment = tuple[datetime, str]


@dataclass(slots=True)
class Loads:
    """The work of one post over time."""

    given: list[tuple[Moment, int]] = field(default_factory=list)
    ended: list[tuple[datetime, int]] = field(default_factory=list)
    _given_at: list[Moment] = field(default_factory=list)
    _given_sum: list[int] = field(default_factory=list)
    _ended_at: list[datetime] = field(default_factory=list)
    _ended_sum: list[int] = field(default_factory=list)

    def settle(self) -> None:
        """Put what was gathered in order, once, before the first question."""
        self.given.sort()
        self.ended.sort()
        self._given_at = [moment for moment, _ in self.given]
        self._ended_at = [at for at, _ in self.ended]
        self._given_sum = [0, *accumulate(minutes for _, minutes in self.given)]
        self._ended_sum = [0, *accumulate(minutes for _, minutes in self.ended)]

    def at(self, moment: Moment) -> int:
        """Return the minutes of work that had been given and had not ended."""
        given = self._given_sum[bisect_left(self._given_at, moment)]
        ended = self._ended_sum[bisect_right(self._ended_at, moment[0])]
        return max(0, given - ended)


_NO_LOAD = Loads(_given_sum=[0], _ended_sum=[0])


@dataclass(slots=True)
class Past:
    """Everything that decisions of a span looked at."""

    known: StampedGround
    by_place: dict[Place, list[tuple[Any, Post]]]
    holdings: dict[int, list[Any]]
    leaves: dict[int, list[Any]]
    areas: dict[int, list[Any]]
    loads: dict[int, Loads]
    _posts: dict[tuple[int, tuple[Holder, ...], float], Post] = field(default_factory=dict)

    @classmethod
    def read(
        cls, connection: Connection, known: StampedGround, since: datetime, until: datetime
    ) -> "Past":
        """Read the posts, holdings, outlines and tasks of a span, one statement each."""
        by_place: defaultdict[Place, list[tuple[Any, Post]]] = defaultdict(list)
        for row in past.posts_during(connection, since, until):
            post = post_of(row)
            by_place[place_of(post)].append((row, post))
        holdings: defaultdict[int, list[Any]] = defaultdict(list)
        for row in past.holdings_during(connection, since, until):
            holdings[row.post_id].append(row)
        leaves: defaultdict[int, list[Any]] = defaultdict(list)
        for row in past.leaves_during(connection, since, until):
            leaves[row.officer_id].append(row)
        areas: defaultdict[int, list[Any]] = defaultdict(list)
        for row in past.areas_during(connection, since, until):
            areas[row.grid_id].append(row)
        loads: defaultdict[int, Loads] = defaultdict(Loads)
        for row in past.loads_during(connection, since, until):
            loads[row.post_id].given.append(((row.created_at, row.number), row.minutes))
            if row.finished_at is not None:
                loads[row.post_id].ended.append((row.finished_at, row.minutes))
        for load in loads.values():
            load.settle()
        return cls(known, dict(by_place), dict(holdings), dict(leaves), dict(areas), dict(loads))

    def world(self, at: datetime, number: str, grid_id: GridId | None, rules: Rules) -> World:
        """Return the world around a grid as an incident's decision found it."""
        index = self.known.at(at)
        grid = None if grid_id is None else index.grids.get(grid_id)
        places: list[Place] = [index.home_city.code]
        places += [city.code for city in index.foreign_cities]
        if grid is not None:
            places.append(grid.grid_id)
            places += [n.grid.grid_id for n in lendable(index.neighbours[grid.grid_id])]
            places += grid.division_codes
        found = {place: list(self._posts_at(place, (at, number))) for place in set(places)}
        return World(
            now=at,
            index=index,
            reference=self.known.reference(),
            rules=rules,
            posts={post.post_id: post for posts in found.values() for post in posts},
            by_place={
                place: tuple(post.post_id for post in posts) for place, posts in found.items()
            },
        )

    def _posts_at(self, place: Place, moment: Moment) -> Iterable[Post]:
        at = moment[0]
        for row, post in self.by_place.get(place, ()):
            if not holds(row, at):
                continue
            holders = tuple(
                Holder(
                    officer_id=OfficerId(held.officer_id),
                    is_away=any(holds(leave, at) for leave in self.leaves.get(held.officer_id, ())),
                )
                for held in self.holdings.get(post.post_id, ())
                if holds(held, at)
            )
            area_m2 = post.place.area_m2
            if post.place.grid_id is not None:
                versions = self.areas.get(post.place.grid_id, ())
                area_m2 = next((v.area_m2 for v in versions if holds(v, at)), 0.0)
            yield self._made(row, holders, area_m2).with_load(
                self.loads.get(post.post_id, _NO_LOAD).at(moment)
            )

    def _made(self, row: Any, holders: tuple[Holder, ...], area_m2: float) -> Post:
        key = (row.post_id, holders, area_m2)
        if key not in self._posts:
            self._posts[key] = post_of(row, holders, area_m2)
        return self._posts[key]


def holds(row: Any, at: datetime) -> bool:
    """Tell whether a row's span, half-open, holds an instant."""
    return (row.since is None or row.since <= at) and (row.until is None or at < row.until)


def post_of(row: Any, holders: tuple[Holder, ...] = (), area_m2: float | None = None) -> Post:
    """Return a stored post as the core knows it."""
    return Post(
        post_id=PostId(row.post_id),
        code=PostCode(row.code),
        duty=Duty(row.duty),
        place=PostPlace(
            grid_id=None if row.grid_id is None else GridId(row.grid_id),
            division_code=None if row.division_code is None else DivisionCode(row.division_code),
            level=None if row.level is None else Level(row.level),
            city_code=DivisionCode(row.city_code),
            area_m2=row.area_m2 if area_m2 is None else area_m2,
        ),
        department=None if row.department_code is None else DepartmentCode(row.department_code),
        is_backup=row.is_backup,
        shift=Shift(row.shift),
        holders=holders,
    )
