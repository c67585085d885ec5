"""Why an outline cannot be built: which ring of which part, told from the file's own words."""

import re
import struct
from collections.abc import Iterator, Sequence

_FEWEST_POINTS = 4
_POLYGON, _MULTI_POLYGON = 3, 6
_DIMENSIONS = {0: 2, 1: 3, 2: 3, 3: 4}
_RING = re.compile(r"\(([^()]*)\)")

Position = Sequence[float]


def ring_name(part: int, ring: int) -> str:
    """Return what a ring is called: parts from 1, ring 0 of a part is its outer one."""
    which = "the outer ring" if ring == 0 else f"hole {ring}"
    return f"part {part}, {which}"


def ring_fault(first: Position, last: Position, points: int) -> str | None:
    """Return what keeps points from being a ring, or None."""
    if points < _FEWEST_POINTS:
        return f"has {points} points where a ring has four and more"
    if tuple(first[:2]) != tuple(last[:2]):
        return f"is not closed: it begins at {_place(first)} and ends at {_place(last)}"
    return None


def fault_in_wkb(wkb: bytes) -> str:
    """Return which ring of a (Multi)Polygon in WKB is broken, in words."""
    try:
        for part, ring, points in _rings_of_wkb(wkb):
            fault = ring_fault(points[0], points[-1], len(points)) if points else None
            if fault is not None:
                return f"{ring_name(part, ring)} {fault}"
    except (struct.error, IndexError, KeyError):
        pass
    return "its bytes are no geometry"


def fault_in_wkt(wkt: str) -> str:
    """Return which ring of a (Multi)Polygon in WKT is broken, in words."""
    head, _, body = wkt.partition("(")
    if head.split(None, 1)[:1] not in (["POLYGON"], ["MULTIPOLYGON"]):
        return "its text is no POLYGON or MULTIPOLYGON in WKT"
    is_multi = head.strip().upper().startswith("MULTI")
    part, ring = (0, -1) if is_multi else (1, -1)
    at = 0
    for found in _RING.finditer(body):
        # A part of a MULTIPOLYGON opens with a bracket of its own before its first ring.
        if is_multi and "(" in body[at : found.start()]:
            part, ring = part + 1, -1
        ring += 1
        at = found.end()
        try:
            points = [tuple(map(float, pair.split())) for pair in found[1].split(",")]
        except ValueError:
            return f"{ring_name(part, ring)} holds something that is not a number"
        fault = ring_fault(points[0], points[-1], len(points))
        if fault is not None:
            return f"{ring_name(part, ring)} {fault}"
    return "its brackets or commas do not match"


def _rings_of_wkb(wkb: bytes) -> Iterator[tuple[int, int, list[Position]]]:
    kind, dimensions, order, at = _head(wkb, 0)
    parts = 1
    if kind == _MULTI_POLYGON:
        (parts,) = struct.unpack_from(f"{order}I", wkb, at)
        at += 4
    elif kind != _POLYGON:
        return
    for part in range(1, parts + 1):
        if kind == _MULTI_POLYGON:
            _, dimensions, order, at = _head(wkb, at)
        (rings,) = struct.unpack_from(f"{order}I", wkb, at)
        at += 4
        for ring in range(rings):
            (points,) = struct.unpack_from(f"{order}I", wkb, at)
            at += 4
            numbers = struct.unpack_from(f"{order}{points * dimensions}d", wkb, at)
            at += points * dimensions * 8
            yield (
                part,
                ring,
                [numbers[i : i + 2] for i in range(0, len(numbers), dimensions)],
            )


def _head(wkb: bytes, at: int) -> tuple[int, int, str, int]:
    order = "<" if wkb[at] == 1 else ">"
    (code,) = struct.unpack_from(f"{order}I", wkb, at + 1)
    # Z and M stand in high bits (EWKB) or in the thousands (ISO).
    dimensions = 2 + bool(code & 0x80000000) + bool(code & 0x40000000)
    at += 9 if code & 0x20000000 else 5
    plain = code & 0x0FFFFFFF
    if plain >= 1000:
        dimensions = _DIMENSIONS[plain // 1000]
    return plain % 1000, dimensions, order, at


def _place(position: Position) -> str:
    return f"({position[0]:.10g} {position[1]:.10g})"
