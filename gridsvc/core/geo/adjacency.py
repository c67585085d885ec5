"""Which areas are neighbours, over how many metres, and across which city lines.

Inside one source neighbours share identical segments, so equal segments are counted. Two
sources, and two cities, never meet exactly: across such a line borders count as shared where
they run within 1 m of each other, when that is so over at least 3 m.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
import shapely
from numpy.typing import NDArray

from gridsvc.core.geo.beside import metres_beside
from gridsvc.core.geo.coverage import NamedOutlines
from gridsvc.core.geo.datum import MetricPlane, metric_plane_for
from gridsvc.core.geo.ownership import Segments, segments_of

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
#: Shared metres by pair of positions, the lower first.
Shared = dict[tuple[int, int], float]

#: How far apart two borders may run across a city line, and over how much at least.
CITY_LINE_M = 1.0
CITY_LINE_LEAST_M = 3.0
# Inside one source only a vertex that was rounded off its neighbour's segment is forgiven.
_SOURCE_M = 0.005
_SOURCE_LEAST_M = 0.05
_MOST_AREAS = np.int64(1 << 31)


class Contact(StrEnum):
    """How two areas touch."""

    #: Along a border.
    ROOK = "rook"
    #: In a point only.
    QUEEN = "queen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjacency:
    """Two neighbours; one value per unordered pair, the lower id first as text."""

    a: str
    b: str
    #: 0 for a contact in a point.
    shared_m: float
    kind: Contact
    crosses_city: bool


def adjacencies(
    areas: NamedOutlines,
    kind: Contact = Contact.ROOK,
    cities: Sequence[str] | None = None,
    sources: Sequence[int] | None = None,
) -> tuple[Adjacency, ...]:
    """Return the neighbours among areas, ordered by id.

    `kind` QUEEN adds contacts in a point to those along a border. `cities` labels each area
    with its city and `sources` with the file it is from; pairs of different cities or sources
    are matched with tolerance.
    """
    city = _labels(areas, cities, "city")
    source = _labels(areas, sources, "source")
    labels = city if source is None else source if city is None else _pair_keys(city, source)
    plane = metric_plane_for(areas.outlines_4490)
    segments = segments_of(areas.outlines_4490)
    rook = _equal_segments(segments, plane)
    touching: set[tuple[int, int]] = set()
    for pair, metres, least in _beside(segments, plane, labels):
        touching.add(pair)
        if metres >= least:
            rook[pair] = rook.get(pair, 0.0) + metres
    pairs: dict[tuple[int, int], float] = dict(rook)
    if kind is Contact.QUEEN:
        for pair in (*_equal_vertices(segments), *touching):
            pairs.setdefault(pair, 0.0)
    found = (
        Adjacency(
            a=min(areas.ids[i], areas.ids[j]),
            b=max(areas.ids[i], areas.ids[j]),
            shared_m=metres,
            kind=Contact.ROOK if (i, j) in rook else Contact.QUEEN,
            crosses_city=city is not None and bool(city[i] != city[j]),
        )
        for (i, j), metres in pairs.items()
    )
    return tuple(sorted(found, key=lambda one: (one.a, one.b)))


def _labels(
    areas: NamedOutlines, given: Sequence[str] | Sequence[int] | None, what: str
) -> Positions | None:
    if given is None:
        return None
    if len(given) != len(areas.ids):
        raise ValueError(f"{len(areas.ids)} areas, but {len(given)} {what} labels")
    return np.unique(given, return_inverse=True)[1].astype(np.int64)


def _equal_segments(segments: Segments, plane: MetricPlane) -> Shared:
    lengths = segments.lengths_m(plane)
    shared: Shared = {}
    order = np.argsort(segments.group, kind="stable")
    count = segments.owner_count[order]
    # In a coverage every inner segment has two owners: those are summed in one go.
    one, other = order[count == 2].reshape(-1, 2).T
    _add(shared, segments.owner[one], segments.owner[other], lengths[one])
    for size in np.unique(count[count > 2]):
        piles = order[count == size].reshape(-1, size)
        for i, j in combinations(range(int(size)), 2):
            one, other = piles[:, i], piles[:, j]
            _add(shared, segments.owner[one], segments.owner[other], lengths[one])
    return shared


def _add(shared: Shared, a: Positions, b: Positions, metres: Floats) -> None:
    apart = a != b
    low, high = np.minimum(a, b)[apart], np.maximum(a, b)[apart]
    pairs, which = np.unique(_pair_keys(low, high), return_inverse=True)
    sums = np.bincount(which, weights=metres[apart], minlength=pairs.size)
    for pair, total in zip(_pairs(pairs), sums.tolist(), strict=True):
        shared[pair] = shared.get(pair, 0.0) + total


def _equal_vertices(segments: Segments) -> Iterator[tuple[int, int]]:
    """Yield the pairs of areas that have a vertex in common (repeatedly)."""
    ends = np.concatenate((segments.low, segments.high))
    keys = np.unique(_pair_keys(ends, np.tile(segments.owner, 2)))
    vertex, owner = np.divmod(keys, _MOST_AREAS)
    _, start, count = np.unique(vertex, return_index=True, return_counts=True)
    for size in np.unique(count[count > 1]):
        owners = owner[start[count == size][:, None] + np.arange(size)]
        # Sorted by owner within a vertex, so the lower position comes first.
        for i, j in combinations(range(int(size)), 2):
            yield from _pairs(np.unique(_pair_keys(owners[:, i], owners[:, j])))


def _pair_keys(one: Positions, other: Positions) -> Positions:
    """Return one sortable number per pair: sorting pairs themselves is ten times slower."""
    return one * _MOST_AREAS + other


def _pairs(keys: Positions) -> Iterator[tuple[int, int]]:
    one, other = np.divmod(keys, _MOST_AREAS)
    return zip(one.tolist(), other.tolist(), strict=True)


def _beside(
    segments: Segments, plane: MetricPlane, labels: Positions | None
) -> Iterator[tuple[tuple[int, int], float, float]]:
    """Yield (pair, metres side by side, least metres to count) of borders that nobody shares.

    Pairs that only come near each other are yielded with 0 m.
    """
    alone = np.flatnonzero(segments.owner_count == 1)
    lines = segments.lines(plane, alone)
    lengths_m = segments.lengths_m(plane)
    tree = shapely.STRtree(lines)
    for across in (False,) if labels is None else (False, True):
        tolerance_m = CITY_LINE_M if across else _SOURCE_M
        least_m = CITY_LINE_LEAST_M if across else _SOURCE_LEAST_M
        one, other = alone[tree.query(lines, predicate="dwithin", distance=tolerance_m)]
        a, b = segments.owner[one], segments.owner[other]
        wanted = a < b
        if labels is not None:
            wanted &= (labels[a] != labels[b]) == across
        for pair in _pairs(np.unique(_pair_keys(a[wanted], b[wanted]))):
            yield pair, 0.0, least_m
        beside = metres_beside(segments, lengths_m, one[wanted], other[wanted], tolerance_m)
        for pair, metres in beside:
            yield pair, metres, least_m
