"""Place the rows of a CSV in the areas of a file: no database, one pass, all rows or none."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridsvc.core.geo.datum import BadCoordinate, UnknownDatum, check_datum, to_4490
from gridsvc.core.geo.locate import MATCHES, Area, Locator, Match
from gridsvc.services.area_files import AreaFile
from gridsvc.services.csv_text import Row, encoding_of, open_rows
from gridsvc.services.refusal import BadFile, Refusal
from gridsvc.services.whole_file import written_whole

Floats = NDArray[np.float64]

#: What is appended to every row.
APPENDED = ("area_id", "match", "edge_distance_m")
_CHUNK_ROWS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """How many rows went where."""

    rows: int
    by_match: dict[Match, int]


def locator_over(areas: AreaFile, nearest_m: float) -> Locator:
    """Return the locator over a file's areas, all of them of the home city."""
    try:
        return Locator(
            [
                Area(key=position, code=code, outline=outline)
                for position, (code, outline) in enumerate(
                    zip(areas.ids, areas.outlines_4490, strict=True)
                )
            ],
            nearest_m=nearest_m,
        )
    except ValueError as error:
        raise Refusal(f"{error}.") from None


def locate_csv(
    points: Path,
    out: Path,
    locator: Locator,
    *,
    lon_field: str = "lon",
    lat_field: str = "lat",
    datum: str = "wgs84",
    progress: Callable[[int], None] | None = None,
) -> Located:
    """Write the rows of `points` to `out` with area_id, match and edge_distance_m appended.

    The output keeps the input's encoding and appears whole or not at all: it is written beside
    its place and renamed. `BadFile` names the first row that is no place on Earth. `progress`
    is told the number of rows done.
    """
    try:
        check_datum(datum)
    except UnknownDatum as error:
        raise Refusal(f"{error}.") from None
    if not points.is_file():
        raise BadFile(points, "no such file", f"Looked for {points}")
    if out.resolve() == points.resolve():
        raise Refusal(f"{out.name}: the output would replace the points. Give another --out.")
    encoding = encoding_of(points)
    counts = np.zeros(len(MATCHES), dtype=np.int64)
    with points.open(encoding=encoding, newline="") as file:
        header, rows = open_rows(file, points)
        columns = _columns(points, header, lon_field, lat_field)
        with written_whole(out) as unfinished:
            done = 0
            with unfinished.open("w", encoding=encoding, newline="") as target:
                writer = csv.writer(target, lineterminator="\n")
                writer.writerow([*header, *APPENDED])
                for chunk in _chunks(rows):
                    lon, lat = _places(points, chunk, columns, datum)
                    found = locator.locate_many(lon, lat)
                    writer.writerows(
                        [*row.fields, _code(locator, index), MATCHES[match], _metres(metres)]
                        for row, index, match, metres in zip(
                            chunk, found.index, found.match, found.edge_distance_m, strict=True
                        )
                    )
                    counts += np.bincount(found.match, minlength=len(MATCHES))
                    done += len(chunk)
                    if progress is not None:
                        progress(done)
    return Located(rows=done, by_match={match: int(counts[i]) for i, match in enumerate(MATCHES)})


def _columns(points: Path, header: list[str], *names: str) -> tuple[int, int]:
    for name in names:
        if name not in header:
            raise BadFile(
                points,
                f"has no column {name!r}",
                f"Its columns are: {', '.join(header)}. Name yours with --lon-field and "
                "--lat-field",
            )
    for name in APPENDED:
        if name in header:
            raise BadFile(points, f"already has a column {name!r}", "Rename or remove it")
    lon, lat = (header.index(name) for name in names)
    return lon, lat


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, _CHUNK_ROWS)):
        yield chunk


def _places(
    points: Path, chunk: list[Row], columns: tuple[int, int], datum: str
) -> tuple[Floats, Floats]:
    lon, lat = (
        np.fromiter((_number(points, row, column) for row in chunk), float, len(chunk))
        for column in columns
    )
    try:
        return to_4490(lon, lat, datum)
    except BadCoordinate as error:
        row = chunk[error.position or 0]
        statement = str(error).partition(" at position")[0]
        raise BadFile(
            points,
            f"{row} is no place in {datum}: {statement}",
            "Correct the row, or declare the datum with --crs",
        ) from None


def _number(points: Path, row: Row, column: int) -> float:
    text = row.fields[column]
    try:
        return float(text)
    except ValueError:
        what = f"{text!r} is not a number" if text.strip() else "a coordinate is missing"
        raise BadFile(points, f"{row}: {what}", "Correct the row or take it out") from None


def _code(locator: Locator, index: int) -> str:
    return locator.areas[index].code if index >= 0 else ""


def _metres(metres: float) -> str:
    if np.isnan(metres):
        return ""
    # A place in no area stays below zero even where it is nearer than the last digit.
    return f"{metres:.3f}" if metres >= 0.0 else f"{min(metres, -0.001):.3f}"
