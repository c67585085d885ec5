"""Which grid a place lies in: one answer for every lon/lat, always the same.

Exact predicates in the lon/lat plane decide between inside, edge and outside; metres come
from `borders.py`. Datums are not converted here: places arrive in EPSG:4490 degrees.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridsvc.core.geo.borders import WIDEST_NEAREST_M, Borders
from gridsvc.core.geo.coordinates import bad_places, check_place
from gridsvc.core.place import Match as Match

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

#: How far from an area a place may lie and still be given to it, unless told otherwise.
NEAREST_M = 200.0
_CHUNK = 65_536

#: `Answers.match` holds positions in this tuple.
MATCHES = tuple(Match)
#: `Answers.match` of a row that is no place on Earth (NaN, infinite, out of range).
BAD_PLACE = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Something a place can lie in: a grid, or a row of a foreign file."""

    key: int
    code: str
    #: Of the home city: wins every tie against another city.
    is_home: bool = True
    #: Polygon or MultiPolygon in EPSG:4490; None or empty holds no place at all.
    outline: BaseGeometry | None


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
    #: As in `Answer`, NaN where there is none.
    edge_distance_m: Floats
    #: Place → positions in `Locator.areas` of the other areas of its tie, in order.
    ties: Mapping[int, tuple[int, ...]]

    @property
    def bad_places(self) -> Positions:
        """Positions of the rows that are no place on Earth."""
        return np.flatnonzero(self.match == BAD_PLACE)


