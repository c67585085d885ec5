"""The city line: how far a place lies from the land of the cities next door."""

from collections.abc import Sequence

import numpy as np
import shapely

from gridsvc.core.geo.borders import Borders
from gridsvc.core.geo.datum import ground_m
from gridsvc.core.geo.locate import Area


class CityLine:
    """The areas of other cities, asked for the nearest one. Immutable; threads may share it."""

    def __init__(self, areas: Sequence[Area]) -> None:
        """Index the areas that are not of the home city; there may be none."""
        self._areas = tuple(a for a in areas if not a.is_home and a.outline is not None)
        outlines = np.array([area.outline for area in self._areas], dtype=object)
        self._borders = Borders(outlines) if self._areas else None

    def nearest(self, lon: float, lat: float, within_m: float) -> tuple[int, float] | None:
        """Return the key of the nearest foreign area and its metres; None beyond `within_m`.

        Metres run to the area's border, from within it too.
        """
        if self._borders is None:
            return None
        areas, metres = self._borders.nearest(np.array([lon]), np.array([lat]), within_m)
        if areas[0] < 0:
            return None
        return self._areas[int(areas[0])].key, float(metres[0])

    def inland_m(self, areas: Sequence[Area]) -> dict[int, float]:
        """Return by key how many metres every place within an area is from other cities at least.

        A lower bound, from the middle of each area's box; infinite without other cities.
        """
        drawn = [area for area in areas if area.outline is not None]
        if self._borders is None or not drawn:
            return {area.key: float("inf") for area in areas}
        west, south, east, north = shapely.bounds(
            np.array([area.outline for area in drawn], dtype=object)
        ).T
        lon, lat = (west + east) / 2, (south + north) / 2
        _, metres = self._borders.nearest(lon, lat, 0.0)
        reach = ground_m(lon, lat, east, north)
        # A box is wider towards the equator than at its middle, by far less than a percent.
        inland = metres - 1.01 * reach
        return {area.key: float(m) for area, m in zip(drawn, inland, strict=True)}
