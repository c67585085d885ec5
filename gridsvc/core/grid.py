"""Grids 网格: the smallest areas that have owners, and what they border on.

Outlines are not here; they belong to a generation.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from gridsvc.core.division import DivisionCode

#: stable over redraws; never reused
GridId = NewType("GridId", int)
#: the community's 12 digits + 3, never reused
GridCode = NewType("GridCode", str)
#: the number of one set of outlines of the whole city
Generation = NewType("Generation", int)


class GridKind(StrEnum):
    """基础网格 and 专属网格 (a campus, market, hospital, tower)."""

    BASIC = "basic"
    DEDICATED = "dedicated"


class AdjacencyKind(StrEnum):
    """How two grids touch: along a line, or in points only."""

    ROOK = "rook"
    QUEEN = "queen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A grid as one generation knows it, without its outline."""

    grid_id: GridId
    code: GridCode
    kind: GridKind = GridKind.BASIC
    community_code: DivisionCode
    town_code: DivisionCode
    city_code: DivisionCode
    is_home: bool = True

    @property
    def division_codes(self) -> tuple[DivisionCode, DivisionCode, DivisionCode]:
        """The divisions over the grid, lowest first."""
        return (self.community_code, self.town_code, self.city_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A grid next to another, and how much border they share."""

    grid: Grid
    #: length of the shared border in metres; 0 when they touch in points only
    shared_m: float
    kind: AdjacencyKind = AdjacencyKind.ROOK
    crosses_city: bool = False
