"""The world as the decisions of one transaction see it, read with a handful of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from gridsvc.core.dispatch.ground import Border, Ground
from gridsvc.core.dispatch.rules import Rules
from gridsvc.core.division import Division, DivisionCode
from gridsvc.core.grid import Grid, GridId, Neighbour
from gridsvc.core.place import Match, Place
from gridsvc.core.post import Post, PostId
from gridsvc.services.ground import GroundCache, GroundIndex, Reference
from gridsvc.services.rules import rules_in_force
from gridsvc.store.people import posts_over


@dataclass(slots=True)
class World:
    """Grids, posts, lists and rules at one instant; loads grow as tasks are given."""

    now: datetime
    index: GroundIndex
    reference: Reference
    rules: Rules
    posts: dict[PostId, Post]
    by_grid: Mapping[GridId, list[PostId]]
    by_division: Mapping[DivisionCode, list[PostId]]

    @classmethod
    def read(
        cls,
        connection: Connection,
        cache: GroundCache,
        now: datetime,
        grid_ids: Iterable[GridId | None],
    ) -> "World":
        """Read the world around some grids, as it is owned now."""
        index = cache.at(connection, now)
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
        posts = {
            post.post_id: post
            for post in posts_over(connection, sorted(grids), sorted(divisions), now)
        }
        by_grid: defaultdict[GridId, list[PostId]] = defaultdict(list)
        by_division: defaultdict[DivisionCode, list[PostId]] = defaultdict(list)
        for post in posts.values():
            if post.place.grid_id is not None:
                by_grid[post.place.grid_id].append(post.post_id)
            elif post.place.division_code is not None:
                by_division[post.place.division_code].append(post.post_id)
        return cls(
            now=now,
            index=index,
            reference=cache.reference(connection),
            rules=rules_in_force(connection, now),
            posts=posts,
            by_grid=by_grid,
            by_division=by_division,
        )

    def grid(self, grid_id: GridId | None) -> Grid | None:
        """Return a grid of the generation in force, None for none or one that is gone."""
        return None if grid_id is None else self.index.grids.get(grid_id)

    def divisions_over(self, grid: Grid | None) -> tuple[Division, ...]:
        """Return the divisions over a home grid, lowest first; else the home city alone."""
        if grid is None or not grid.is_home:
            return (self.index.home_city,)
        return tuple(self.index.divisions[code] for code in grid.division_codes)

    def border_near(self, place: Place) -> Border | None:
        """Return the line to another city where it lies within the border zone."""
        found = self.index.city_line.nearest(place.lon, place.lat, self.rules.border_zone_m)
        if found is None:
            return None
        grid_id, metres = found
        city = self.index.grids[grid_id].city_code
        return Border(
            distance_m=round(metres, 1),
            foreign_city=city,
            liaisons=tuple(self.posts[post_id] for post_id in self.by_division.get(city, ())),
        )

    def ground(self, match: Match, grid_id: GridId | None, place: Place) -> Ground:
        """Return what the engine looks at for a place in a grid."""
        grid = self.grid(grid_id)
        neighbours = () if grid is None else self.index.neighbours[grid.grid_id]
        ids: list[PostId] = []
        if grid is not None:
            ids += self.by_grid.get(grid.grid_id, ())
            for near in lendable(neighbours):
                ids += self.by_grid.get(near.grid.grid_id, ())
        for division in self.divisions_over(grid):
            ids += self.by_division.get(division.code, ())
        return Ground(
            generation=self.index.generation,
            match=match if grid is not None else Match.OUTSIDE,
            grid=grid,
            divisions=self.divisions_over(grid),
            neighbours=neighbours,
            posts=tuple(self.posts[post_id] for post_id in ids),
            departments=frozenset(
                department.code for department in self.reference.departments.values()
            ),
            calendar=self.reference.calendar,
            border=self.border_near(place),
        )

    def add_load(self, post_id: PostId, minutes: int) -> None:
        """Count work just given, so that the next decision of this transaction sees it."""
        post = self.posts.get(post_id)
        if post is not None:
            self.posts[post_id] = replace(post, open_task_minutes=post.open_task_minutes + minutes)


def lendable(neighbours: Iterable[Neighbour]) -> Iterable[Neighbour]:
    """Return the neighbours whose posts may be borrowed: those of the same city."""
    return (near for near in neighbours if not near.crosses_city)
