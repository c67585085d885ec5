"""One planar graph for the whole city: every grid is a face, every border stored once.

Border arcs and street cuts are noded together on a metre lattice. Communities, towns
and cities are unions of faces, so that areas of all levels share identical vertices by
construction; no outline is ever computed twice.
"""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely import LineString

from geodata.linework import without_scraps
from geodata.noise import Array, Displacement
from geodata.streets import Blocks

LATTICE_M = 1.0  # borders have hardly a shorter segment
LONGEST_SEGMENT_M = 350.0
DECIMALS = 8  # of a degree: about a millimetre
TOUCH_DEG = 1e-8

_TO_4490 = Transformer.from_crs("EPSG:4547", "EPSG:4490", always_xy=True)
_TO_4547 = Transformer.from_crs("EPSG:4490", "EPSG:4547", always_xy=True)


def noded(lines: Sequence[LineString] | NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the lines split wherever they meet, on the lattice (EPSG:4547)."""
    union = shapely.union_all(np.asarray(lines, dtype=object), grid_size=LATTICE_M)
    return np.asarray(shapely.get_parts(union))


def grid_faces(
    lines: NDArray[np.object_], blocks: Sequence[Blocks], wanted: Sequence[int]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return one polygon for each grid (EPSG:4547) and the index of its `blocks` entry.

    The `wanted` greatest pieces of a community are its grids; bays cut off on the way
    join the grid with which they share most border.
    """
    faces = np.asarray(shapely.get_parts(shapely.polygonize(lines)))
    pieces, piece_label, piece_group = [], [], []
    first = 0
    for group, (block, count) in enumerate(zip(blocks, wanted, strict=True)):
        by_size = sorted(block.pieces, key=lambda piece: -piece.area)
        if len(by_size) < count:
            raise ValueError(f"community {group} was cut into {len(by_size)} of {count} grids")
        for rank, piece in enumerate(by_size):
            pieces.append(piece)
            piece_label.append(first + rank if rank < count else -1)
            piece_group.append(group)
        first += count
    tree = shapely.STRtree(pieces)
    found = tree.query(shapely.point_on_surface(faces), predicate="intersects")
    piece_of = np.full(len(faces), -1, np.int64)
    piece_of[found[0]] = found[1]
    faces, piece_of = faces[piece_of >= 0], piece_of[piece_of >= 0]
    groups = np.array(piece_group)[piece_of]
    labels = without_scraps(faces, np.array(piece_label)[piece_of], groups)
    if not np.array_equal(np.unique(labels), np.arange(first)):
        raise ValueError("not every grid has kept its land")
    return dissolved(faces, labels), np.repeat(np.arange(len(blocks)), wanted)


def dissolved(polygons: NDArray[np.object_], labels: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the union of each label 0 … n-1; shared borders vanish, vertices stay."""
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(labels.max() + 2))
    out = np.empty(labels.max() + 1, dtype=object)
    for label, (start, stop) in enumerate(itertools.pairwise(starts)):
        members = polygons[order[start:stop]]
        out[label] = members[0] if len(members) == 1 else shapely.coverage_union_all(members)
    return out


def sided(
    lines: NDArray[np.object_], grids: NDArray[np.object_]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the lines that bound grids, and the grids (n, 2) beside them, -1 for none.

    Lines that ran between scraps of one grid are left out.
    """
    ends = (
        shapely.get_coordinates(shapely.get_point(lines, 0)),
        shapely.get_coordinates(shapely.get_point(lines, 1)),
    )
    middles = shapely.points((ends[0] + ends[1]) / 2)
    touched = shapely.STRtree(shapely.boundary(grids)).query(
        middles, predicate="dwithin", distance=TOUCH_DEG
    )
    order = np.lexsort((touched[1], touched[0]))
    line, grid = touched[0][order], touched[1][order]
    place = np.arange(len(line)) - np.searchsorted(line, line)
    sides = np.full((len(lines), 2), -1, np.int64)
    sides[line, np.minimum(place, 1)] = grid
    bounding = sides[:, 0] >= 0
    return lines[bounding], sides[bounding]


def on_the_globe(bend: Displacement) -> Callable[[Array], Array]:
    """Return the map from the drawing plane to rounded EPSG:4490 lon/lat.

    The bend curves the ruled streets a little. It is a function of the position alone:
    vertices that were identical stay so.
    """

    def placed(xy: Array) -> Array:
        dx, dy = bend.at(xy[:, 0], xy[:, 1])
        lon, lat = _TO_4490.transform(xy[:, 0] + dx, xy[:, 1] + dy)
        return np.round(np.column_stack((lon, lat)), DECIMALS)

    return placed


def to_plane(lon_lat: Array) -> Array:
    """Return EPSG:4547 metres of lon/lat (n, 2)."""
    return np.column_stack(_TO_4547.transform(lon_lat[:, 0], lon_lat[:, 1]))


def to_globe(metres_4547: Array) -> Array:
    """Return EPSG:4490 lon/lat of EPSG:4547 metres (n, 2)."""
    return np.column_stack(_TO_4490.transform(metres_4547[:, 0], metres_4547[:, 1]))


def area_km2(shapes_4490: NDArray[np.object_]) -> Array:
    """Return areas measured in EPSG:4547."""
    return np.asarray(shapely.area(shapely.transform(shapes_4490, to_plane))) / 1e6
