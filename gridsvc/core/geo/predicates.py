"""Which outlines hold a place, by GEOS's exact predicates in the lon/lat plane."""

import threading

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Geometries = NDArray[np.object_]


class Predicates:
    """The outlines of a fixed sequence of areas, none of them empty, ready for exact questions.

    GEOS indexes them when the first question comes; threads may share an instance.
    """

    def __init__(self, outlines_4490: Geometries) -> None:
        self._outlines = outlines_4490
        self._tree: shapely.STRtree | None = None
        self._lock = threading.Lock()

    def hits(self, lon: Floats, lat: Floats) -> tuple[Positions, Positions, NDArray[np.bool_]]:
        """Return (place, outline, interior?) of every outline a place lies in or on.

        Ordered by place, then by the position of the outline.
        """
        tree = self.ready()
        place, outline = tree.query(shapely.points(lon, lat))
        hit = shapely.intersects_xy(self._outlines[outline], lon[place], lat[place])
        place, outline = place[hit], outline[hit]
        order = np.lexsort((outline, place))
        place, outline = place[order], outline[order]
        interior = shapely.contains_xy(self._outlines[outline], lon[place], lat[place])
        return place, outline, interior

    def ready(self) -> shapely.STRtree:
        """Index the outlines unless that was done, and return the tree over them."""
        if self._tree is None:
            with self._lock:
                if self._tree is None:
                    shapely.prepare(self._outlines)
                    # The first look-up builds GEOS's index inside each outline, which two
                    # threads must not do at once.
                    box = shapely.bounds(self._outlines)
                    shapely.intersects_xy(
                        self._outlines, box[:, [0, 2]].mean(1), box[:, [1, 3]].mean(1)
                    )
                    tree = shapely.STRtree(self._outlines)
                    tree.query(shapely.box(*shapely.total_bounds(self._outlines)))
                    self._tree = tree
        return self._tree
