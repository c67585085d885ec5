"""What may be wrong with outlines as a set: one value per finding, with its place and its size."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridsvc.core.geo.misowned import MisownedBorder, TJunction
from gridsvc.core.geo.rings import BadRing

Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Land that belongs to no area, though areas (or the parent) surround it."""

    area_m2: float
    #: Mean width, 2 × area / perimeter: a few metres and less is a digitising error.
    width_m: float
    place: tuple[float, float]
    outline_4490: BaseGeometry = field(repr=False, compare=False)
    #: Ids of the areas that border on it.
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Land that belongs to two areas."""

    a: str
    b: str
    area_m2: float
    width_m: float
    place: tuple[float, float]
    outline_4490: BaseGeometry = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliver:
    """A part of an outline too thin to be meant."""

    id: str
    area_m2: float
    width_m: float
    place: tuple[float, float]
    outline_4490: BaseGeometry = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideParent:
    """Land of an area beyond the parent that holds most of it; `parent` None: beyond all."""

    id: str
    parent: str | None
    area_m2: float
    place: tuple[float, float]
    outline_4490: BaseGeometry = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageProblems:
    """Everything that keeps outlines from being a coverage, largest first in each kind."""

    #: Outlines looked at, those without land included.
    features: int
    #: The CRS in which m and m² were measured.
    measured_in: str
    invalid: tuple[BadRing, ...] = ()
    gaps: tuple[Gap, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    slivers: tuple[Sliver, ...] = ()
    t_junctions: tuple[TJunction, ...] = ()
    misowned: tuple[MisownedBorder, ...] = ()
    outside_parent: tuple[OutsideParent, ...] = ()

    def __len__(self) -> int:
        """Return the number of problems."""
        return sum(
            len(kind)
            for kind in (
                self.invalid,
                self.gaps,
                self.overlaps,
                self.slivers,
                self.t_junctions,
                self.misowned,
                self.outside_parent,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOutlines:
    """Outlines in EPSG:4490 with their ids; None is an area without land."""

    ids: tuple[str, ...]
    outlines_4490: Geometries
