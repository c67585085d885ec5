"""Where places lie, and what is around a grid: everything that is asked about the ground."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridsvc.core.division import Division, DivisionCode
from gridsvc.core.geo.datum import to_4490
from gridsvc.core.geo.locate import Answer, Locator
from gridsvc.core.grid import Grid
from gridsvc.core.post import Post
from gridsvc.services.context import Context
from gridsvc.services.ground import GroundIndex, NoGeneration, Reference
from gridsvc.services.refusal import Refusal
from gridsvc.store import divisions, generations, grids, people
from gridsvc.store.divisions import DivisionBox
from gridsvc.store.generations import Generation
from gridsvc.store.grids import Adjacent, GridAt


class NoSuchGrid(LookupError):
    """A grid that does not exist at the instant asked about."""


class NoSuchDivision(LookupError):
    """A division that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedPlace:
    """A place with its answer in one generation."""

    index: GroundIndex
    answer: Answer

    @property
    def grid(self) -> Grid | None:
        """The grid answered, if any."""
        return None if self.answer.key is None else self.index.grids[self.answer.key]

    def division_over(self, code: str | None) -> Division | None:
        """Return a division by its code."""
        return None if code is None else self.index.divisions.get(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwningPost:
    """A post that owns a grid, and who holds it, by name where the asker may know."""

    post: Post
    officer_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GridDetail:
    """A grid with its divisions and owners."""

    at: GridAt
    community: Division
    town: Division | None
    owners: tuple[OwningPost, ...] = ()


def ground_at(ctx: Context, at: datetime | None) -> GroundIndex:
    """Return the index of the generation in force at an instant, now when None."""
    with ctx.database.begin() as connection:
        return ctx.ground.at(connection, at or ctx.clock.now())


def locator_in_force(ctx: Context, nearest_m: float) -> Locator:
    """Return the locator over the grids in force now, with a reach of its own.

    Raises `Refusal` before any grids were loaded, and for a reach that cannot be.
    """
    try:
        locator = ground_at(ctx, None).locator
        if locator.nearest_m == nearest_m:
            return locator
        return Locator(locator.areas, nearest_m)
    except NoGeneration:
        raise Refusal(
            "No grids have been loaded: run `gridsvc import grids` first, or give the areas with "
            "--areas FILE --area-id FIELD."
        ) from None
    except ValueError as error:
        raise Refusal(f"{error}.") from None


def reference_of(ctx: Context) -> Reference:
    """Return the matters, departments and calendar as they stand."""
    with ctx.database.begin() as connection:
        return ctx.ground.reference(connection)


def locate_place(
    ctx: Context,
    lon: float,
    lat: float,
    datum: str,
    accuracy_m: float | None,
    at: datetime | None,
) -> LocatedPlace:
    """Say where a place in a named datum lies in the generation in force at an instant.

    Raises `UnknownDatum` or `BadCoordinate`; any place on Earth has an answer.
    """
    lon, lat = to_4490(lon, lat, datum)
    index = ground_at(ctx, at)
    return LocatedPlace(index=index, answer=index.locate(lon, lat, accuracy_m))


def generation_in_force(ctx: Context) -> Generation:
    """Return the generation in force now; raises `NoGeneration` when there is none."""
    index = ground_at(ctx, None)
    with ctx.database.begin() as connection:
        found = generations.generation_numbered(connection, index.generation)
    assert found is not None
    return found


def list_divisions(ctx: Context, level: str | None, parent: str | None) -> tuple[DivisionBox, ...]:
    """Return divisions with where they lie now, home city first, then by code."""
    with ctx.database.begin() as connection:
        return divisions.division_boxes(connection, ctx.clock.now(), level, parent)


def list_grids(ctx: Context, division: str | None, at: datetime | None) -> list[GridDetail]:
    """Return the grids at or below a division (of the home city when None) by code."""
    at = at or ctx.clock.now()
    with ctx.database.begin() as connection:
        index = ctx.ground.at(connection, at)
        code = DivisionCode(division) if division is not None else index.home_city.code
        if code not in index.divisions:
            raise NoSuchDivision(f"there is no division {code}")
        communities = grids.communities_below(index.divisions, code)
        rows = grids.grids_in_force(
            connection, index.moment(at), index.divisions, community_codes=communities
        )
    return [_detail(index, row) for row in rows]


def grid_detail(ctx: Context, grid_id: int, at: datetime | None, *, with_names: bool) -> GridDetail:
    """Return one grid with the posts over it and over its community."""
    at = at or ctx.clock.now()
    with ctx.database.begin() as connection:
        index = ctx.ground.at(connection, at)
        _check_grid(index, grid_id)
        [row] = grids.grids_in_force(
            connection, index.moment(at), index.divisions, grid_ids=[grid_id]
        )
        posts = [
            post
            for post in people.posts_over(connection, [grid_id], [row.grid.community_code], at)
            if post.duty.tier is not None
        ]
        names = people.names_of(connection, _holders(posts)) if with_names else {}
    owners = tuple(
        OwningPost(post=post, officer_name=name)
        for post in sorted(posts, key=lambda p: (p.place.area_m2, p.is_backup, p.code))
        for name in [names.get(h.officer_id) for h in post.holders] or [None]
    )
    detail = _detail(index, row)
    return GridDetail(at=row, community=detail.community, town=detail.town, owners=owners)


def grid_surroundings(ctx: Context, grid_id: int, at: datetime | None) -> list[GridDetail]:
    """Return a grid and those it touches, itself first."""
    at = at or ctx.clock.now()
    with ctx.database.begin() as connection:
        index = ctx.ground.at(connection, at)
        _check_grid(index, grid_id)
        near = [n.grid.grid_id for n in index.neighbours[grid_id]]
        rows = grids.grids_in_force(
            connection, index.moment(at), index.divisions, grid_ids=[grid_id, *near]
        )
    return [_detail(index, row) for row in sorted(rows, key=lambda r: r.grid.grid_id != grid_id)]


def list_adjacency(ctx: Context, grid_id: int, at: datetime | None) -> tuple[Adjacent, ...]:
    """Return which grids touch one."""
    at = at or ctx.clock.now()
    with ctx.database.begin() as connection:
        index = ctx.ground.at(connection, at)
        _check_grid(index, grid_id)
        return grids.adjacencies(connection, index.moment(at), grid_id)


def _check_grid(index: GroundIndex, grid_id: int) -> None:
    if grid_id not in index.grids:
        raise NoSuchGrid(f"there is no grid {grid_id} in generation {index.generation}")


def _detail(index: GroundIndex, row: GridAt) -> GridDetail:
    return GridDetail(
        at=row,
        community=index.divisions[row.grid.community_code],
        town=index.divisions.get(row.grid.town_code),
    )


def _holders(posts: Sequence[Post]) -> list[int]:
    return [holder.officer_id for post in posts for holder in post.holders]
