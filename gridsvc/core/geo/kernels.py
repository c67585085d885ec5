"""The loops over segments, cells and places, compiled by Numba: the only room that knows it.

All in one file because Numba's cache of compiled code notices changes of this file only. Every
loop has its signature spelled out, so importing this module compiles it or fetches it from the
cache, and no call ever compiles anything.

The lattice. A cell is `CELL` × `CELL` units; vertices are rounded to even units and anchors stand
on odd ones, so a scanline through anchors meets no vertex. Within a cell, borders are kept as
segments cut to a window of half a cell around it, in 16-bit units from the cell's middle. What
is kept lies within 2.2 units of the true border and a place within 1.5 of its whole units, so
a place more than 4 units from every kept segment lies on the same side of the true border. A
place within `DOUBT` of one is not answered here.

What the numbers in tables mean: below `RECORD` an area; from `RECORD` on the offset of a record;
from `SPECIAL` on one of `FAR`, `NEAR`, `EXACT`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numba
import numpy as np
from numba import types

CELL_BITS = 14
CELL = 1 << CELL_BITS
#: A tile of the upper table is 8 × 8 cells.
TILE_BITS = 3
TILE = 1 << TILE_BITS
#: A cell keeps the segments that come this near to it, in units.
MARGIN = 16
#: Places this near to a kept segment, in units, are left to exact predicates.
DOUBT = 6
#: The default anchor of a cell stands here in both directions; always odd.
ANCHOR = 128 * 64 + 33

RECORD = 1 << 30
SPECIAL = 1 << 31
#: Marks in `match` for what the caller has to finish.
MATCH_NEAR = 253
MATCH_EXACT = 254
MATCH_BAD = 255
# Positions in `MATCHES`.
_INSIDE = 0
_OUTSIDE = 4

# A special entry carries its match in the lowest byte.
#: In no area, and too far from all to be given to the nearest.
FAR = SPECIAL + _OUTSIDE
#: In no area; one may be within reach.
NEAR = SPECIAL + MATCH_NEAR
#: Left to exact predicates: several areas overlap here, or more borders meet than a record holds.
EXACT = SPECIAL + MATCH_EXACT
_BAD = SPECIAL + MATCH_BAD

#: While building: more than one area holds an anchor.
SEVERAL = 0xFFFFFFFF

_NOWHERE = 0
_HANDFUL = 128
_TILE_UNITS = CELL_BITS + TILE_BITS
_DOUBTFUL = 1 << 16
_MOST_AREAS = 8
_MOST_SEGMENTS = 120
_MOST_REFERENCES = 480
_HALF = CELL // 2

# Beside the package, as all that is written, unless the environment names a place.
_config: Any = numba.config
if not _config.CACHE_DIR:
    _config.CACHE_DIR = str(Path(__file__).resolve().parents[3] / "var" / "numba")

Loop = Callable[..., Any]


def _compiled(signature: Any) -> Callable[[Loop], Loop]:
    return cast(
        Callable[[Loop], Loop],
        numba.njit(signature, cache=True, nogil=True, error_model="numpy"),
    )


def _within(part: Loop) -> Loop:
    """Compile into the loops that use it."""
    return cast(Loop, numba.njit(inline="always", error_model="numpy")(part))


def _read(kind: Any) -> Any:
    return types.Array(kind, 1, "C", readonly=True)


_f8, _i8, _i4 = types.float64, types.int64, types.int32
_words, _halves, _bytes = _read(types.uint32), _read(types.int16), _read(types.uint8)


# ---- building -------------------------------------------------------------------------------


@_within
def _upward(x, y, k):
    """The segment from a vertex to the next, its lower end first."""
    x0, y0, x1, y1 = np.int64(x[k]), np.int64(y[k]), np.int64(x[k + 1]), np.int64(y[k + 1])
    if y0 > y1:
        return x1, y1, x0, y0
    return x0, y0, x1, y1


@_within
def _cell_of(block, row, column):
    return (block << (2 * TILE_BITS)) + ((row & (TILE - 1)) << TILE_BITS) + (column & (TILE - 1))


@_within
def _columns_in_band(x0, y0, x1, y1, low, high, bits, last):
    """First and last column that a segment with y0 ≤ y1 meets between two heights."""
    if y0 == y1:
        west, east = min(x0, x1), max(x0, x1)
    else:
        slope = (x1 - x0) / (y1 - y0)
        a = x0 + slope * (max(low, y0) - y0)
        b = x0 + slope * (min(high, y1) - y0)
        west, east = np.int64(np.floor(min(a, b))) - 1, np.int64(np.ceil(max(a, b))) + 1
    return max((west - MARGIN) >> bits, 0), min((east + MARGIN) >> bits, last)


@_compiled(types.void(_read(_i4), _read(_i4), _read(_i4), types.uint8[:, ::1]))
def mark_tiles(x, y, owner, touched):
    """Mark the tiles that borders come near to; `owner` −1 ends a ring."""
    bits = CELL_BITS + TILE_BITS
    rows, columns = touched.shape
    for k in range(owner.size):
        if owner[k] < 0:
            continue
        x0, y0, x1, y1 = _upward(x, y, k)
        for row in range(max((y0 - MARGIN) >> bits, 0), min((y1 + MARGIN) >> bits, rows - 1) + 1):
            low, high = (row << bits) - MARGIN, ((row + 1) << bits) + MARGIN
            west, east = _columns_in_band(x0, y0, x1, y1, low, high, bits, columns - 1)
            touched[row, west : east + 1] = 1


@_compiled(
    types.void(
        _read(_i4), _read(_i4), _read(_i4), types.int32[:, ::1], types.uint32[::1],
        types.uint32[::1], types.boolean,
    )
)  # fmt: skip
def refer(x, y, owner, block, cursor, references, keep):
    """Count the segments near each cell in `cursor`, or write them where it points and move it."""
    rows, columns = block.shape[0] << TILE_BITS, block.shape[1] << TILE_BITS
    for k in range(owner.size):
        if owner[k] < 0:
            continue
        x0, y0, x1, y1 = _upward(x, y, k)
        top = min((y1 + MARGIN) >> CELL_BITS, rows - 1)
        for row in range(max((y0 - MARGIN) >> CELL_BITS, 0), top + 1):
            low, high = (row << CELL_BITS) - MARGIN, ((row + 1) << CELL_BITS) + MARGIN
            west, east = _columns_in_band(x0, y0, x1, y1, low, high, CELL_BITS, columns - 1)
            for column in range(west, east + 1):
                home = np.int64(block[row >> TILE_BITS, column >> TILE_BITS])
                if home >= 0:
                    cell = _cell_of(home, row, column)
                    if keep:
                        references[cursor[cell]] = k
                    cursor[cell] += 1


@_within
def _crossing(x0, y0, x1, y1, height):
    """The first whole unit on or right of where a segment crosses y0 < height < y1."""
    return x0 - (-(height - y0) * (x1 - x0)) // (y1 - y0)


@_compiled(
    types.void(
        _read(_i4), _read(_i4), _read(_i4), _read(_i8), types.int32[:, ::1],
        types.uint32[:, ::1], types.uint32[::1],
    )
)  # fmt: skip
def hold_anchors(x, y, owner, starts, block, tile_state, cell_state):
    """Write into each cell (or tile without borders) which area + 1 holds its default anchor.

    The parity of all rings of an area counts, which is how GEOS places points in any outline.
    """
    columns = block.shape[1] << TILE_BITS
    crossings = np.empty(1024, dtype=np.int64)
    for i in range(starts.size - 1):
        begin, end = starts[i], starts[i + 1]
        count, area = 0, np.int64(owner[begin])
        for k in range(begin, end):
            if owner[k] < 0:
                continue
            x0, y0, x1, y1 = _upward(x, y, k)
            first = ((y0 - ANCHOR) >> CELL_BITS) + 1
            last = (y1 - ANCHOR) >> CELL_BITS
            if count + last - first + 1 > crossings.size:
                longer = np.empty(2 * (count + last - first + 1), dtype=np.int64)
                longer[:count] = crossings[:count]
                crossings = longer
            for row in range(first, last + 1):
                height = (row << CELL_BITS) + ANCHOR
                crossing = _crossing(x0, y0, x1, y1, height)
                column = (crossing - ANCHOR + CELL - 1) >> CELL_BITS
                crossings[count] = row * (columns + 1) + column
                count += 1
        found = crossings[:count]
        found.sort()
        for c in range(0, count, 2):
            row = found[c] // (columns + 1)
            column = found[c] - row * (columns + 1)
            until = found[c + 1] - row * (columns + 1)
            while column < until:
                home = np.int64(block[row >> TILE_BITS, column >> TILE_BITS])
                if home >= 0:
                    cell = _cell_of(home, row, column)
                    empty = cell_state[cell] == _NOWHERE
                    cell_state[cell] = area + 1 if empty else SEVERAL
                    column += 1
                else:
                    if row & (TILE - 1) == 0:
                        empty = tile_state[row >> TILE_BITS, column >> TILE_BITS] == _NOWHERE
                        tile_state[row >> TILE_BITS, column >> TILE_BITS] = (
                            area + 1 if empty else SEVERAL
                        )
                    column = ((column >> TILE_BITS) + 1) << TILE_BITS


@_within
def _is_doubtful(x0, y0, x1, y1, side, px, py):
    """Whether a place is too near a kept segment; `side` is its turn from the segment."""
    return (
        abs(side) <= DOUBT * (abs(x1 - x0) + abs(y1 - y0))
        and min(x0, x1) - DOUBT <= px <= max(x0, x1) + DOUBT
        and min(y0, y1) - DOUBT <= py <= max(y0, y1) + DOUBT
    )


@_within
def _cut(x0, y0, x1, y1):
    """A segment's part in the window of a cell, whole units from its middle; ends in order."""
    if x0 > x1 or (x0 == x1 and y0 > y1):
        x0, y0, x1, y1 = x1, y1, x0, y0
    low, high = 0.0, 1.0
    dx, dy = np.float64(x1 - x0), np.float64(y1 - y0)
    for start, step in ((x0, dx), (y0, dy)):
        if step != 0.0:
            a, b = (-CELL - start) / step, (CELL - start) / step
            low, high = max(low, min(a, b)), min(high, max(a, b))
    if low > 0.0:
        cx0, cy0 = np.int64(np.rint(x0 + low * dx)), np.int64(np.rint(y0 + low * dy))
    else:
        cx0, cy0 = x0, y0
    if high < 1.0:
        cx1, cy1 = np.int64(np.rint(x0 + high * dx)), np.int64(np.rint(y0 + high * dy))
    else:
        cx1, cy1 = x1, y1
    return cx0, cy0, cx1, cy1


