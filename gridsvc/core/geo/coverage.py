"""What keeps outlines from being a coverage: every defect with its place and its size.

Measured in the metric plane of the extent. Nothing is repaired here; an invalid outline takes
part in the other checks as GEOS would mend it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridsvc.core.geo.datum import MetricPlane, metric_plane_for
from gridsvc.core.geo.densify import FAITHFUL_SEGMENT_M, densified
from gridsvc.core.geo.misowned import find_misowned
from gridsvc.core.geo.problems import CoverageProblems as CoverageProblems
from gridsvc.core.geo.problems import Gap as Gap
from gridsvc.core.geo.problems import NamedOutlines as NamedOutlines
from gridsvc.core.geo.problems import OutsideParent as OutsideParent
from gridsvc.core.geo.problems import Overlap as Overlap
from gridsvc.core.geo.problems import Sliver as Sliver
from gridsvc.core.geo.rings import find_bad_rings

Geometries = NDArray[np.object_]

#: Gaps, overlaps and parts outside a parent below this are not told.
SMALLEST_M2 = 1.0
#: A part of an outline thinner than this in the mean is a sliver.
SLIVER_WIDTH_M = 3.0
# Areas this near to a gap border on it.
_TOUCH_M = 0.01


def find_problems(
    areas: NamedOutlines,
    parents: NamedOutlines | None = None,
    smallest_m2: float = SMALLEST_M2,
) -> CoverageProblems:
    """Return what keeps areas from being a coverage, of their parents when these are given.

    Without parents a gap is what areas enclose (a lake left out on purpose is told too); with
    parents also what lies along a parent's border.
    """
    landed = np.flatnonzero([o is not None and not o.is_empty for o in areas.outlines_4490])
    ids = [areas.ids[i] for i in landed]
    outlines = areas.outlines_4490[landed]
    plane = metric_plane_for(outlines)
    measured = _Measured(plane, ids, _mended(plane, outlines))
    union = shapely.union_all(measured.outlines)
    above = _mended(plane, parents.outlines_4490) if parents else np.array([], dtype=object)
    gaps, holes = _gaps(measured, union, above, smallest_m2)
    overlaps, doubled = _overlaps(measured, smallest_m2)
    junctions, misowned = find_misowned(ids, outlines, plane, union, [*holes, *doubled])
    return CoverageProblems(
        features=len(areas.ids),
        measured_in=plane.crs,
        invalid=find_bad_rings(ids, outlines),
        gaps=gaps,
        overlaps=overlaps,
        slivers=_slivers(measured),
        t_junctions=junctions,
        misowned=misowned,
        outside_parent=_outside(measured, parents.ids, above, smallest_m2) if parents else (),
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    plane: MetricPlane
    ids: Sequence[str]
    #: Valid, polygonal, in metres.
    outlines: Geometries
    tree: shapely.STRtree = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", shapely.STRtree(self.outlines))

    def place(self, piece: BaseGeometry) -> tuple[float, float]:
        """Return a lon/lat in the largest part of a piece."""
        parts = shapely.get_parts(piece)
        largest = parts[int(np.argmax(shapely.area(parts)))]
        point = shapely.point_on_surface(largest)
        return self.plane.unproject(float(shapely.get_x(point)), float(shapely.get_y(point)))

    def back(self, piece: BaseGeometry) -> BaseGeometry:
        """Return the land of a piece in lon/lat."""
        [outline] = self.plane.geometries_back(np.array([_polygonal(piece)], dtype=object))
        back: BaseGeometry = outline
        return back


def _mended(plane: MetricPlane, outlines_4490: Geometries) -> Geometries:
    outlines = plane.geometries(densified(outlines_4490, FAITHFUL_SEGMENT_M))
    broken = ~shapely.is_valid(outlines) & ~shapely.is_missing(outlines)
    outlines[broken] = shapely.make_valid(
        outlines[broken], method="structure", keep_collapsed=False
    )
    return outlines


def _polygonal(piece: BaseGeometry) -> BaseGeometry:
    """Drop the lines and points in which two outlines meet beside their common land."""
    parts = shapely.get_parts(piece)
    return shapely.union_all(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _width_m(piece: BaseGeometry) -> float:
    return float(2.0 * piece.area / piece.length) if piece.length else 0.0


def _gaps(
    measured: _Measured, union: BaseGeometry, parents: Geometries, smallest_m2: float
) -> tuple[tuple[Gap, ...], list[BaseGeometry]]:
    shells = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(union)))
    frame = shapely.union_all([*np.asarray(shells, dtype=object), *parents])
    pieces = shapely.get_parts(shapely.difference(frame, union))
    pieces = pieces[shapely.area(pieces) >= smallest_m2]
    pieces = pieces[np.argsort(-shapely.area(pieces), kind="stable")]
    gaps = []
    for piece in pieces:
        near = measured.tree.query(piece, predicate="dwithin", distance=_TOUCH_M)
        gaps.append(
            Gap(
                area_m2=float(piece.area),
                width_m=_width_m(piece),
                place=measured.place(piece),
                outline_4490=measured.back(piece),
                near=tuple(measured.ids[i] for i in np.sort(near)),
            )
        )
    return tuple(gaps), list(pieces)


def _overlaps(
    measured: _Measured, smallest_m2: float
) -> tuple[tuple[Overlap, ...], list[BaseGeometry]]:
    a, b = measured.tree.query(measured.outlines, predicate="intersects")
    a, b = a[a < b], b[a < b]
    doubled = shapely.intersection(measured.outlines[a], measured.outlines[b])
    areas = shapely.area(doubled)
    told = np.flatnonzero(areas >= smallest_m2)
    told = told[np.argsort(-areas[told], kind="stable")]
    doubled[told] = [_polygonal(piece) for piece in doubled[told]]
    overlaps = tuple(
        Overlap(
            a=measured.ids[a[i]],
            b=measured.ids[b[i]],
            area_m2=float(areas[i]),
            width_m=_width_m(doubled[i]),
            place=measured.place(doubled[i]),
            outline_4490=measured.back(doubled[i]),
        )
        for i in told
    )
    return overlaps, list(doubled[told])


def _slivers(measured: _Measured) -> tuple[Sliver, ...]:
    parts, owner = shapely.get_parts(measured.outlines, return_index=True)
    widths = 2.0 * shapely.area(parts) / shapely.length(parts)
    thin = np.flatnonzero(widths < SLIVER_WIDTH_M)
    return tuple(
        Sliver(
            id=measured.ids[owner[i]],
            area_m2=float(parts[i].area),
            width_m=float(widths[i]),
            place=measured.place(parts[i]),
            outline_4490=measured.back(parts[i]),
        )
        for i in thin[np.argsort(-shapely.area(parts[thin]), kind="stable")]
    )


def _outside(
    measured: _Measured, parent_ids: Sequence[str], parents: Geometries, smallest_m2: float
) -> tuple[OutsideParent, ...]:
    area, parent = shapely.STRtree(parents).query(measured.outlines, predicate="intersects")
    shared = shapely.area(shapely.intersection(measured.outlines[area], parents[parent]))
    outside = []
    for i, outline in enumerate(measured.outlines):
        mine = np.flatnonzero(area == i)
        best = mine[np.argmax(shared[mine])] if mine.size and shared[mine].max() > 0 else None
        beyond = outline
        if best is not None:
            beyond = outline.difference(parents[parent[best]])
        if beyond.area >= smallest_m2:
            outside.append(
                OutsideParent(
                    id=measured.ids[i],
                    parent=None if best is None else parent_ids[parent[best]],
                    area_m2=float(beyond.area),
                    place=measured.place(beyond),
                    outline_4490=measured.back(beyond),
                )
            )
    return tuple(sorted(outside, key=lambda one: -one.area_m2))
