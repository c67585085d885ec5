"""Areas and answers: what a locator is given, and what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridsvc.core.geo.coordinates import bad_places
from gridsvc.core.place import Match

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Geometries = NDArray[np.object_]

#: `Answers.match` holds positions in this tuple.
MATCHES = tuple(Match)
#: `Answers.match` of a row that is no place on Earth (NaN, infinite, out of range).
BAD_PLACE = 255

_POLYGONS = (-1, 3, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Something a place can lie in: a grid, or a row of a foreign file."""

    key: int
    code: str
    #: Of the home city: wins every tie against another city.
    is_home: bool = True
    #: Polygon or MultiPolygon in EPSG:4490; None or empty holds no place at all.
    outline: BaseGeometry | None


class Placed(NamedTuple):
    """Which area a place was given to, and how: the part of an answer that is quick to tell."""

    #: None exactly when the match is outside.
    key: int | None
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An area that could have been the answer instead."""

    key: int
    code: str
    #: Share of the accuracy circle in it; None when no accuracy was given.
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where a place lies."""

    #: None exactly when the match is outside.
    key: int | None
    code: str | None
    match: Match
    #: Metres to the nearest border of the answered area, negative when the place is not in it;
    #: outside: of the nearest area, however far. None only when there are no areas at all.
    edge_distance_m: float | None
    #: Share of the accuracy circle in the answered area; None when no accuracy was given.
    share: float | None
    #: The other areas: of a tie in the order of the tie rule, of a circle largest share first.
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Where many places lie, as columns."""

    #: Position in `Locator.areas`, −1 for none.
    index: NDArray[np.int32]
    #: Position in `MATCHES`, or `BAD_PLACE`.
    match: NDArray[np.uint8]
    #: As in `Answer`, NaN where there is none or distances were not asked for.
    edge_distance_m: Floats
    #: Place → positions in `Locator.areas` of the other areas of its tie, in order.
    ties: Mapping[int, tuple[int, ...]]

    @property
    def bad_places(self) -> Positions:
        """Positions of the rows that are no place on Earth."""
        return np.flatnonzero(self.match == BAD_PLACE)


def checked_outlines(areas: Sequence[Area]) -> Geometries:
    """Return the outlines; `ValueError` for a repeated key or an outline that is no polygon."""
    seen: set[int] = set()
    for area in areas:
        if area.key in seen:
            raise ValueError(f"two areas have the key {area.key} (code {area.code})")
        seen.add(area.key)
    outlines: Geometries = np.array([area.outline for area in areas], dtype=object)
    wrong = np.flatnonzero(~np.isin(shapely.get_type_id(outlines), _POLYGONS))
    if wrong.size:
        raise ValueError(
            f"the outline of {areas[wrong[0]].code} is a {outlines[wrong[0]].geom_type}"
        )
    xy, owner = shapely.get_coordinates(outlines, return_index=True)
    bad = np.flatnonzero(bad_places(xy[:, 0], xy[:, 1]))
    if bad.size:
        code = areas[owner[bad[0]]].code
        raise ValueError(f"the outline of {code} has a vertex that is no place on Earth")
    return outlines


def by_tie_rule(areas: Sequence[Area], outlines: Geometries) -> Positions:
    """Return the positions of the areas that have land, the winner of every tie first.

    The home city comes before any other, then the lowest code compared as text (then the
    lowest key, should foreign data repeat a code).
    """
    return np.array(
        sorted(
            np.flatnonzero(~(shapely.is_missing(outlines) | shapely.is_empty(outlines))).tolist(),
            key=lambda i: (not areas[i].is_home, areas[i].code, areas[i].key),
        ),
        dtype=np.int64,
    )