@_compiled(
    types.int64(
        _read(_i4), _read(_i4), _read(_i4), _read(_i8), types.uint32[::1],
        _read(types.uint32), _read(types.uint32), types.uint32[::1],
    )
)  # fmt: skip
def write_records(x, y, owner, corners, cells, ends, references, words):
    """Turn each cell's state into its entry, writing a record where borders run; words used.

    `corners` holds column and row of each block's first cell. A record is one word (number of
    segments, number of areas, areas at the anchor as bits, place of the anchor), then the areas,
    then two words per segment, then one byte per segment telling whose border it is, as bits.
    """
    segment = np.empty((_MOST_SEGMENTS + 1, 4), dtype=np.int64)
    sides = np.empty(_MOST_SEGMENTS + 1, dtype=np.int64)
    areas = np.empty(_MOST_AREAS, dtype=np.uint32)
    halves, octets = words.view(np.int16), words.view(np.uint8)
    begin, at = np.int64(0), 0
    for cell in range(cells.size):
        end = np.int64(ends[cell])
        own = references[begin:end]
        begin = end
        state = cells[cell]
        if state == SEVERAL:
            cells[cell] = EXACT
            continue
        if own.size == 0:
            cells[cell] = NEAR if state == _NOWHERE else state - 1
            continue
        cells[cell] = EXACT
        if own.size > _MOST_REFERENCES:
            continue
        block, place = cell >> (2 * TILE_BITS), cell & ((1 << (2 * TILE_BITS)) - 1)
        middle_x = ((corners[2 * block] + (place & (TILE - 1))) << CELL_BITS) + _HALF
        middle_y = ((corners[2 * block + 1] + (place >> TILE_BITS)) << CELL_BITS) + _HALF

        held, areas_held = 0, 0
        if state != _NOWHERE:
            areas[0], areas_held, held = state - 1, 1, 1
        count = 0
        fits = True
        for k in own:
            slot = 0
            while slot < areas_held and areas[slot] != owner[k]:
                slot += 1
            if slot == areas_held:
                if areas_held == _MOST_AREAS:
                    fits = False
                    break
                areas[slot] = owner[k]
                areas_held += 1
            x0, y0, x1, y1 = _cut(
                x[k] - middle_x, y[k] - middle_y, x[k + 1] - middle_x, y[k + 1] - middle_y
            )
            same = 0
            while same < count and not (
                segment[same, 0] == x0
                and segment[same, 1] == y0
                and segment[same, 2] == x1
                and segment[same, 3] == y1
            ):
                same += 1
            if same == count:
                if count == _MOST_SEGMENTS:
                    fits = False
                    break
                segment[same, 0], segment[same, 1] = x0, y0
                segment[same, 2], segment[same, 3] = x1, y1
                sides[same] = 0
                count += 1
            sides[same] ^= 1 << slot
        if not fits:
            continue

        # The default anchor, or one beside it on the same height that is clear of all borders.
        py = ANCHOR - _HALF
        for step in range(16):
            anchor = 128 + ((step + 1) >> 1) * (15 if step & 1 else -15)
            px = anchor * 64 + 33 - _HALF
            clear = True
            for s in range(count):
                x0, y0, x1, y1 = segment[s, 0], segment[s, 1], segment[s, 2], segment[s, 3]
                side = (x1 - x0) * (py - y0) - (y1 - y0) * (px - x0)
                if _is_doubtful(x0, y0, x1, y1, side, px, py):
                    clear = False
                    break
            if clear:
                break
        if not clear:
            continue
        height = middle_y + py
        for k in own:
            x0, y0, x1, y1 = _upward(x, y, k)
            if y0 < height < y1:
                crossing = _crossing(x0, y0, x1, y1, height) - middle_x
                if (crossing <= px) != (crossing <= ANCHOR - _HALF):
                    slot = 0
                    while areas[slot] != owner[k]:
                        slot += 1
                    held ^= 1 << slot

        if count & 1:
            # Segments are looked at in pairs: one nowhere near completes the last.
            segment[count], sides[count] = CELL, 0
            count += 1
        if at >= RECORD:
            return at
        cells[cell] = RECORD + at
        words[at] = count | (areas_held << 8) | (held << 16) | (anchor << 24)
        at += 1
        for slot in range(areas_held):
            words[at] = areas[slot]
            at += 1
        for s in range(count):
            for i in range(4):
                halves[2 * at + i] = segment[s, i]
            at += 2
        for s in range(count):
            octets[4 * at + s] = sides[s]
        at += (count + 3) >> 2
    return at


