"""Over how many metres two borders run beside each other without being the same.

Two segments run beside each other where one lies within the tolerance of the other's line and
the angle between them is at most 45°, so that borders which only meet at a corner share nothing.
"""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gridsvc.core.geo.ownership import Segments

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Pair = tuple[int, int]

# Metres of a degree of latitude, good to half a percent: it only scales the tolerance.
_DEGREE_M = 111_000.0


def metres_beside(
    segments: Segments, lengths_m: Floats, one: Positions, other: Positions, tolerance_m: float
) -> Iterator[tuple[Pair, float]]:
    """Yield pairs of owners with the metres their segments run beside each other.

    `one` and `other` are paired positions of near segments, the owner of `one` lower. Each side
    is measured along itself, and the mean of both is taken.
    """
    sides: dict[Pair, float] = defaultdict(float)
    for line, beside in ((one, other), (other, one)):
        start, end = _stretches(segments, line, beside, tolerance_m)
        along = end > start
        found = zip(
            segments.owner[one[along]].tolist(),
            segments.owner[other[along]].tolist(),
            line[along].tolist(),
            start[along].tolist(),
            end[along].tolist(),
            strict=True,
        )
        # Partners of one segment may overlap; what two of them cover counts once.
        current, reached = (-1, -1, -1), 0.0
        for low, high, segment, begins, ends in sorted(found):
            if current != (low, high, segment):
                current, reached = (low, high, segment), 0.0
            sides[low, high] += max(0.0, ends - max(begins, reached)) * lengths_m[segment] / 2
            reached = max(reached, ends)
    for pair, metres in sides.items():
        yield pair, float(metres)


def _stretches(
    segments: Segments, line: Positions, beside: Positions, tolerance_m: float
) -> tuple[Floats, Floats]:
    """Return from which share to which share of each line its partner runs beside it.

    Nothing runs beside it where the end is not greater than the start.
    """
    low, high = segments.vertices[segments.low], segments.vertices[segments.high]
    origin = low[line]
    scale = np.stack((np.cos(np.radians(origin[:, 1])), np.ones(len(line))), axis=1) * _DEGREE_M
    axis = (high[line] - origin) * scale
    length = np.hypot(*axis.T)
    axis /= length[:, None]
    first, last = (low[beside] - origin) * scale, (high[beside] - origin) * scale
    # Coordinates along the line and across it.
    x1, x2 = (np.einsum("ij,ij->i", end, axis) for end in (first, last))
    y1, y2 = (axis[:, 0] * end[:, 1] - axis[:, 1] * end[:, 0] for end in (first, last))
    run, rise = x2 - x1, y2 - y1
    with np.errstate(divide="ignore", invalid="ignore"):
        cuts = np.sort(np.stack(((-tolerance_m - y1) / rise, (tolerance_m - y1) / rise)), axis=0)
    flat = rise == 0.0
    enters = np.where(flat, np.where(np.abs(y1) <= tolerance_m, 0.0, 1.0), np.clip(cuts[0], 0, 1))
    leaves = np.where(flat, 1.0, np.clip(cuts[1], 0, 1))
    ends = np.sort(np.stack((x1 + enters * run, x1 + leaves * run)), axis=0)
    start, end = np.clip(ends / length, 0.0, 1.0)
    apart = (np.abs(run) < np.abs(rise)) | (leaves <= enters)
    return np.where(apart, 1.0, start), np.where(apart, 0.0, end)
