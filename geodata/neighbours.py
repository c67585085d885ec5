"""Strips of the neighbour cities: land along the city line, told apart by district.

What lies beyond a stretch of the line follows from the nearest home town and from the
side of that town on which the place lies.
"""

from collections.abc import Sequence

import numpy as np
import shapely

from geodata.cells import OUTSIDE, Labels, Raster
from geodata.facts import CityBorder, Town
from geodata.noise import Array

DEPTH_M = 1_500.0


def strips(
    labels: Labels,
    raster: Raster,
    towns: Sequence[Town],
    seats: Array,
    borders: Sequence[CityBorder],
) -> Labels:
    """Return the index of the city border each cell outside lies beyond, else OUTSIDE.

    Open water is OUTSIDE too.
    """
    x, y = raster.centres()
    index_of = {town.code: index for index, town in enumerate(towns)}
    on_the_line = np.isin(labels, [index_of[border.town_code] for border in borders])
    rim = on_the_line & _beside(labels == OUTSIDE)
    reach = round(DEPTH_M / raster.cell_m)
    near = _near(rim, reach) & (labels == OUTSIDE)

    points = shapely.points(x[near], y[near])
    tree = shapely.STRtree(shapely.points(x[rim], y[rim]))
    nearest, distance_m = tree.query_nearest(points, all_matches=False, return_distance=True)
    town_of = np.empty(len(points), np.int32)
    gap_m = np.empty(len(points))
    town_of[nearest[0]] = labels[rim][nearest[1]]
    gap_m[nearest[0]] = distance_m

    beyond = np.full(len(points), OUTSIDE, np.int32)
    for town in np.unique(town_of):
        mine = [k for k, border in enumerate(borders) if index_of[border.town_code] == town]
        sides = np.radians([borders[k].side_deg for k in mine])
        here = town_of == town
        bearing = np.arctan2(x[near][here] - seats[town, 0], y[near][here] - seats[town, 1])
        turn = np.abs(np.angle(np.exp(1j * (bearing[:, None] - sides[None, :]))))
        beyond[here] = np.array(mine)[turn.argmin(axis=1)]
    over_land = np.array([border.over == "land" for border in borders])
    strip = np.full(labels.shape, OUTSIDE, np.int32)
    strip[near] = np.where((gap_m <= DEPTH_M) & over_land[beyond], beyond, OUTSIDE)
    return strip


def _beside(mask: np.ndarray) -> np.ndarray:
    """Return the cells with a side neighbour in the mask."""
    beside = np.zeros_like(mask)
    beside[1:] |= mask[:-1]
    beside[:-1] |= mask[1:]
    beside[:, 1:] |= mask[:, :-1]
    beside[:, :-1] |= mask[:, 1:]
    return beside


def _near(mask: np.ndarray, reach: int) -> np.ndarray:
    """Return the cells within a square of `reach` cells around the mask."""
    total = np.pad(mask.astype(np.int64), reach + 1).cumsum(axis=0).cumsum(axis=1)
    size = 2 * reach + 1
    window = (
        total[size:, size:] - total[:-size, size:] - total[size:, :-size] + total[:-size, :-size]
    )
    return np.asarray(window[: mask.shape[0], : mask.shape[1]] > 0)