class Locator:
    """Answers which of a fixed set of areas a place lies in. Immutable; threads may share it.

    On a tie the home city comes before any other, then the lowest code compared as text (then
    the lowest key, should foreign data repeat a code).
    """

    def __init__(self, areas: Sequence[Area], nearest_m: float = NEAREST_M) -> None:
        """Index the areas; `ValueError` for a repeated key or an outline that is no polygon."""
        if not 0.0 <= nearest_m <= WIDEST_NEAREST_M:
            raise ValueError(f"nearest_m must be 0 to {WIDEST_NEAREST_M:.0f} m, not {nearest_m}")
        self.areas = tuple(areas)
        self.nearest_m = nearest_m
        _check_areas(self.areas)
        # Positions are ranks of the tie rule from here on: the lower position wins.
        self._by_rank = np.array(
            sorted(
                (i for i, area in enumerate(self.areas) if _has_land(area)),
                key=lambda i: (not areas[i].is_home, areas[i].code, areas[i].key),
            ),
            dtype=np.int64,
        )
        self._outlines = np.array([self.areas[i].outline for i in self._by_rank], dtype=object)
        self._tree = shapely.STRtree(self._outlines)
        shapely.prepare(self._outlines)
        if self._outlines.size:
            self._borders = Borders(self._outlines)
            # The first look-up builds GEOS's index inside each outline, which two threads
            # must not do at once.
            box = shapely.bounds(self._outlines)
            shapely.intersects_xy(self._outlines, box[:, [0, 2]].mean(1), box[:, [1, 3]].mean(1))

    def locate(self, lon: float, lat: float, accuracy_m: float | None = None) -> Answer:
        """Return where one place lies; with an accuracy, the shares of that circle too.

        Raises `ValueError` (`BadCoordinate`) only for what is no place on Earth, and for an
        accuracy that is negative or not a number.
        """
        check_place(lon, lat)
        if accuracy_m is not None and not accuracy_m >= 0.0:
            raise ValueError(f"accuracy_m must be 0 or more metres, not {accuracy_m}")
        found = self.locate_many(np.array([lon], dtype=float), np.array([lat], dtype=float))
        index = int(found.index[0])
        metres = float(found.edge_distance_m[0])
        others = found.ties.get(0, ())
        shares: dict[int, float] | None = None
        if accuracy_m is not None and self._outlines.size:
            shares = self._shares(lon, lat, accuracy_m, index, metres)
            by_share = sorted(shares, key=lambda i: -shares[i])
            others = (*(i for i in by_share if i != index), *(i for i in others if i not in shares))
        area = self.areas[index] if index >= 0 else None
        return Answer(
            key=area.key if area else None,
            code=area.code if area else None,
            match=MATCHES[found.match[0]],
            edge_distance_m=None if np.isnan(metres) else metres,
            share=shares.get(index, 0.0) if shares is not None and area else None,
            candidates=tuple(
                Candidate(
                    key=self.areas[i].key,
                    code=self.areas[i].code,
                    share=None if shares is None else shares.get(i, 0.0),
                )
                for i in others
            ),
        )

    def locate_many(self, lon: Floats, lat: Floats) -> Answers:
        """Return where many places lie (two arrays of degrees, one length).

        Never raises for a value: rows that are no place on Earth are marked `BAD_PLACE`.
        """
        lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
        if lon.ndim != 1 or lon.shape != lat.shape:
            raise ValueError(f"lon and lat must be columns of one length: {lon.shape}, {lat.shape}")
        index = np.full(lon.size, -1, dtype=np.int64)
        match = np.full(lon.size, MATCHES.index(Match.OUTSIDE), dtype=np.uint8)
        metres = np.full(lon.size, np.nan)
        ties: dict[int, tuple[int, ...]] = {}
        good = ~bad_places(lon, lat)
        match[~good] = BAD_PLACE
        if self._outlines.size:
            for start in range(0, lon.size, _CHUNK):
                rows = start + np.flatnonzero(good[start : start + _CHUNK])
                index[rows], match[rows], metres[rows], tied = self._locate(lon[rows], lat[rows])
                ties.update((int(rows[place]), others) for place, others in tied.items())
        return Answers(index=index.astype(np.int32), match=match, edge_distance_m=metres, ties=ties)

    def _locate(
        self, lon: Floats, lat: Floats
    ) -> tuple[Positions, NDArray[np.uint8], Floats, dict[int, tuple[int, ...]]]:
        place, area, interior = self._hits(lon, lat)
        hits = np.bincount(place, minlength=lon.size)
        interiors = np.bincount(place[interior], minlength=lon.size)
        match = np.select(
            [hits == 0, interiors == 0, hits == 1],
            [MATCHES.index(Match.OUTSIDE), MATCHES.index(Match.EDGE), MATCHES.index(Match.INSIDE)],
            MATCHES.index(Match.OVERLAP),
        ).astype(np.uint8)
        index = np.full(lon.size, -1, dtype=np.int64)
        metres = np.full(lon.size, np.nan)
        found, first = np.unique(place, return_index=True)
        index[found] = area[first]
        metres[found] = self._borders.distance_m(lon[found], lat[found], index[found])
        metres[match == MATCHES.index(Match.EDGE)] = 0.0
        ties = (
            {
                int(p): tuple(
                    int(self._by_rank[a]) for a in area[first[k] + 1 : first[k] + hits[p]]
                )
                for k, p in enumerate(found)
                if hits[p] > 1
            }
            if hits.max(initial=0) > 1
            else {}
        )
        missed = np.flatnonzero(hits == 0)
        if missed.size:
            nearest, away = self._borders.nearest(lon[missed], lat[missed], self.nearest_m)
            index[missed] = nearest
            match[missed[nearest >= 0]] = MATCHES.index(Match.NEAREST)
            # In no area is never 0: rounding in the plane must not put it on the border.
            metres[missed] = -np.maximum(away, np.finfo(float).tiny)
        index = np.where(index >= 0, self._by_rank[index], -1)
        return index, match, metres, ties

    def _hits(self, lon: Floats, lat: Floats) -> tuple[Positions, Positions, NDArray[np.bool_]]:
        """Return (place, area, interior?) of every area a place lies in or on, best rank first."""
        place, area = self._tree.query(shapely.points(lon, lat))
        hit = shapely.intersects_xy(self._outlines[area], lon[place], lat[place])
        place, area = place[hit], area[hit]
        order = np.lexsort((area, place))
        place, area = place[order], area[order]
        return place, area, shapely.contains_xy(self._outlines[area], lon[place], lat[place])

    def _shares(
        self, lon: float, lat: float, accuracy_m: float, index: int, metres: float
    ) -> dict[int, float]:
        """Return the circle's share by position in `areas`, the answered area alone if all."""
        if accuracy_m == 0.0 or (index >= 0 and metres >= accuracy_m):
            return {index: 1.0} if index >= 0 and metres >= 0.0 else {}
        shares = self._borders.shares(lon, lat, accuracy_m)
        return {int(self._by_rank[rank]): share for rank, share in shares.items()}


def _has_land(area: Area) -> bool:
    return area.outline is not None and not area.outline.is_empty


def _check_areas(areas: Sequence[Area]) -> None:
    seen: set[int] = set()
    for area in areas:
        if area.key in seen:
            raise ValueError(f"two areas have the key {area.key} (code {area.code})")
        seen.add(area.key)
        if area.outline is None:
            continue
        if area.outline.geom_type not in {"Polygon", "MultiPolygon"}:
            raise ValueError(f"the outline of {area.code} is a {area.outline.geom_type}")
        if bad_places(*shapely.get_coordinates(area.outline).T).any():
            raise ValueError(f"the outline of {area.code} has a vertex that is no place on Earth")
