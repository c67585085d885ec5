"""Divisions, grids and places on the wire. Coordinates are EPSG:4490, longitude first."""

from datetime import datetime
from typing import Any, Literal

import numpy as np
import shapely
from pydantic import BaseModel
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from gridsvc.api.schemas.incidents import OwnerOut
from gridsvc.api.schemas.references import GridRefOut, NamedOut
from gridsvc.core.division import Division
from gridsvc.services.places import GridDetail, LocatedPlace
from gridsvc.store.divisions import DivisionBox
from gridsvc.store.grids import Adjacent

#: Of degrees: a centimetre, and half the bytes.
_DECIMALS = 7


class DivisionOut(NamedOut):
    """A division with where its land lies."""

    level: str
    parent_code: str | None
    population: int | None
    households: int | None
    #: west, south, east, north; null for a division without land
    bbox: tuple[float, float, float, float] | None
    #: a place inside its land
    point: tuple[float, float] | None

    @classmethod
    def of(cls, box: DivisionBox) -> "DivisionOut":
        """Return the wire form of a division."""
        division = box.division
        return cls(
            code=division.code,
            name=division.name,
            name_en=division.name_en,
            level=division.level,
            parent_code=division.parent_code,
            population=division.population,
            households=division.households,
            bbox=box.bbox,
            point=box.point,
        )


class DivisionsOut(BaseModel):
    """A list of divisions, home city first, then by code."""

    items: list[DivisionOut]


class GridOut(GridRefOut):
    """A grid as lists show it."""

    kind: str
    community: NamedOut
    town: NamedOut | None
    households: int | None
    area_m2: float


class GridsOut(BaseModel):
    """A list of grids by code."""

    items: list[GridOut]


class GridDetailOut(GridOut):
    """A grid with its outline and the posts over it, smallest place first."""

    #: GeoJSON geometry
    outline: dict[str, Any]
    #: one per holder; without a name where the post is vacant or names are not for the asker
    owners: list[OwnerOut]

    @classmethod
    def of(cls, detail: GridDetail) -> "GridDetailOut":
        """Return the wire form of one grid."""
        return cls(
            **grid_members(detail),
            outline=geojson(detail.at.outline),
            owners=[
                OwnerOut(
                    post_id=owner.post.post_id,
                    code=owner.post.code,
                    duty=owner.post.duty,
                    officer_name=owner.officer_name,
                )
                for owner in detail.owners
            ],
        )


class SurroundingOut(BaseModel):
    """What a small map knows of a grid."""

    grid_id: int
    code: str
    community: str
    #: True for the grid asked about
    is_own: bool


class GridFeatureOut(BaseModel):
    """A grid as a GeoJSON feature."""

    type: Literal["Feature"] = "Feature"
    id: int
    geometry: dict[str, Any]
    properties: SurroundingOut


class SurroundingsOut(BaseModel):
    """A grid and its neighbours as a GeoJSON collection, itself first."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[GridFeatureOut]

    @classmethod
    def of(cls, details: list[GridDetail]) -> "SurroundingsOut":
        """Return the wire form; the first is the grid asked about."""
        return cls(
            features=[
                GridFeatureOut(
                    id=detail.at.grid.grid_id,
                    geometry=geojson(detail.at.outline),
                    properties=SurroundingOut(
                        grid_id=detail.at.grid.grid_id,
                        code=detail.at.grid.code,
                        community=detail.community.name,
                        is_own=position == 0,
                    ),
                )
                for position, detail in enumerate(details)
            ]
        )


class AdjacencyOut(BaseModel):
    """Two grids that touch, the lower id first."""

    a: int
    b: int
    shared_m: float
    kind: str
    crosses_city: bool

    @classmethod
    def of(cls, row: Adjacent) -> "AdjacencyOut":
        """Return the wire form of an adjacency."""
        return cls(
            a=row.a,
            b=row.b,
            shared_m=round(row.shared_m, 3),
            kind=row.kind,
            crosses_city=row.crosses_city,
        )


class AdjacenciesOut(BaseModel):
    """The neighbours of one grid."""

    items: list[AdjacencyOut]


class CandidateGridOut(GridRefOut):
    """Another grid that could be meant."""

    #: of the accuracy circle; null when no accuracy was given
    share: float | None


class LocateOut(BaseModel):
    """Where a place lies in one generation."""

    #: inside, edge, overlap, nearest or outside
    match: str
    grid: GridRefOut | None
    community: NamedOut | None
    town: NamedOut | None
    city: NamedOut | None
    #: metres to the grid's nearest border, negative when the place is not in it
    edge_distance_m: float | None
    candidates: list[CandidateGridOut]
    generation: int

    @classmethod
    def of(cls, located: LocatedPlace) -> "LocateOut":
        """Return the wire form of an answer."""
        grid, answer = located.grid, located.answer
        community, town, city = grid.division_codes if grid else (None, None, None)
        return cls(
            match=answer.match,
            grid=None if grid is None else GridRefOut(grid_id=grid.grid_id, code=grid.code),
            community=named(located.division_over(community)),
            town=named(located.division_over(town)),
            city=named(located.division_over(city)),
            edge_distance_m=None
            if answer.edge_distance_m is None
            else round(answer.edge_distance_m, 2),
            candidates=[
                CandidateGridOut(
                    grid_id=one.key,
                    code=one.code,
                    share=None if one.share is None else round(one.share, 4),
                )
                for one in answer.candidates
            ],
            generation=located.index.generation,
        )


class GenerationOut(BaseModel):
    """A generation of grids."""

    generation: int
    effective_at: datetime


def grid_members(detail: GridDetail) -> dict[str, Any]:
    """Return what every form of a grid has."""
    grid = detail.at.grid
    return {
        "grid_id": grid.grid_id,
        "code": grid.code,
        "kind": grid.kind.value,
        "community": named(detail.community),
        "town": named(detail.town),
        "households": detail.at.households,
        "area_m2": round(detail.at.area_m2, 1),
    }


def named(division: Division | None) -> NamedOut | None:
    """Return a division's code and names."""
    if division is None:
        return None
    return NamedOut(code=division.code, name=division.name, name_en=division.name_en)


def geojson(outline_4490: BaseGeometry) -> dict[str, Any]:
    """Return a geometry as GeoJSON."""
    rounded = shapely.transform(outline_4490, lambda xy: np.round(xy, _DECIMALS))
    return dict(mapping(rounded))
