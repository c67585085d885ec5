"""A city of any size in seconds: a lattice of crooked cells whose neighbours share every vertex."""

import numpy as np
import shapely

WEST, SOUTH = 113.5, 22.6
#: About one square kilometre.
STEP_LON, STEP_LAT = 0.0098, 0.0090


def crooked_lattice(count: int, per_side: int = 16, seed: int = 1) -> np.ndarray:
    """Return about `count` polygons of 4 × `per_side` vertices, row by row (EPSG:4490)."""
    rng = np.random.default_rng(seed)
    columns = int(np.ceil(np.sqrt(count)))
    rows = int(np.ceil(count / columns))
    node = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0)), axis=-1)
    node += rng.uniform(-0.25, 0.25, node.shape)
    # Sides as (row, column, step along, 2), first node included and last left out.
    level = _sides(node[:, :-1], node[:, 1:], per_side, rng)
    steep = _sides(node[:-1, :], node[1:, :], per_side, rng)
    back_level = np.concatenate((node[:, 1:, None], level[:, :, :0:-1]), axis=2)
    back_steep = np.concatenate((node[1:, :, None], steep[:, :, :0:-1]), axis=2)
    rings = np.concatenate(
        (level[:-1], steep[:, 1:], back_level[1:], back_steep[:, :-1]), axis=2
    ).reshape(rows * columns, 4 * per_side, 2)[:count]
    rings = np.concatenate((rings, rings[:, :1]), axis=1)
    rings *= (STEP_LON, STEP_LAT)
    rings += (WEST, SOUTH)
    return np.asarray(shapely.polygons(shapely.linearrings(rings)), dtype=object)


def _sides(
    start: np.ndarray, end: np.ndarray, per_side: int, rng: np.random.Generator
) -> np.ndarray:
    share = np.arange(per_side)[None, None, :, None] / per_side
    line = start[:, :, None] + (end - start)[:, :, None] * share
    crooked = rng.uniform(-0.02, 0.02, line.shape)
    crooked[:, :, 0] = 0.0
    return line + crooked


def random_places(outlines: np.ndarray, count: int, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Return lon and lat of places spread evenly over the outlines' box."""
    rng = np.random.default_rng(seed)
    west, south, east, north = shapely.total_bounds(outlines)
    return rng.uniform(west, east, count), rng.uniform(south, north, count)


def in_spatial_order(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places along a Hilbert curve."""
    points = shapely.points(lon, lat)
    box = shapely.total_bounds(points)
    order = np.argsort(_hilbert(lon, lat, box), kind="stable")
    return lon[order].copy(), lat[order].copy()


def _hilbert(lon: np.ndarray, lat: np.ndarray, box: np.ndarray, bits: int = 16) -> np.ndarray:
    side = (1 << bits) - 1
    x = ((lon - box[0]) / (box[2] - box[0]) * side).astype(np.int64)
    y = ((lat - box[1]) / (box[3] - box[1]) * side).astype(np.int64)
    along = np.zeros_like(x)
    for bit in range(bits - 1, -1, -1):
        right, up = (x >> bit) & 1, (y >> bit) & 1
        along = (along << 2) | ((3 * right) ^ up)
        turned = up == 0
        flipped = turned & (right == 1)
        low = (1 << bit) - 1
        x, y = (
            np.where(flipped, low - (x & low), x & low),
            np.where(flipped, low - (y & low), y & low),
        )
        x, y = np.where(turned, y, x), np.where(turned, x, y)
    return along
