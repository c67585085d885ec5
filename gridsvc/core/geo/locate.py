"""Which grid a place lies in: one answer for every lon/lat, always the same.

A table of cells answers most places at once (`cells.py`); exact predicates in the lon/lat plane
decide where it has doubts (`predicates.py`); metres come from `borders.py`. Datums are not
converted here: places arrive in EPSG:4490 degrees.
"""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gridsvc.core.geo.area import BAD_PLACE as BAD_PLACE
from gridsvc.core.geo.area import MATCHES as MATCHES
from gridsvc.core.geo.area import Answer as Answer
from gridsvc.core.geo.area import Answers as Answers
from gridsvc.core.geo.area import Area as Area
from gridsvc.core.geo.area import Candidate as Candidate
from gridsvc.core.geo.area import Placed as Placed
from gridsvc.core.geo.area import by_tie_rule, checked_outlines
from gridsvc.core.geo.borders import WIDEST_NEAREST_M, Borders
from gridsvc.core.geo.cells import CellTable, build_cells
from gridsvc.core.geo.coordinates import check_place
from gridsvc.core.geo.predicates import Predicates
from gridsvc.core.place import Match as Match

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Codes = NDArray[np.uint8]
Ties = dict[int, tuple[int, ...]]

#: How far from an area a place may lie and still be given to it, unless told otherwise.
NEAREST_M = 200.0
_CHUNK = 65_536

_INSIDE, _EDGE, _OVERLAP, _NEAREST, _OUTSIDE = range(5)