# ---- looking up -----------------------------------------------------------------------------


# One body, because a table passed to a part of it would be counted in and out for every place.
# It takes a handful of places at a time through short loops with few branches to guess, so that
# the memory of many places is fetched at once. Tables hold one entry at least, which is read
# where there is nothing to read.
@_compiled(
    _i8(
        _read(_f8), _read(_f8), _read(_f8), _words, _words, _words, _halves, _bytes,
        types.int32[::1], types.uint8[::1],
    )
)  # fmt: skip
def find_many(lon, lat, frame, tiles, cells, words, halves, octets, index, match):
    """Write area and match of many places; return how many the caller has to finish."""
    west, south, per_lon, per_lat = frame[0], frame[1], frame[2], frame[3]
    width, height, columns = frame[4], frame[5], np.int64(frame[10])
    xs, ys = np.empty(_HANDFUL, dtype=np.int32), np.empty(_HANDFUL, dtype=np.int32)
    entries = np.empty(_HANDFUL, dtype=np.uint32)
    bordered, heads = np.empty(_HANDFUL, dtype=np.int64), np.empty(_HANDFUL, dtype=np.int64)
    unfinished = 0
    for start in range(0, lon.size, _HANDFUL):
        taken = min(lon.size - start, _HANDFUL)
        # Slices, because an index that may be below zero would keep loops from being vectorised.
        lons, lats = lon[start : start + taken], lat[start : start + taken]
        for j in range(taken):
            x, y = (lons[j] - west) * per_lon, (lats[j] - south) * per_lat
            on_table = (x >= 0.0) & (x < width) & (y >= 0.0) & (y < height)
            on_table &= (abs(lons[j]) <= 180.0) & (abs(lats[j]) <= 90.0)
            xs[j] = np.int32(x if on_table else -1.0)
            ys[j] = np.int32(y if on_table else 0.0)
        off = 0
        for j in range(taken):
            column, row = max(xs[j], 0) >> _TILE_UNITS, ys[j] >> _TILE_UNITS
            entries[j] = tiles[row * columns + column]
            off += xs[j] < 0
        if off:
            for j in range(taken):
                if xs[j] < 0:
                    near = frame[6] <= lons[j] <= frame[8] and frame[7] <= lats[j] <= frame[9]
                    is_place = abs(lons[j]) <= 180.0 and abs(lats[j]) <= 90.0
                    entries[j] = (NEAR if near else FAR) if is_place else _BAD
        count = 0
        for j in range(taken):
            entry = np.int64(entries[j])
            in_block = np.int64((entry >= RECORD) & (entry < SPECIAL))
            cell = _cell_of(entry - RECORD, ys[j] >> CELL_BITS, xs[j] >> CELL_BITS) * in_block
            entry = np.int64(cells[cell]) if in_block else entry
            entries[j] = entry
            bordered[count] = j
            count += np.int64((entry >= RECORD) & (entry < SPECIAL))
        for b in range(count):
            heads[b] = np.int64(words[np.int64(entries[bordered[b]]) - RECORD])
        for b in range(count):
            j, head = bordered[b], heads[b]
            at = np.int64(entries[j]) - RECORD
            px = (np.int64(xs[j]) & (CELL - 1)) - _HALF
            py = (np.int64(ys[j]) & (CELL - 1)) - _HALF
            ax, ay = (head >> 24) * 64 + 33 - _HALF, ANCHOR - _HALF
            ux, uy = px - ax, py - ay
            segments, areas_held, held = head & 0xFF, (head >> 8) & 0xFF, (head >> 16) & 0xFF
            first = 2 * (at + 1 + areas_held)
            sides = 2 * first + 8 * segments
            for s in range(0, segments, 2):
                for half in range(2):
                    x0, y0 = np.int64(halves[first]), np.int64(halves[first + 1])
                    x1, y1 = np.int64(halves[first + 2]), np.int64(halves[first + 3])
                    first += 4
                    dx, dy = x1 - x0, y1 - y0
                    side = dx * (py - y0) - dy * (px - x0)
                    # The way from the anchor crosses the segment when the ends of each lie on
                    # both sides of the other: when both pairs of turns differ in sign.
                    before = ux * (y0 - ay) - uy * (x0 - ax)
                    after = ux * (y1 - ay) - uy * (x1 - ax)
                    from_anchor = side + after - before
                    crossed = ((before ^ after) & (side ^ from_anchor)) >> 63
                    held ^= np.int64(octets[sides + s + half]) & crossed
                    if _is_doubtful(x0, y0, x1, y1, side, px, py):
                        held |= _DOUBTFUL
            if 0 < held <= 2:
                entry = np.int64(words[at + held])
            elif held == 0:
                entry = np.int64(NEAR)
            elif held & (held - 1) or held == _DOUBTFUL:
                entry = np.int64(EXACT)
            else:
                at += 1
                while held > 1:
                    held >>= 1
                    at += 1
                entry = np.int64(words[at])
            entries[j] = entry
        found, how = index[start : start + taken], match[start : start + taken]
        for j in range(taken):
            entry = np.int64(entries[j])
            found[j] = np.int32(entry if entry < RECORD else -1)
            how[j] = np.uint8(entry & 0xFF if entry >= RECORD else _INSIDE)
            unfinished += np.int64((entry == NEAR) | (entry == EXACT))
    return unfinished


@_compiled(_i8(_f8, _f8, _read(_f8), _words, _words, _words, _halves, _bytes))
def find_one(lon, lat, frame, tiles, cells, words, halves, octets):
    """Return the area of one place inside one, or −1 − what `find_many` writes into `match`."""
    index, match = np.empty(1, dtype=np.int32), np.empty(1, dtype=np.uint8)
    find_many(
        np.full(1, lon), np.full(1, lat), frame, tiles, cells, words, halves, octets, index, match
    )
    return np.int64(index[0]) if match[0] == _INSIDE else np.int64(-1) - np.int64(match[0])


#: Loops that are called from outside; their `stats` tell what was compiled and what was fetched.
LOOPS = (mark_tiles, refer, hold_anchors, write_records, find_many, find_one)
