"""The oracle of the locator: every place asked of every outline near it, no table of cells."""

from collections.abc import Sequence

import numpy as np
import shapely

from gridsvc.core.geo.borders import Borders
from gridsvc.core.geo.locate import BAD_PLACE, MATCHES, Answers, Area, Match


class PlainLocator:
    """Answers as `Locator.locate_many` has to, by GEOS predicates alone."""

    def __init__(self, areas: Sequence[Area], nearest_m: float = 200.0) -> None:
        self.nearest_m = nearest_m
        self.by_rank = np.array(
            sorted(
                (i for i, a in enumerate(areas) if a.outline is not None and a.outline.area >= 0),
                key=lambda i: (not areas[i].is_home, areas[i].code, areas[i].key),
            ),
            dtype=np.int64,
        )
        self.outlines = np.array([areas[i].outline for i in self.by_rank], dtype=object)
        self.tree = shapely.STRtree(self.outlines)
        shapely.prepare(self.outlines)

    def locate_many(self, lon: np.ndarray, lat: np.ndarray, *, distances: bool = True) -> Answers:
        index = np.full(lon.size, -1, dtype=np.int64)
        match = np.full(lon.size, MATCHES.index(Match.OUTSIDE), dtype=np.uint8)
        metres = np.full(lon.size, np.nan)
        bad = ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
        place, rank = self.tree.query(shapely.points(lon, lat))
        hit = shapely.intersects_xy(self.outlines[rank], lon[place], lat[place]) & ~bad[place]
        place, rank = place[hit], rank[hit]
        order = np.lexsort((rank, place))
        place, rank = place[order], rank[order]
        interior = shapely.contains_xy(self.outlines[rank], lon[place], lat[place])
        hits = np.bincount(place, minlength=lon.size)
        interiors = np.bincount(place[interior], minlength=lon.size)
        match[hits > 0] = MATCHES.index(Match.OVERLAP)
        match[hits == 1] = MATCHES.index(Match.INSIDE)
        match[(hits > 0) & (interiors == 0)] = MATCHES.index(Match.EDGE)
        found, first = np.unique(place, return_index=True)
        index[found] = self.by_rank[rank[first]]
        ties = {
            int(p): tuple(int(self.by_rank[r]) for r in rank[k + 1 : k + hits[p]])
            for p, k in zip(found, first, strict=True)
            if hits[p] > 1
        }
        borders = Borders(self.outlines)
        if distances:
            metres[found] = borders.distance_m(lon[found], lat[found], rank[first])
            metres[match == MATCHES.index(Match.EDGE)] = 0.0
        missed = np.flatnonzero((hits == 0) & ~bad)
        nearest, away = borders.nearest(lon[missed], lat[missed], self.nearest_m)
        near = nearest >= 0
        index[missed[near]] = self.by_rank[nearest[near]]
        match[missed[near]] = MATCHES.index(Match.NEAREST)
        if distances:
            metres[missed] = -np.maximum(away, np.finfo(float).tiny)
        match[bad] = BAD_PLACE
        return Answers(index=index.astype(np.int32), match=match, edge_distance_m=metres, ties=ties)
