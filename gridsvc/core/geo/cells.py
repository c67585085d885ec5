"""A table of small cells over a set of areas that answers most places without any geometry.

A cell that no border comes near holds its answer; a cell with borders holds them, and which
areas hold one anchor in it. What it cannot answer beyond doubt it leaves to exact predicates.
`kernels.py` tells how and why that is right.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Words = NDArray[np.uint32]
Positions = NDArray[np.int64]
Geometries = NDArray[np.object_]
Kind = TypeVar("Kind", bound=np.generic)

#: Changes whenever tables of another release would be read wrongly.
FORMAT = 1
_CELLS_PER_AREA = 400
_CELLS_PER_VERTEX = 5
_TILES_PER_AREA = 64
_SMALLEST_CELL = 1e-9
# Metres in a degree at the least, so that reaches in degrees come out too long, never too short.
_METRES_PER_DEGREE = 110_000.0
_PLANE_M = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTable:
    """The tables, read-only; `RECORD` and the special entries are those of `kernels.py`."""

    #: west, south, units per degree (lon, lat), width, height in units, the reach of `nearest_m`
    #: (west, south, east, north), columns of `tiles`.
    frame: Floats
    #: Of each tile: its area, `RECORD` + its block in `cells`, or a special entry.
    tiles: Words
    #: Of each cell of a tile that has borders: its area, `RECORD` + its place in `records`, ….
    cells: Words
    records: Words

    @property
    def arrays(self) -> tuple[NDArray[np.generic], ...]:
        """What the loops over places take, in their order."""
        return (
            self.frame,
            self.tiles,
            self.cells,
            self.records,
            self.records.view(np.int16),
            self.records.view(np.uint8),
        )

    @property
    def size(self) -> int:
        """Bytes of all tables."""
        return sum(a.nbytes for a in (self.frame, self.tiles, self.cells, self.records))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lattice:
    """Where cells lie: degrees of the south-west corner and per cell, and how many tiles."""

    west: float
    south: float
    width: float
    height: float
    columns: int
    rows: int


def build_cells(outlines_4490: Geometries, positions: Positions, nearest_m: float) -> CellTable:
    """Build the table of outlines, none of them empty; it answers with their `positions`.

    Places further than `nearest_m` from all of them are told from those that may be nearer.
    """
    from gridsvc.core.geo import kernels

    if not positions.size:
        return _no_cells()
    xy, owner, starts = _vertices(outlines_4490, positions)
    height = _cell_height(outlines_4490, xy)
    most_cells = 1.5 * max(_CELLS_PER_AREA * len(positions), _CELLS_PER_VERTEX * len(xy)) + 65_536
    while True:
        lattice = _lattice(xy, height, len(positions))
        x, y = (_units(xy[:, i], *_axis(lattice)[i]) for i in (0, 1))
        touched = np.zeros((lattice.rows, lattice.columns), dtype=np.uint8)
        kernels.mark_tiles(x, y, owner, touched)
        # Long borders around few areas would cut up too many tiles: wider cells, fewer of them.
        if np.count_nonzero(touched) * kernels.TILE**2 <= most_cells:
            break
        height *= 1.4
    block, corners = _blocks(touched, kernels.TILE)
    cells = np.zeros(len(corners) // 2 * kernels.TILE**2, dtype=np.uint32)
    kernels.refer(x, y, owner, block, cells, cells[:0], False)
    ends = np.cumsum(cells, dtype=np.uint32)
    references = np.empty(int(ends[-1]), dtype=np.uint32)
    bordered = int(np.count_nonzero(cells))
    # Moved from each cell's first reference to its end while these are written.
    ends -= cells
    kernels.refer(x, y, owner, block, ends, references, True)
    cells[:] = 0
    tiles = np.zeros(block.shape, dtype=np.uint32)
    kernels.hold_anchors(x, y, owner, starts, block, tiles, cells)
    records = np.zeros(7 * bordered + 4 * references.size, dtype=np.uint32)
    used = kernels.write_records(x, y, owner, corners, cells, ends, references, records)

    has_land = (touched > 0) | (tiles > 0)
    in_reach = _spread(has_land, *_reach_tiles(lattice, xy, nearest_m, kernels.TILE))
    empty = np.where(in_reach, kernels.NEAR, kernels.FAR)
    several = np.where(tiles == kernels.SEVERAL, kernels.EXACT, tiles.astype(np.int64) - 1)
    tiles[:] = np.where(touched, kernels.RECORD + block, np.where(tiles > 0, several, empty))
    return CellTable(
        frame=_frozen(_frame(lattice, xy, nearest_m)),
        tiles=_frozen(tiles.ravel()),
        cells=_frozen(cells),
        records=_frozen(records[: max(used, 1)].copy()),
    )


def _no_cells() -> CellTable:
    nothing = _frozen(np.zeros(1, dtype=np.uint32))
    frame = np.array([*(0.0, 0.0, 1.0, 1.0, 0.0, 0.0), *(np.inf, np.inf, -np.inf, -np.inf), 0.0])
    return CellTable(frame=_frozen(frame), tiles=nothing, cells=nothing, records=nothing)


def _vertices(
    outlines: Geometries, positions: Positions
) -> tuple[Floats, NDArray[np.int32], Positions]:
    """Return all vertices, whose each is (−1 for the last of a ring), each outline's first."""
    _, xy, offsets = shapely.to_ragged_array(outlines, include_z=False)
    rings, *above = (np.asarray(o, dtype=np.int64) for o in offsets)
    first_ring = above[0] if len(above) == 1 else above[0][above[1]]
    starts = rings[first_ring]
    owner = np.repeat(positions.astype(np.int32), np.diff(starts))
    owner[rings[1:] - 1] = -1
    return np.ascontiguousarray(xy), owner, starts


