"""Grids in numbers: how many a community gets, whom they hold and how they are coded."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.noise import Array

HOME_GRIDS = 2_958
UNEVENNESS = 0.22  # a grid's households differ from its community's mean by up to this share


def shared_by_weight(total: int, weights: Array, least: int = 0) -> NDArray[np.int64]:
    """Share `total` out in whole numbers, `least` to each, the largest remainders first."""
    free = total - least * len(weights)
    if free < 0:
        raise ValueError(f"{total} cannot give {least} to each of {len(weights)}")
    exact = weights / weights.sum() * total
    shares = np.maximum(np.floor(exact).astype(np.int64), least)
    while shares.sum() > total:  # the minimum has taken from the rich
        rich = np.where(shares > least, shares - exact, -np.inf)
        shares[np.argmax(rich)] -= 1
    rest = np.argsort(-(exact - shares), kind="stable")[: total - int(shares.sum())]
    shares[rest] += 1
    return np.asarray(shares, np.int64)


def uneven(total: int, parts: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Share `total` out to `parts` with modest variation; the sum is exact."""
    return shared_by_weight(total, 1 + rng.uniform(-UNEVENNESS, UNEVENNESS, parts))


def community_weight(area_km2: Array, distance_m: Array) -> Array:
    """Return how many households communities draw: their land, denser near the town's middle."""
    reach = max(float(np.median(distance_m)), 1.0)
    return area_km2 * (0.55 + 1.7 * np.exp(-((distance_m / reach) ** 2)))


def serials(outlines_4490: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return the serial number of each grid of one community.

    Grids are read like a page: rows from north to south, each from west to east. A row is
    as high as an average grid.
    """
    middles = shapely.get_coordinates(shapely.centroid(outlines_4490))
    height = np.sqrt(shapely.area(outlines_4490).mean())
    row = np.floor((middles[:, 1].max() - middles[:, 1]) / height + 0.5)
    order = np.lexsort((middles[:, 0], row))
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.arange(1, len(order) + 1)
    return numbers
