"""Divisions: the administrative tree and its outlines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Function, LargeBinary, func, select, update

from gridsvc.core.division import Division, DivisionCode, Level
from gridsvc.store.copying import codes_in, copy_rows, hex_ewkb
from gridsvc.store.tables.grids import DivisionOutlineRow, DivisionRow, holds


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionAt:
    """A division with its land at an instant."""

    division: Division
    #: Codes from the city down to this division.
    path: tuple[str, ...]
    #: EPSG:4490; None for a division without land.
    outline: BaseGeometry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionBox:
    """A division with where its land lies, without the outline itself."""

    division: Division
    #: west, south, east, north in degrees of EPSG:4490; None for no land.
    bbox: tuple[float, float, float, float] | None
    #: A lon/lat inside the land.
    point: tuple[float, float] | None


_COLUMNS = (
    DivisionRow.code,
    DivisionRow.name,
    DivisionRow.name_en,
    DivisionRow.level,
    DivisionRow.parent_code,
    DivisionRow.city_code,
    DivisionRow.is_home,
    DivisionRow.population,
    DivisionRow.households,
    (DivisionRow.area_km2 * 1_000_000).label("area_m2"),
)

_COLUMN_NAMES = tuple(column.key for column in _COLUMNS)


def divisions(connection: Connection) -> dict[str, Division]:
    """Return every division by its code, home city first, then by code."""
    rows = connection.execute(
        select(*_COLUMNS).order_by(DivisionRow.is_home.desc(), DivisionRow.code)
    )
    return {row.code: Division(**row._mapping) for row in rows}


def divisions_at(
    connection: Connection,
    at: datetime,
    *,
    level: str | None = None,
    parent_code: str | None = None,
    codes: Sequence[str] | None = None,
) -> tuple[DivisionAt, ...]:
    """Return divisions with the outlines they had at an instant, home city first."""
    query = (
        select(*_COLUMNS, DivisionRow.path, _wkb().label("wkb"))
        .outerjoin(
            DivisionOutlineRow,
            (DivisionOutlineRow.division_code == DivisionRow.code)
            & holds(DivisionOutlineRow.valid, at),
        )
        .order_by(DivisionRow.is_home.desc(), DivisionRow.code)
    )
    if level is not None:
        query = query.where(DivisionRow.level == level)
    if parent_code is not None:
        query = query.where(DivisionRow.parent_code == parent_code)
    if codes is not None:
        query = query.where(DivisionRow.code.in_(codes))
    found = []
    for row in connection.execute(query):
        values = dict(row._mapping)
        path, wkb = values.pop("path"), values.pop("wkb")
        found.append(
            DivisionAt(
                division=Division(**values),
                path=tuple(path),
                outline=None if wkb is None else shapely.from_wkb(bytes(wkb)),
            )
        )
    return tuple(found)


def division_boxes(
    connection: Connection, at: datetime, level: str | None, parent_code: str | None
) -> tuple[DivisionBox, ...]:
    """Return divisions with their boxes at an instant, home city first, then by code."""
    outline = DivisionOutlineRow.outline
    point = func.ST_PointOnSurface(outline)
    query = (
        select(
            *_COLUMNS,
            *(func.ST_XMin(outline), func.ST_YMin(outline)),
            *(func.ST_XMax(outline), func.ST_YMax(outline)),
            *(func.ST_X(point), func.ST_Y(point)),
        )
        .outerjoin(
            DivisionOutlineRow,
            (DivisionOutlineRow.division_code == DivisionRow.code)
            & holds(DivisionOutlineRow.valid, at),
        )
        .order_by(DivisionRow.is_home.desc(), DivisionRow.code)
    )
    if level is not None:
        query = query.where(DivisionRow.level == level)
    if parent_code is not None:
        query = query.where(DivisionRow.parent_code == parent_code)
    found = []
    for row in connection.execute(query):
        *_, west, south, east, north, lon, lat = row
        division = Division(**dict(zip(_COLUMN_NAMES, row, strict=False)))
        found.append(
            DivisionBox(
                division=division,
                bbox=None if west is None else (west, south, east, north),
                point=None if lon is None else (lon, lat),
            )
        )
    return tuple(found)


def path_of(connection: Connection, code: DivisionCode) -> tuple[str, ...] | None:
    """Return the codes from the city down to a division, None when it is not known."""
    path = connection.execute(
        select(DivisionRow.path).where(DivisionRow.code == code)
    ).scalar_one_or_none()
    return None if path is None else tuple(path)


def levels(connection: Connection) -> tuple[Level, ...]:
    """Return the level names in use in the home city, lowest first."""
    depth = func.max(func.cardinality(DivisionRow.path))
    rows = connection.execute(
        select(DivisionRow.level)
        .where(DivisionRow.is_home)
        .group_by(DivisionRow.level)
        .order_by(depth.desc())
    )
    return tuple(Level(name) for name in rows.scalars())


def add_divisions(
    connection: Connection, rows: Sequence[DivisionAt], effective_at: datetime
) -> None:
    """Add divisions, parents before their children, with outlines valid from an instant on."""
    copy_rows(
        connection,
        DivisionRow,
        (
            *("code", "name", "name_en", "level", "parent_code", "city_code", "path"),
            *("is_home", "population", "households", "area_km2"),
        ),
        (
            (
                *(d.code, d.name, d.name_en, d.level, d.parent_code, d.city_code, list(row.path)),
                *(d.is_home, d.population, d.households),
                None if d.area_m2 is None else d.area_m2 / 1_000_000,
            )
            for row in rows
            for d in (row.division,)
        ),
    )
    add_outlines(connection, rows, effective_at)


def add_outlines(
    connection: Connection, rows: Sequence[DivisionAt], effective_at: datetime
) -> None:
    """Give divisions that have no outline the ones they have from an instant on."""
    landed = [row for row in rows if row.outline is not None]
    outlines = hex_ewkb([row.outline for row in landed])
    copy_rows(
        connection,
        DivisionOutlineRow,
        ("division_code", "outline", "valid"),
        (
            (row.division.code, outline, f"[{effective_at.isoformat()},)")
            for row, outline in zip(landed, outlines, strict=True)
        ),
    )


def bounds_4490(
    connection: Connection, codes: Sequence[str], at: datetime
) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of some divisions' land, None when they have none."""
    extent = func.ST_Extent(DivisionOutlineRow.outline)
    row = connection.execute(
        select(
            func.ST_XMin(extent), func.ST_YMin(extent), func.ST_XMax(extent), func.ST_YMax(extent)
        ).where(DivisionOutlineRow.division_code.in_(codes), holds(DivisionOutlineRow.valid, at))
    ).one()
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def outlines_since(connection: Connection, codes: Sequence[str]) -> dict[str, datetime]:
    """Return from when on divisions have the latest of their outlines."""
    rows = connection.execute(
        select(DivisionOutlineRow.division_code, func.max(func.lower(DivisionOutlineRow.valid)))
        .where(codes_in(DivisionOutlineRow.division_code, codes))
        .group_by(DivisionOutlineRow.division_code)
    )
    return {row[0]: row[1] for row in rows}


def close_outlines(connection: Connection, codes: Sequence[str], at: datetime) -> None:
    """End the outlines that divisions have at an instant there."""
    connection.execute(
        update(DivisionOutlineRow)
        .where(codes_in(DivisionOutlineRow.division_code, codes))
        .where(holds(DivisionOutlineRow.valid, at))
        .values(valid=func.tstzrange(func.lower(DivisionOutlineRow.valid), at))
    )


def _wkb() -> Function[bytes]:
    return func.ST_AsBinary(DivisionOutlineRow.outline, type_=LargeBinary)
