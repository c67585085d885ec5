"""Geocode the rows of a CSV: one pass, all rows or none, in the file's own encoding."""

import csv
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from gridsvc.core.address.choice import Confidence
from gridsvc.services.addresses import Geocoded, geocode_many
from gridsvc.services.context import Context
from gridsvc.services.csv_text import Row, encoding_of, open_rows
from gridsvc.services.ground import NoGeneration
from gridsvc.services.refusal import BadFile, Refusal
from gridsvc.services.whole_file import written_whole

#: What is appended to every row. Of an ambiguous text nothing is chosen: the texts of the
#: candidates stand in one column, the others stay empty.
APPENDED = (
    *("confidence", "candidates", "matched", "level", "score"),
    *("address_code", "lon", "lat", "grid_code", "community_code"),
)
_CHUNK_ROWS = 500
_SEPARATOR = " | "


def row_count(addresses: Path) -> int | None:
    """Return how many lines a file has below its header, for a progress bar."""
    if not addresses.is_file():
        return None
    with addresses.open("rb") as file:
        return max(
            0, sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1
        )


def geocode_csv(
    ctx: Context,
    addresses: Path,
    out: Path,
    *,
    field: str = "address",
    progress: Callable[[int], None] | None = None,
) -> dict[str, int]:
    """Write the rows of a file to `out` with their answers; return rows by confidence.

    `BadFile` names the first row that cannot be read; then nothing is written.
    """
    if not addresses.is_file():
        raise BadFile(addresses, "no such file", f"Looked for {addresses}")
    if out.resolve() == addresses.resolve():
        raise Refusal(f"{out.name}: the output would replace the addresses. Give another --out.")
    encoding = encoding_of(addresses)
    counts = dict.fromkeys((c.value for c in Confidence), 0)
    with addresses.open(encoding=encoding, newline="") as file:
        header, rows = open_rows(file, addresses)
        column = _column(addresses, header, field)
        with written_whole(out) as unfinished:
            done = 0
            with unfinished.open("w", encoding=encoding, newline="") as target:
                writer = csv.writer(target, lineterminator="\n")
                writer.writerow([*header, *APPENDED])
                for chunk in _chunks(rows):
                    try:
                        answers = geocode_many(ctx, [row.fields[column] for row in chunk])
                    except NoGeneration as error:
                        raise Refusal(f"{error}.") from None
                    for row, answer in zip(chunk, answers, strict=True):
                        writer.writerow([*row.fields, *_cells(answer)])
                        counts[answer.confidence] += 1
                    done += len(chunk)
                    if progress is not None:
                        progress(done)
    return counts


def _column(addresses: Path, header: list[str], field: str) -> int:
    if field not in header:
        raise BadFile(
            addresses,
            f"has no column {field!r}",
            f"Its columns are: {', '.join(header)}. Name yours with --field",
        )
    for name in APPENDED:
        if name in header:
            raise BadFile(addresses, f"already has a column {name!r}", "Rename or remove it")
    return header.index(field)


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, _CHUNK_ROWS)):
        yield chunk


def _cells(answer: Geocoded) -> list[str]:
    texts = _SEPARATOR.join(candidate.text for candidate in answer.candidates)
    if answer.is_ambiguous or not answer.candidates:
        return [answer.confidence, texts, *[""] * (len(APPENDED) - 2)]
    found = answer.candidates[0]
    lon, lat = ("", "") if found.place is None else (f"{part:.7f}" for part in found.place)
    return [
        answer.confidence.value,
        "",
        found.text,
        found.level,
        f"{found.score:.2f}",
        found.address_code or "",
        lon,
        lat,
        found.grid.code if found.grid else "",
        found.divisions[-1].code if len(found.divisions) > 2 else "",
    ]
