"""Small coverages for tests: lattices of warped squares in lon/lat near Dongguan."""

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from gridsvc.core.geo.locate import Area

WEST, SOUTH, STEP = 113.7, 23.0, 0.004


def lattice(columns: int = 4, rows: int = 3, seed: int | None = 1) -> list[Polygon]:
    """Cells of a lattice sharing identical, shifted corners; `seed=None` keeps it square."""
    x, y = np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0))
    if seed is not None:
        rng = np.random.default_rng(seed)
        x = x + rng.uniform(-0.3, 0.3, x.shape)
        y = y + rng.uniform(-0.3, 0.3, y.shape)
    x, y = WEST + STEP * x, SOUTH + STEP * y
    return [
        Polygon(
            [
                (x[j, i], y[j, i]),
                (x[j, i + 1], y[j, i + 1]),
                (x[j + 1, i + 1], y[j + 1, i + 1]),
                (x[j + 1, i], y[j + 1, i]),
            ]
        )
        for j in range(rows)
        for i in range(columns)
    ]


def coverage_with_hole_and_parts(seed: int = 1) -> list[Polygon | MultiPolygon]:
    """A lattice whose cell 5 has a hole filled by an enclave, and whose cells 0 and 11 are one."""
    cells: list[Polygon | MultiPolygon] = list(lattice(seed=seed))
    middle = cells[5].representative_point()
    island = middle.buffer(STEP / 8, quad_segs=2)
    cells[5] = Polygon(cells[5].exterior.coords, [island.exterior.coords])
    cells[0] = MultiPolygon([cells[0], cells[11]])
    cells[11] = island
    return cells


def areas(
    outlines: list[Polygon | MultiPolygon], foreign: frozenset[int] = frozenset()
) -> list[Area]:
    """Areas with codes A00, A01 … in an order that is not the order of their keys."""
    return [
        Area(key=100 - i, code=f"A{i:02d}", is_home=i not in foreign, outline=outline)
        for i, outline in enumerate(outlines)
    ]


def vertices(outlines: list[Polygon | MultiPolygon]) -> np.ndarray:
    return shapely.get_coordinates(outlines)
