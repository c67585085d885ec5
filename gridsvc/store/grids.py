"""Grids as they are at an instant: outlines, owners, and what they border on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, LargeBinary, func, or_, select

from gridsvc.core.division import Division, DivisionCode
from gridsvc.core.grid import AdjacencyKind, Grid, GridCode, GridId, GridKind
from gridsvc.store.copying import codes_in, copy_rows, hex_ewkb, reserve_ids
from gridsvc.store.tables.grids import (
    AdjacencyRow,
    GridRow,
    GridVersionRow,
    holds,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GridAt:
    """A grid with the outline it had at an instant."""

    grid: Grid
    #: EPSG:4490.
    outline: BaseGeometry
    area_m2: float
    households: int | None
    population: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjacent:
    """Two grids that touch, a < b."""

    a: int
    b: int
    shared_m: float
    kind: AdjacencyKind
    crosses_city: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGrid:
    """A grid that enters with its first outline."""

    code: str
    community_code: str
    kind: GridKind
    #: EPSG:4490.
    outline: BaseGeometry
    area_m2: float
    households: int | None
    population: int | None


def grids_in_force(
    connection: Connection,
    at: datetime,
    division_of: Mapping[str, Division],
    *,
    grid_ids: Sequence[int] | None = None,
    community_codes: Sequence[str] | None = None,
) -> tuple[GridAt, ...]:
    """Return the grids in force at an instant in the order of their codes."""
    query = (
        select(
            GridRow.grid_id,
            GridRow.code,
            GridRow.community_code,
            GridRow.kind,
            GridVersionRow.area_m2,
            GridVersionRow.households,
            GridVersionRow.population,
            func.ST_AsBinary(GridVersionRow.outline, type_=LargeBinary).label("wkb"),
        )
        .join(GridVersionRow, GridVersionRow.grid_id == GridRow.grid_id)
        .where(holds(GridVersionRow.valid, at))
        .order_by(GridRow.code)
    )
    if grid_ids is not None:
        query = query.where(GridRow.grid_id.in_(grid_ids))
    if community_codes is not None:
        query = query.where(GridRow.community_code.in_(community_codes))
    rows = connection.execute(query).all()
    outlines = shapely.from_wkb([bytes(row.wkb) for row in rows])
    return tuple(
        GridAt(
            grid=grid_of(row.grid_id, row.code, row.kind, division_of[row.community_code]),
            outline=outline,
            area_m2=row.area_m2,
            households=row.households,
            population=row.population,
        )
        for row, outline in zip(rows, outlines, strict=True)
    )


def grid_of(grid_id: int, code: str, kind: str, community: Division) -> Grid:
    """Return the value of a grid from its row and the community it belongs to."""
    return Grid(
        grid_id=GridId(grid_id),
        code=GridCode(code),
        kind=GridKind(kind),
        community_code=community.code,
        town_code=community.parent_code or community.code,
        city_code=community.city_code,
        is_home=community.is_home,
    )


def adjacencies(
    connection: Connection, at: datetime, grid_id: int | None = None
) -> tuple[Adjacent, ...]:
    """Return which grids touch at an instant; of one grid only, when it is named."""
    query = select(
        AdjacencyRow.a,
        AdjacencyRow.b,
        AdjacencyRow.shared_m,
        AdjacencyRow.kind,
        AdjacencyRow.crosses_city,
    ).where(holds(AdjacencyRow.valid, at))
    if grid_id is not None:
        query = query.where(or_(AdjacencyRow.a == grid_id, AdjacencyRow.b == grid_id))
    rows = connection.execute(query.order_by(AdjacencyRow.a, AdjacencyRow.b))
    return tuple(Adjacent(**{**row._mapping, "kind": AdjacencyKind(row.kind)}) for row in rows)


def grid_ids_by_code(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    """Return the ids of the grids with these codes, retired ones too."""
    rows = connection.execute(
        select(GridRow.code, GridRow.grid_id).where(codes_in(GridRow.code, codes))
    )
    return {row.code: row.grid_id for row in rows}


def add_grids(
    connection: Connection, rows: Sequence[NewGrid], generation: int, effective_at: datetime
) -> list[int]:
    """Add grids with their first outlines and return their ids, in the order given."""
    ids = reserve_ids(connection, GridRow, len(rows))
    valid = f"[{effective_at.isoformat()},)"
    copy_rows(
        connection,
        GridRow,
        ("grid_id", "code", "community_code", "kind"),
        ((i, r.code, r.community_code, r.kind) for i, r in zip(ids, rows, strict=True)),
    )
    outlines = hex_ewkb([row.outline for row in rows])
    copy_rows(
        connection,
        GridVersionRow,
        (
            *("grid_id", "outline", "area_m2", "households", "population"),
            *("valid", "first_generation"),
        ),
        (
            (i, outline, r.area_m2, r.households, r.population, valid, generation)
            for i, outline, r in zip(ids, outlines, rows, strict=True)
        ),
    )
    return ids


def add_adjacencies(
    connection: Connection, rows: Sequence[Adjacent], effective_at: datetime
) -> None:
    """Write down which grids touch from an instant on."""
    valid = f"[{effective_at.isoformat()},)"
    copy_rows(
        connection,
        AdjacencyRow,
        ("a", "b", "shared_m", "kind", "crosses_city", "valid"),
        ((r.a, r.b, r.shared_m, r.kind, r.crosses_city, valid) for r in rows),
    )


def communities_below(division_of: Mapping[str, Division], code: DivisionCode) -> list[str]:
    """Return the codes of the divisions at or below one, itself included."""
    below = {code}
    grew = True
    while grew:
        more = {c for c, d in division_of.items() if d.parent_code in below} - below
        grew = bool(more)
        below |= {DivisionCode(c) for c in more}
    return sorted(below)
