"""The world as the decisions of one transaction see it, read with a handful of statements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection

from gridsvc.core.dispatch.ground import Border, Ground
from gridsvc.core.dispatch.rules import Rules
from gridsvc.core.division import Division, DivisionCode
from gridsvc.core.grid import Grid, GridId, Neighbour
from gridsvc.core.place import Match
from gridsvc.core.place import Place as Point
from gridsvc.core.post import Post, PostId
from gridsvc.services.ground import GroundCache, GroundIndex, Reference, StampedGround
from gridsvc.services.roster import Place, with_loads


@dataclass(slots=True)
class World:
    """Grids, posts, lists and rules at one instant; loads grow as tasks are given."""

    now: datetime
    index: GroundIndex
    reference: Reference
    rules: Rules
    posts: dict[PostId, Post]
    by_place: Mapping[Place, tuple[PostId, ...]]

    @classmethod
    def read(
        cls,
        connection: Connection,
        cache: GroundCache,
        now: datetime,
        grid_ids: Iterable[GridId | None],
    ) -> "World":
        """Read the world around some grids, as it is owned now."""
        return cls.around(connection, cache.stamped(connection), now, grid_ids)

    @classmethod
    def around(
        cls,
        connection: Connection,
        known: StampedGround,
        now: datetime,
        grid_ids: Iterable[GridId | None],
    ) -> "World":
        """Read the world around some grids, of which most is known already."""
        index = known.at(now)
        grids: set[GridId] = set()
        divisions: set[DivisionCode] = {index.home_city.code}
        divisions.update(city.code for city in index.foreign_cities)
        for grid_id in set(grid_ids):
            grid = index.grids.get(grid_id) if grid_id is not None else None
            if grid is None:
                continue
            grids.add(grid.grid_id)
            grids.update(near.grid.grid_id for near in lendable(index.neighbours[grid.grid_id]))
            divisions.update(grid.division_codes)
        roster = known.roster(now).posts_of(connection, grids, divisions, now)
        return cls(
            now=now,
            index=index,
            reference=known.reference(),
            rules=known.rules(now),
            posts=with_loads(connection, chain.from_iterable(roster.values())),
            by_place={
                place: tuple(post.post_id for post in posts) for place, posts in roster.items()
            },
        )

    def grid(self, grid_id: GridId | None) -> Grid | None:
        """Return a grid of the generation in force, None for none or one that is gone."""
        return None if grid_id is None else self.index.grids.get(grid_id)

    def divisions_over(self, grid: Grid | None) -> tuple[Division, ...]:
        """Return the divisions over a home grid, lowest first; else the home city alone."""
        if grid is None or not grid.is_home:
            return (self.index.home_city,)
        return tuple(self.index.divisions[code] for code in grid.division_codes)

    def border_near(self, point: Point, grid: Grid | None, match: Match) -> Border | None:
        """Return the line to another city where it lies within the border zone."""
        zone_m = self.rules.border_zone_m
        inland_m = 0.0 if grid is None else self.index.metres_inland.get(grid.grid_id, 0.0)
        # The nearest grid is not the one the point lies in.
        if inland_m > zone_m and match is not Match.NEAREST:
            return None
        found = self.index.city_line.nearest(point.lon, point.lat, zone_m)
        if found is None:
            return None
        grid_id, metres = found
        city = self.index.grids[grid_id].city_code
        return Border(
            distance_m=round(metres, 1),
            foreign_city=city,
            liaisons=tuple(self.posts[post_id] for post_id in self.by_place.get(city, ())),
        )

    def ground(self, match: Match, grid_id: GridId | None, point: Point) -> Ground:
        """Return what the engine looks at for a place in a grid."""
        grid = self.grid(grid_id)
        neighbours = () if grid is None else self.index.neighbours[grid.grid_id]
        divisions = self.divisions_over(grid)
        places: list[Place] = []
        if grid is not None:
            places.append(grid.grid_id)
            places += [near.grid.grid_id for near in lendable(neighbours)]
        places += [division.code for division in divisions]
        posts = self.posts
        return Ground(
            generation=self.index.generation,
            match=match if grid is not None else Match.OUTSIDE,
            grid=grid,
            divisions=divisions,
            neighbours=neighbours,
            posts=tuple(
                [posts[post_id] for place in places for post_id in self.by_place.get(place, ())]
            ),
            departments=self.reference.department_codes,
            calendar=self.reference.calendar,
            border=self.border_near(point, grid, match),
        )

    def add_load(self, post_id: PostId, minutes: int) -> None:
        """Count work just given, so that the next decision of this transaction sees it."""
        post = self.posts.get(post_id)
        if post is not None:
            self.posts[post_id] = post.with_load(post.open_task_minutes + minutes)


def lendable(neighbours: Iterable[Neighbour]) -> Iterable[Neighbour]:
    """Return the neighbours whose posts may be borrowed: those of the same city."""
    return (near for near in neighbours if not near.crosses_city)
