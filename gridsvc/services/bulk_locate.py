"""Place the rows of a CSV in the areas of a file: one pass, any size, all rows or none."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridsvc.core.geo.axis_doubt import doubt_axes
from gridsvc.core.geo.datum import BadCoordinate, UnknownDatum, check_datum, to_4490
from gridsvc.core.geo.locate import MATCHES, Answers, Area, Locator, Match
from gridsvc.services.area_files import AreaFile
from gridsvc.services.csv_text import Row, encoding_of, open_rows
from gridsvc.services.refusal import BadFile, Refusal
from gridsvc.services.whole_file import written_whole

Floats = NDArray[np.float64]

#: What is appended to every row.
APPENDED = ("area_id", "match", "edge_distance_m")
#: Rows that are held in memory at once, fewer where they are long.
CHUNK_ROWS = 50_000
CHUNK_CHARACTERS = 16_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PointColumns:
    """Where the points of a file stand, and in which datum."""

    lon: str = "lon"
    lat: str = "lat"
    datum: str = "wgs84"

    def __post_init__(self) -> None:
        try:
            check_datum(self.datum)
        except UnknownDatum as error:
            raise Refusal(f"{error}.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """How many rows went where."""

    rows: int
    by_match: dict[Match, int]

    @staticmethod
    def of(counts: NDArray[np.int64]) -> "Located":
        """Return counts by position in `MATCHES` by name."""
        return Located(
            rows=int(counts.sum()),
            by_match={match: int(counts[i]) for i, match in enumerate(MATCHES)},
        )


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
    columns: PointColumns,
    progress: Callable[[int], None] | None = None,
) -> Located:
    """Write the rows of `points` to `out` with area_id, match and edge_distance_m appended.

    The output keeps the input's encoding and appears whole or not at all: it is written beside
    its place and renamed. `BadFile` names the first row that is no place on Earth. `progress`
    is told the number of rows done.
    """
    check_paths(points, out)
    encoding = encoding_of(points)
    counts = np.zeros(len(MATCHES), dtype=np.int64)
    with points.open(encoding=encoding, newline="") as file:
        header, rows = open_rows(file, points)
        places = _positions(points, header, columns)
        with written_whole(out) as unfinished:
            done = 0
            with unfinished.open("w", encoding=encoding, newline="") as target:
                writer = csv.writer(target, lineterminator="\n")
                writer.writerow([*header, *APPENDED])
                for chunk in _chunks(rows):
                    if done == 0:
                        _check_axes(points, chunk, places, columns.datum)
                    lon, lat = _places(points, chunk, places, columns.datum)
                    found = locator.locate_many(lon, lat)
                    if (at := blank_row(lon, lat, found)) is not None:
                        raise unknown_place(points, str(chunk[at]))
                    writer.writerows(
                        [
                            *row.fields,
                            code,
                            MATCHES[match],
                            "" if metres != metres else f"{metres:.3f}",
                        ]
                        for row, code, match, metres in zip(
                            chunk,
                            codes_of(locator, found.index),
                            found.match,
                            told_metres(found.edge_distance_m),
                            strict=True,
                        )
                    )
                    counts += np.bincount(found.match, minlength=len(MATCHES))
                    done += len(chunk)
                    if progress is not None:
                        progress(done)
    return Located.of(counts)


def check_paths(points: Path, out: Path) -> None:
    """Refuse points that are no file, and an output that would replace them."""
    if not points.is_file():
        raise BadFile(points, "no such file", f"Looked for {points}")
    if out.resolve() == points.resolve():
        raise Refusal(f"{out.name}: the output would replace the points. Give another --out.")


def check_columns(points: Path, header: Sequence[str], columns: PointColumns) -> None:
    """Refuse a file without the columns of the points, or with one that would be appended."""
    for name in (columns.lon, columns.lat):
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


def told_metres(metres: Floats) -> Floats:
    """Return distances as they are written: to a millimetre, NaN where there is none."""
    # A place in no area stays below zero even where it is nearer than the last digit.
    rounded: Floats = np.where(
        metres >= 0.0, np.round(metres, 3), np.round(np.minimum(metres, -0.001), 3)
    )
    return rounded


def _positions(points: Path, header: list[str], columns: PointColumns) -> tuple[int, int]:
    check_columns(points, header, columns)
    return header.index(columns.lon), header.index(columns.lat)


def _check_axes(points: Path, chunk: list[Row], columns: tuple[int, int], datum: str) -> None:
    """Doubt the axes of a file by its first rows, where those are numbers at all."""
    try:
        x, y = (np.array([float(row.fields[column]) for row in chunk]) for column in columns)
    except ValueError:
        return
    doubt = doubt_axes(x, y, datum)
    if doubt is not None:
        raise BadFile(points, *doubt)


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    held = 0
    for row in rows:
        chunk.append(row)
        held += sum(map(len, row.fields))
        if len(chunk) >= CHUNK_ROWS or held >= CHUNK_CHARACTERS:
            yield chunk
            chunk, held = [], 0
    if chunk:
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


def blank_row(lon: Floats, lat: Floats, found: Answers) -> int | None:
    """Return the first row at 0/0, which devices write that know no place, where no area lies."""
    blank = (lon == 0.0) & (lat == 0.0) & (found.match == MATCHES.index(Match.OUTSIDE))
    return int(blank.argmax()) if blank.any() else None


def unknown_place(points: Path, row: str) -> BadFile:
    """Return the refusal of a row at 0/0."""
    return BadFile(
        points,
        f"{row} is at 0/0, which means that no place is known",
        "Correct the row or take it out",
    )


def codes_of(locator: Locator, index: NDArray[np.int32]) -> list[str]:
    """Return the codes of areas by position; nothing for none."""
    areas = locator.areas
    return [areas[i].code if i >= 0 else "" for i in index.tolist()]
