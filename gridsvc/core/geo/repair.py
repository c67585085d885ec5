"""What a repair would make of outlines that are no coverage: proposed, measured, never applied.

Invalid rings are made valid, vertices are put on a lattice of a millimetre, and each group of
outlines is cleaned to a coverage: overlaps go to one side, narrow gaps are filled, missing
vertices are added. An outline that would vanish is refused, because a cleaner drops it silently.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gridsvc.core.geo.datum import MetricPlane, metric_plane_for
from gridsvc.core.geo.densify import densified
from gridsvc.core.geo.misowned import find_misowned
from gridsvc.core.geo.problems import NamedOutlines

Geometries = NDArray[np.object_]

#: Vertices stand on a lattice of this many metres afterwards.
LATTICE_M = 0.001
#: Gaps narrower than this are filled unless another width is asked for.
GAP_WIDTH_M = 1.0
#: Vertices nearer to each other, or to a neighbour's segment, than this become one.
_SNAP_M = 0.005
_DECIMALS = 3
# Land below this is the rounding of a border, not a piece of land that changed hands.
_SMALLEST_M2 = 0.01
_PLACE_IN_REASON = re.compile(r"\s*\[[^\]]*\]$")


class WouldVanish(ValueError):
    """A repair would leave areas without land; `ids` names them."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        super().__init__(f"a repair would leave {', '.join(ids)} without land")


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLand:
    """A piece of land that an area would gain or lose."""

    id: str
    is_gained: bool
    area_m2: float
    outline_4490: BaseGeometry = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairedArea:
    """One area before and after."""

    id: str
    #: What would be done to it, in words; empty when its vertices would only be rounded.
    done: tuple[str, ...]
    before_m2: float
    after_m2: float
    #: None for an area without land, which stays so.
    before_4490: BaseGeometry | None = field(repr=False, compare=False)
    after_4490: BaseGeometry | None = field(repr=False, compare=False)

    @property
    def delta_m2(self) -> float:
        """Square metres it would gain, negative when it would lose."""
        return self.after_m2 - self.before_m2


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What would become of a file of areas, in its order."""

    measured_in: str
    gap_width_m: float
    areas: tuple[RepairedArea, ...]
    moved: tuple[MovedLand, ...]

    @property
    def changed(self) -> tuple[RepairedArea, ...]:
        """The areas of which more would change than the last digits, most land first."""
        return tuple(
            sorted((one for one in self.areas if one.done), key=lambda one: -abs(one.delta_m2))
        )


def propose_repair(
    areas: NamedOutlines, groups: Sequence[str] | None = None, gap_width_m: float = GAP_WIDTH_M
) -> Repair:
    """Return what a repair would make of areas.

    `groups` labels each area with the coverage it belongs to (a level, a city): those of
    different groups do not touch each other's land. Raises `WouldVanish`.
    """
    landed = np.flatnonzero([o is not None and not o.is_empty for o in areas.outlines_4490])
    plane = metric_plane_for(areas.outlines_4490[landed])
    # Straight in lon/lat is not straight in the plane: long segments are cut, as on import.
    given = plane.geometries(densified(areas.outlines_4490[landed]))
    snapped = _made_valid(_on_lattice(_made_valid(given)))
    labels = np.zeros(landed.size, dtype=np.int64)
    if groups is not None:
        labels = np.unique(np.asarray(groups, dtype=object)[landed], return_inverse=True)[1]
    cleaned = _cleaned(snapped, labels, plane, gap_width_m)
    _check_land(areas.ids, landed, cleaned)
    after_4490 = plane.geometries_back(cleaned)
    gained, lost = _moved(snapped, cleaned)
    repaired = {
        int(position): RepairedArea(
            id=areas.ids[position],
            done=_done(given[i], snapped[i], cleaned[i], gained[i], lost[i]),
            before_m2=float(given[i].area),
            after_m2=float(cleaned[i].area),
            before_4490=areas.outlines_4490[position],
            after_4490=after_4490[i],
        )
        for i, position in enumerate(landed)
    }
    ids = [areas.ids[i] for i in landed]
    return Repair(
        measured_in=plane.crs,
        gap_width_m=gap_width_m,
        areas=tuple(
            repaired.get(position) or _landless(one) for position, one in enumerate(areas.ids)
        ),
        moved=(*_pieces(ids, gained, plane, True), *_pieces(ids, lost, plane, False)),
    )


def _landless(area_id: str) -> RepairedArea:
    return RepairedArea(
        id=area_id, done=(), before_m2=0.0, after_m2=0.0, before_4490=None, after_4490=None
    )


def _made_valid(outlines: Geometries) -> Geometries:
    valid = outlines.copy()
    broken = ~shapely.is_valid(outlines)
    valid[broken] = shapely.make_valid(outlines[broken], method="structure", keep_collapsed=False)
    return valid


def _on_lattice(outlines: Geometries) -> Geometries:
    """Round every vertex by itself, so that a shared one stays shared."""
    xy = np.round(shapely.get_coordinates(outlines), _DECIMALS)
    rounded: Geometries = shapely.set_coordinates(outlines.copy(), xy)
    return rounded


def _cleaned(
    outlines: Geometries, labels: NDArray[np.int64], plane: MetricPlane, gap_width_m: float
) -> Geometries:
    cleaned = outlines.copy()
    for label in np.unique(labels):
        mine = np.flatnonzero((labels == label) & ~shapely.is_empty(outlines))
        if mine.size and not _is_clean(outlines[mine], plane, gap_width_m):
            cleaned[mine] = shapely.coverage_clean(  # type: ignore[attr-defined]  # 2.2, not in the stubs yet
                outlines[mine], gap_width=gap_width_m, snapping_distance=_SNAP_M
            )
    # Nodes that were made where borders crossed are rounded too, in both areas alike.
    return _on_lattice(cleaned)


def _is_clean(outlines: Geometries, plane: MetricPlane, gap_width_m: float) -> bool:
    """Tell whether there is nothing to clean, so that a good file comes back as it was."""
    if not shapely.coverage_is_valid(outlines, gap_width=gap_width_m):
        return False
    # GEOS passes half of the vertices that were rounded off a neighbour's segment.
    ids = [""] * len(outlines)
    back = plane.geometries_back(outlines)
    junctions, _ = find_misowned(ids, back, plane, shapely.union_all(outlines), [])
    return not junctions


def _check_land(ids: Sequence[str], landed: NDArray[np.int64], cleaned: Geometries) -> None:
    vanished = np.flatnonzero(shapely.area(cleaned) <= 0.0)
    if vanished.size:
        raise WouldVanish([ids[landed[i]] for i in vanished])


def _moved(before: Geometries, after: Geometries) -> tuple[Geometries, Geometries]:
    same = _same(before, after)
    gained = np.array([shapely.Polygon()] * len(before), dtype=object)
    lost = gained.copy()
    gained[~same] = shapely.difference(after[~same], before[~same])
    lost[~same] = shapely.difference(before[~same], after[~same])
    return gained, lost


def _same(before: Geometries, after: Geometries) -> NDArray[np.bool_]:
    """Tell which outlines have the same vertices, however their rings and parts are written."""
    one, other = (
        shapely.normalize(
            np.array([MultiPolygon(list(shapely.get_parts(o))) for o in side.tolist()])
        )
        for side in (before, after)
    )
    same: NDArray[np.bool_] = shapely.equals_exact(one, other, LATTICE_M / 2)
    return same


def _done(
    given: BaseGeometry,
    snapped: BaseGeometry,
    cleaned: BaseGeometry,
    gained: BaseGeometry,
    lost: BaseGeometry,
) -> tuple[str, ...]:
    done = []
    if not given.is_valid:
        reason = _PLACE_IN_REASON.sub("", str(shapely.is_valid_reason(given)))
        done.append(f"made valid ({reason})")
    for piece, verb in ((gained, "gained"), (lost, "lost")):
        if piece.area >= _SMALLEST_M2:
            done.append(f"{verb} {piece.area:,.2f} m²")
    added = shapely.get_num_coordinates(cleaned) - shapely.get_num_coordinates(snapped)
    if added:
        done.append(f"{abs(added)} vertices {'added' if added > 0 else 'removed'}")
    elif not done and not _same(*np.array([[snapped], [cleaned]], dtype=object))[0]:
        done.append("vertices moved to a neighbour's")
    return tuple(done)


def _pieces(
    ids: Sequence[str], pieces: Geometries, plane: MetricPlane, is_gained: bool
) -> list[MovedLand]:
    parts, owner = shapely.get_parts(pieces, return_index=True)
    told = np.flatnonzero(shapely.area(parts) >= _SMALLEST_M2)
    back = plane.geometries_back(parts[told])
    return [
        MovedLand(
            id=ids[owner[part]],
            is_gained=is_gained,
            area_m2=float(parts[part].area),
            outline_4490=outline,
        )
        for part, outline in zip(told, back, strict=True)
    ]
