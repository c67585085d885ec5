"""Streets: a community's land cut into blocks along straight lines in one direction.

Every cut runs from border to border of the piece it divides, like a street that ends in
another, so that blocks meet in T-junctions as they do in a grown town.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.noise import Array

G = TypeVar("G", bound=BaseGeometry)

HALVINGS = 11
TRIES = 2
FAR_M = 1e7


@dataclass(slots=True)
class Blocks:
    """Pieces of a community and the cuts between them, EPSG:4547."""

    pieces: list[Polygon]
    cuts: list[LineString]


def blocks_of(outline: Polygon, wanted: int, bearing: float, rng: np.random.Generator) -> Blocks:
    """Cut an outline into `wanted` pieces of about equal area.

    `bearing` (radians) is the direction of the streets. Where a cut leaves a bay of the
    outline behind, the bay comes as a further piece without being asked for.
    """
    centre = np.array(outline.centroid.coords[0])
    turned = _turned(outline, centre, -bearing)
    pieces: list[Polygon] = []
    cuts: list[LineString] = []
    _halve(turned, wanted, rng, pieces, cuts)
    return Blocks(
        [_turned(piece, centre, bearing, back=True) for piece in pieces],
        [_turned(cut, centre, bearing, back=True) for cut in cuts],
    )


def lanes_in(block: Polygon, bearing: float, depth: int) -> list[LineString]:
    """Return the lanes inside a block: halves of halves, `depth` times; borders nothing."""
    centre = np.array(block.centroid.coords[0])
    lanes: list[LineString] = []
    pieces: list[BaseGeometry] = [_turned(block, centre, -bearing)]
    for _ in range(depth):
        halves: list[BaseGeometry] = []
        for piece in pieces:
            west, south, east, north = piece.bounds
            upright = east - west > north - south
            at = (west + east) / 2 if upright else (south + north) / 2
            low, high = _sides(piece, at, upright)
            lanes.extend(_seam(low, at, upright))
            halves += [half for half in (low, high) if not half.is_empty]
        pieces = halves
    return [_turned(lane, centre, bearing, back=True) for lane in lanes]


def _halve(
    piece: Polygon,
    wanted: int,
    rng: np.random.Generator,
    pieces: list[Polygon],
    cuts: list[LineString],
) -> None:
    if wanted <= 1:
        pieces.append(piece)
        return
    fewer = wanted // 2
    share = fewer / wanted + rng.uniform(-0.03, 0.03)
    west, south, east, north = piece.bounds
    longer_across = east - west > north - south
    best: tuple[float, bool, float, BaseGeometry, BaseGeometry] | None = None
    for upright in (longer_across, not longer_across)[:TRIES]:
        at = _cut_at(piece, share, upright)
        low, high = _sides(piece, at, upright)
        lost = _lesser_parts(low) + _lesser_parts(high)
        if best is None or lost < best[0]:
            best = (lost, upright, at, low, high)
        if lost < 0.02 * piece.area:
            break
    assert best is not None
    _, upright, at, low, high = best
    cuts.extend(_seam(low, at, upright))
    for side, count in ((low, fewer), (high, wanted - fewer)):
        parts = sorted(_polygons(side), key=lambda part: -part.area)
        _halve(parts[0], count, rng, pieces, cuts)
        pieces.extend(parts[1:])


def _cut_at(piece: Polygon, share: float, upright: bool) -> float:
    """Return the x (or y) of the line that leaves `share` of the area below it."""
    west, south, east, north = piece.bounds
    low, high = (west, east) if upright else (south, north)
    target = piece.area * share
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _sides(piece, middle, upright, both=False)[0].area < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _sides(
    piece: BaseGeometry, at: float, upright: bool, both: bool = True
) -> tuple[BaseGeometry, BaseGeometry]:
    if upright:
        low = shapely.clip_by_rect(piece, -FAR_M, -FAR_M, at, FAR_M)
        high = shapely.clip_by_rect(piece, at, -FAR_M, FAR_M, FAR_M) if both else low
    else:
        low = shapely.clip_by_rect(piece, -FAR_M, -FAR_M, FAR_M, at)
        high = shapely.clip_by_rect(piece, -FAR_M, at, FAR_M, FAR_M) if both else low
    return low, high


def _seam(side: BaseGeometry, at: float, upright: bool) -> list[LineString]:
    """Return the stretches of a side's outline that lie on the cut."""
    seam = []
    for part in _polygons(side):
        coords = np.array(part.exterior.coords)
        on = coords[:, 0 if upright else 1] == at
        for k in np.nonzero(on[1:] & on[:-1])[0]:
            seam.append(LineString(coords[k : k + 2]))
    return seam


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]


def _lesser_parts(shape: BaseGeometry) -> float:
    areas = sorted(part.area for part in _polygons(shape))
    return float(sum(areas[:-1])) if areas else float("inf")


def _turned(shape: G, centre: Array, angle: float, back: bool = False) -> G:
    """Return the shape turned about `centre`, which becomes (or, back, was) the origin."""
    turn: NDArray[np.float64] = np.array(
        [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    )
    if back:
        return shapely.transform(shape, lambda xy: xy @ turn + centre)
    return shapely.transform(shape, lambda xy: (xy - centre) @ turn)
