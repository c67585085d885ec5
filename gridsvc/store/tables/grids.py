"""Divisions, generations, grids with their versions, adjacency and context linework."""

from datetime import datetime
from typing import Any, cast

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    literal,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.store.tables.row import Row


def outline_column() -> Any:
    """Return a column of outlines: straight segments in the lon/lat plane, EPSG:4490."""
    return mapped_column(Geometry("MULTIPOLYGON", srid=4490, spatial_index=False))


def mercator_column(kind: str, source: str) -> Any:
    """Return the stored web-mercator copy that tiles read; transforming per tile costs a third."""
    return mapped_column(
        Geometry(kind, srid=3857, spatial_index=False),
        Computed(f"ST_Transform(ST_SetSRID({source}, 4326), 3857)", persisted=True),
    )


class DivisionRow(Row):
    """A city, town or community; level names and depth are data."""

    __tablename__ = "division"
    __table_args__ = (CheckConstraint("code ~ '^[0-9]{12}$'", name="code_form"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(server_default="")
    level: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"), index=True)
    city_code: Mapped[str] = mapped_column(index=True)
    #: Codes from the city down to this division.
    path: Mapped[list[str]]
    is_home: Mapped[bool]
    population: Mapped[int | None]
    households: Mapped[int | None]
    area_km2: Mapped[float | None]


class DivisionOutlineRow(Row):
    """The outline of a division over a span of time."""

    __tablename__ = "division_outline"
    __table_args__ = (
        ExcludeConstraint(
            ("division_code", "="), ("valid", "&&"), using="gist", name="one_outline"
        ),
        Index("division_outline_outline_idx", "outline", postgresql_using="gist"),
        Index("division_outline_outline_3857_idx", "outline_3857", postgresql_using="gist"),
    )

    outline_id: Mapped[int] = mapped_column(primary_key=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    outline: Mapped[WKBElement] = outline_column()
    outline_3857: Mapped[WKBElement] = mercator_column("MULTIPOLYGON", "outline")
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE())


class GenerationRow(Row):
    """The city's whole set of grid outlines from an instant on."""

    __tablename__ = "generation"

    generation: Mapped[int] = mapped_column(primary_key=True)
    effective_at: Mapped[datetime] = mapped_column(unique=True)
    published_at: Mapped[datetime]
    title: Mapped[str]
    #: SHA-256 over every outline in force, by which indexes and caches are checked.
    digest: Mapped[str]


class GridRow(Row):
    """The lasting identity of a grid; its outlines are versions."""

    __tablename__ = "grid"
    __table_args__ = (CheckConstraint("code ~ '^[0-9]{15}$'", name="code_form"),)

    grid_id: Mapped[int] = mapped_column(primary_key=True)
    #: Never reused, not even after the grid is retired.
    code: Mapped[str] = mapped_column(unique=True)
    community_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    kind: Mapped[str]


class GridVersionRow(Row):
    """One outline of a grid over a span of time; two spans of one grid never overlap."""

    __tablename__ = "grid_version"
    __table_args__ = (
        ExcludeConstraint(("grid_id", "="), ("valid", "&&"), using="gist", name="one_version"),
        Index("grid_version_outline_idx", "outline", postgresql_using="gist"),
        Index("grid_version_outline_3857_idx", "outline_3857", postgresql_using="gist"),
    )

    version_id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.grid_id"))
    outline: Mapped[WKBElement] = outline_column()
    outline_3857: Mapped[WKBElement] = mercator_column("MULTIPOLYGON", "outline")
    area_m2: Mapped[float]
    households: Mapped[int | None]
    population: Mapped[int | None]
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE())
    first_generation: Mapped[int] = mapped_column(ForeignKey("generation.generation"))


class AdjacencyRow(Row):
    """Two grids that touch, over a span of time; stored once with a < b."""

    __tablename__ = "adjacency"
    __table_args__ = (
        CheckConstraint("a < b", name="one_row_per_pair"),
        ExcludeConstraint(("a", "="), ("b", "="), ("valid", "&&"), using="gist", name="one_border"),
        Index("adjacency_b_idx", "b"),
    )

    adjacency_id: Mapped[int] = mapped_column(primary_key=True)
    a: Mapped[int] = mapped_column(ForeignKey("grid.grid_id"))
    b: Mapped[int] = mapped_column(ForeignKey("grid.grid_id"))
    shared_m: Mapped[float]
    kind: Mapped[str]
    crosses_city: Mapped[bool]
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE())


class ContextLineRow(Row):
    """A street or river drawn under the grids; it decides nothing."""

    __tablename__ = "context_line"
    __table_args__ = (Index("context_line_line_3857_idx", "line_3857", postgresql_using="gist"),)

    line_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    line: Mapped[WKBElement] = mapped_column(Geometry("LINESTRING", srid=4490, spatial_index=False))
    line_3857: Mapped[WKBElement] = mercator_column("LINESTRING", "line")


def holds(valid: Any, at: datetime) -> ColumnElement[bool]:
    """Return the SQL condition that a validity range holds an instant; ranges are half-open."""
    return cast("ColumnElement[bool]", valid.op("@>")(literal(at, DateTime(timezone=True))))