class Locator:
    """Answers which of a fixed set of areas a place lies in. Immutable; threads may share it.

    On a tie the home city comes before any other, then the lowest code compared as text (then
    the lowest key, should foreign data repeat a code).
    """

    def __init__(
        self,
        areas: Sequence[Area],
        nearest_m: float = NEAREST_M,
        cells: CellTable | None = None,
    ) -> None:
        """Index the areas; `ValueError` for a repeated key or an outline that is no polygon.

        `cells` is the table that was built of the same areas with the same reach before.
        """
        from gridsvc.core.geo import kernels

        if not 0.0 <= nearest_m <= WIDEST_NEAREST_M:
            raise ValueError(f"nearest_m must be 0 to {WIDEST_NEAREST_M:.0f} m, not {nearest_m}")
        self.areas = tuple(areas)
        self.nearest_m = nearest_m
        outlines = checked_outlines(self.areas)
        # Ranks of the tie rule → positions in `areas`; predicates and borders speak of ranks.
        self._by_rank = by_tie_rule(self.areas, outlines)
        self._rank_of = np.full(len(self.areas), -1, dtype=np.int64)
        self._rank_of[self._by_rank] = np.arange(self._by_rank.size)
        self._outlines = outlines[self._by_rank]
        self._predicates = Predicates(self._outlines)
        self._measured: Borders | None = None
        self._lock = threading.Lock()
        self._kernels = kernels
        if cells is None:
            cells = build_cells(self._outlines, self._by_rank, nearest_m)
        self.cells = cells
        self._tables = cells.arrays

    def place_of(self, lon: float, lat: float) -> Placed:
        """Return which area one place is given to, and nothing else: a matter of microseconds.

        Raises `ValueError` (`BadCoordinate`) only for what is no place on Earth.
        """
        area: int = self._kernels.find_one(lon, lat, *self._tables)
        if area >= 0:
            return Placed(self.areas[area].key, Match.INSIDE)
        if area == -1 - _OUTSIDE:
            return Placed(None, Match.OUTSIDE)
        check_place(lon, lat)
        found = self.locate_many(np.array([lon]), np.array([lat]), distances=False)
        position = int(found.index[0])
        key = self.areas[position].key if position >= 0 else None
        return Placed(key, MATCHES[found.match[0]])

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

    def locate_many(self, lon: Floats, lat: Floats, *, distances: bool = True) -> Answers:
        """Return where many places lie (two arrays of degrees, one length).

        Never raises for a value: rows that are no place on Earth are marked `BAD_PLACE`. Without
        `distances` the metres are all NaN, which is what makes it quick.
        """
        lon, lat = (np.ascontiguousarray(values, dtype=float) for values in (lon, lat))
        if lon.ndim != 1 or lon.shape != lat.shape:
            raise ValueError(f"lon and lat must be columns of one length: {lon.shape}, {lat.shape}")
        index = np.empty(lon.size, dtype=np.int32)
        match = np.empty(lon.size, dtype=np.uint8)
        ties: Ties = {}
        if self._kernels.find_many(lon, lat, *self._tables, index, match):
            self._finish(lon, lat, index, match, ties)
        metres: Floats = np.broadcast_to(np.nan, lon.shape)
        if distances and self._outlines.size:
            metres = self._metres(lon, lat, index, match)
        return Answers(index=index, match=match, edge_distance_m=metres, ties=ties)

    def warm(self) -> None:
        """Build now what would otherwise be built for the first place that needs it."""
        if self._outlines.size:
            self._predicates.ready()
            self._borders()

    def _finish(
        self, lon: Floats, lat: Floats, index: NDArray[np.int32], match: Codes, ties: Ties
    ) -> None:
        """Answer the places that the cells left open."""
        doubtful = np.flatnonzero(match == self._kernels.MATCH_EXACT)
        for start in range(0, doubtful.size, _CHUNK):
            self._decide(doubtful[start : start + _CHUNK], lon, lat, index, match, ties)
        missed = np.flatnonzero(match == self._kernels.MATCH_NEAR)
        for start in range(0, missed.size, _CHUNK):
            rows = missed[start : start + _CHUNK]
            nearest, _ = self._borders().nearest(lon[rows], lat[rows], self.nearest_m)
            match[rows] = np.where(nearest >= 0, _NEAREST, _OUTSIDE)
            index[rows] = np.where(nearest >= 0, self._by_rank[nearest], -1)

    def _decide(
        self,
        rows: Positions,
        lon: Floats,
        lat: Floats,
        index: NDArray[np.int32],
        match: Codes,
        ties: Ties,
    ) -> None:
        place, rank, interior = self._predicates.hits(lon[rows], lat[rows])
        hits = np.bincount(place, minlength=rows.size)
        interiors = np.bincount(place[interior], minlength=rows.size)
        match[rows] = np.select(
            [hits == 0, interiors == 0, hits == 1],
            [self._kernels.MATCH_NEAR, _EDGE, _INSIDE],
            _OVERLAP,
        )
        found, first = np.unique(place, return_index=True)
        index[rows[found]] = self._by_rank[rank[first]]
        for p, start in zip(found, first, strict=True):
            if hits[p] > 1:
                others = self._by_rank[rank[start + 1 : start + hits[p]]]
                ties[int(rows[p])] = tuple(int(other) for other in others)

    def _metres(self, lon: Floats, lat: Floats, index: NDArray[np.int32], match: Codes) -> Floats:
        """Return metres to the border of the answered area, below zero outside all of them."""
        borders = self._borders()
        metres = np.full(lon.size, np.nan)
        for start in range(0, lon.size, _CHUNK):
            part = match[start : start + _CHUNK]
            held = start + np.flatnonzero(part <= _OVERLAP)
            metres[held] = borders.distance_m(lon[held], lat[held], self._rank_of[index[held]])
            missed = start + np.flatnonzero((part == _NEAREST) | (part == _OUTSIDE))
            if missed.size:
                _, away = borders.nearest(lon[missed], lat[missed], self.nearest_m)
                # In no area is never 0: rounding in the plane must not put it on the border.
                metres[missed] = -np.maximum(away, np.finfo(float).tiny)
        metres[match == _EDGE] = 0.0
        return metres

    def _borders(self) -> Borders:
        if self._measured is None:
            with self._lock:
                if self._measured is None:
                    self._measured = Borders(self._outlines)
        return self._measured

    def _shares(
        self, lon: float, lat: float, accuracy_m: float, index: int, metres: float
    ) -> dict[int, float]:
        """Return the circle's share by position in `areas`, the answered area alone if all."""
        if accuracy_m == 0.0 or (index >= 0 and metres >= accuracy_m):
            return {index: 1.0} if index >= 0 and metres >= 0.0 else {}
        shares = self._borders().shares(lon, lat, accuracy_m)
        return {int(self._by_rank[rank]): share for rank, share in shares.items()}