def _cell_height(outlines: Geometries, xy: Floats) -> float:
    """Degrees of latitude of a cell, for which the middling outline has the cells it should."""
    per_outline = max(_CELLS_PER_AREA, _CELLS_PER_VERTEX * len(xy) / len(outlines))
    area = float(np.median(shapely.area(outlines))) / per_outline
    return max(float(np.sqrt(area * _squeeze(xy))), _SMALLEST_CELL)


def _squeeze(xy: Floats) -> float:
    """How much shorter a degree of longitude is than one of latitude, about."""
    return max(float(np.cos(np.radians((xy[:, 1].min() + xy[:, 1].max()) / 2))), 0.05)


def _lattice(xy: Floats, height: float, count: int) -> _Lattice:
    from gridsvc.core.geo.kernels import TILE

    (west, south), (east, north) = xy.min(axis=0), xy.max(axis=0)
    while True:
        width = height / _squeeze(xy)
        # Off the corner by a share of a cell nobody draws borders at.
        origin = west - 0.371 * width, south - 0.371 * height
        columns = int(((east - origin[0]) / width + 0.5) // TILE) + 1
        rows = int(((north - origin[1]) / height + 0.5) // TILE) + 1
        if columns * rows <= _TILES_PER_AREA * count + 65_536 and max(columns, rows) <= 15_000:
            return _Lattice(
                west=float(origin[0]),
                south=float(origin[1]),
                width=width,
                height=height,
                columns=columns,
                rows=rows,
            )
        height *= 1.4


def _axis(lattice: _Lattice) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return origin and units per degree of longitude, then of latitude."""
    from gridsvc.core.geo.kernels import CELL

    return (lattice.west, CELL / lattice.width), (lattice.south, CELL / lattice.height)


def _units(degrees: Floats, origin: float, scale: float) -> NDArray[np.int32]:
    even: Floats = 2.0 * np.rint((degrees - origin) * scale / 2.0)
    return even.astype(np.int32)


def _blocks(touched: NDArray[np.uint8], tile: int) -> tuple[NDArray[np.int32], Positions]:
    """Number the touched tiles so that neighbours stand near each other (Morton's order).

    Returns the numbers (−1 elsewhere) and column and row of each one's first cell.
    """
    row, column = np.nonzero(touched)
    order = np.argsort(_spaced(column) | (_spaced(row) << 1))
    block = np.full(touched.shape, -1, dtype=np.int32)
    block[row[order], column[order]] = np.arange(order.size, dtype=np.int32)
    corners = np.column_stack((column[order], row[order])) * tile
    return block, np.ascontiguousarray(corners, dtype=np.int64).ravel()


def _spaced(number: Positions) -> Positions:
    """Put a zero bit between the bits of numbers below 2¹⁶."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        number = (number | (number << shift)) & mask
    return number


def _reach_degrees(xy: Floats, nearest_m: float) -> tuple[float, float]:
    """Return degrees of longitude and latitude that `nearest_m` cannot exceed near the areas."""
    up = (1.02 * nearest_m + _PLANE_M) / _METRES_PER_DEGREE
    highest = min(float(np.abs(xy[:, 1]).max()) + up, 89.99)
    return min(up / float(np.cos(np.radians(highest))), 360.0), up


def _reach_tiles(lattice: _Lattice, xy: Floats, nearest_m: float, tile: int) -> tuple[int, int]:
    across, up = _reach_degrees(xy, nearest_m)
    columns = int(across / (tile * lattice.width)) + 1
    rows = int(up / (tile * lattice.height)) + 1
    return min(columns, lattice.columns), min(rows, lattice.rows)


def _spread(marks: NDArray[np.bool_], columns: int, rows: int) -> NDArray[np.bool_]:
    """Mark everything within a box of so many columns and rows around a mark."""
    for axis, reach in ((1, columns), (0, rows)):
        length = marks.shape[axis]
        zero = np.zeros_like(np.take(marks, [0], axis=axis), dtype=np.int64)
        sums = np.concatenate((zero, np.cumsum(marks, axis=axis, dtype=np.int64)), axis=axis)
        place = np.arange(length)
        above = np.take(sums, np.minimum(place + reach + 1, length), axis=axis)
        marks = above > np.take(sums, np.maximum(place - reach, 0), axis=axis)
    return marks


def _frame(lattice: _Lattice, xy: Floats, nearest_m: float) -> Floats:
    (west, per_lon), (south, per_lat) = _axis(lattice)
    across, up = _reach_degrees(xy, nearest_m)
    (least_x, least_y), (most_x, most_y) = xy.min(axis=0), xy.max(axis=0)
    from gridsvc.core.geo.kernels import CELL, TILE

    return np.array(
        [
            *(west, south, per_lon, per_lat),
            *(lattice.columns * TILE * CELL, lattice.rows * TILE * CELL),
            *(least_x - across, least_y - up, most_x + across, most_y + up),
            lattice.columns,
        ]
    )


def _frozen(table: NDArray[Kind]) -> NDArray[Kind]:
    table.flags.writeable = False
    return table
