"""Labelled cells of a regular raster: closing, filling and gathering of areas."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.noise import Array, Displacement

Labels = NDArray[np.int32]
Mask = NDArray[np.bool_]

OUTSIDE = -1


@dataclass(frozen=True, slots=True)
class Raster:
    """A regular raster in EPSG:4547; row 0 lies in the south."""

    west: float
    south: float
    cell_m: float
    columns: int
    rows: int

    def axes(self) -> tuple[Array, Array]:
        """Return x of the columns and y of the rows, cell middles."""
        x = self.west + (np.arange(self.columns, dtype=np.float64) + 0.5) * self.cell_m
        y = self.south + (np.arange(self.rows, dtype=np.float64) + 0.5) * self.cell_m
        return x, y

    def centres(self) -> tuple[Array, Array]:
        """Return x and y of the cell middles, both shaped (rows, columns)."""
        x, y = np.meshgrid(*self.axes())
        return x, y

    def bent(self, bend: Displacement) -> tuple[Array, Array]:
        """Return x and y of the cell middles after a displacement."""
        x, y = self.axes()
        dx, dy = bend.over(x, y)
        return dx + x, dy + y[:, None]


def looked_up(labels: Labels, raster: Raster, x: Array, y: Array) -> Labels:
    """Return the labels found at the given metric positions, the rim's beyond the raster."""
    column = np.clip((x - raster.west) // raster.cell_m, 0, raster.columns - 1).astype(int)
    row = np.clip((y - raster.south) // raster.cell_m, 0, raster.rows - 1).astype(int)
    return np.asarray(labels[row, column])


def gathered(labels: Labels, count: int) -> Labels:
    """Return labels of which each covers one connected area.

    The part around a label's middle stays; stray parts go to whatever reaches them first.
    """
    labels = labels.copy()
    reached = labels == OUTSIDE
    row, column = np.nonzero(~reached)
    owner = labels[row, column]
    for label in range(count):
        mine = np.nonzero(owner == label)[0]
        if not len(mine):
            continue
        off = (row[mine] - row[mine].mean()) ** 2 + (column[mine] - column[mine].mean()) ** 2
        seed = mine[off.argmin()]
        reached[row[seed], column[seed]] = True
    _swept(labels, reached, alike_only=True)
    _swept(labels, reached, alike_only=False)
    return labels


def _swept(labels: Labels, reached: Mask, *, alike_only: bool) -> None:
    """Carry reached cells onwards over alike cells, or over all unreached ones, in place."""
    views = [
        (labels, reached),
        (labels[::-1], reached[::-1]),
        (labels.T, reached.T),
        (labels.T[::-1], reached.T[::-1]),
    ]
    while True:
        before = int(reached.sum())
        for label, seen in views:
            for row in range(1, len(seen)):
                new = seen[row - 1] & ~seen[row]
                if alike_only:
                    new &= label[row] == label[row - 1]
                else:
                    new &= label[row - 1] != OUTSIDE
                    label[row][new] = label[row - 1][new]
                seen[row] |= new
        if int(reached.sum()) == before:
            return


def closed(mask: Mask, radius: int) -> Mask:
    """Return the mask with notches under twice `radius` cells wide and all holes filled."""
    grown = mask
    for step in range(radius):
        grown = grown | _spread(grown, diagonal=step % 2 == 1)
    bare = _without_holes(grown)
    for step in range(radius):
        bare = bare | _spread(bare, diagonal=step % 2 == 1)
    return ~bare | mask


def _without_holes(mask: Mask) -> Mask:
    """Return what can be reached from the rim without crossing the mask."""
    free = ~mask
    reached = np.zeros_like(mask)
    reached[[0, -1], :] = free[[0, -1], :]
    reached[:, [0, -1]] = free[:, [0, -1]]
    while True:
        before = int(reached.sum())
        for view, open_view in (
            (reached, free),
            (reached[::-1], free[::-1]),
            (reached.T, free.T),
            (reached.T[::-1], free.T[::-1]),
        ):
            _sweep(view, open_view)
        if int(reached.sum()) == before:
            return reached


def _sweep(reached: Mask, free: Mask) -> None:
    """Carry `reached` onwards row by row, in place, as far as cells are free."""
    for row in range(1, len(reached)):
        reached[row] |= reached[row - 1] & free[row]


def _spread(mask: Mask, *, diagonal: bool) -> Mask:
    """Return the mask grown by one cell; alternating both kinds draws an octagon."""
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    if diagonal:
        grown[:, 1:] |= grown[:, :-1].copy()
        grown[:, :-1] |= grown[:, 1:].copy()
    else:
        grown[:, 1:] |= mask[:, :-1]
        grown[:, :-1] |= mask[:, 1:]
    return grown
