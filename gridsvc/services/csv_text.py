"""CSV as people save it: the encoding told from the bytes, a broken row named by its number."""

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from gridsvc.services.refusal import BadFile

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

_BLOCK_BYTES = 1 << 20
# A quote that is never closed swallows the file; no honest field is this long, WKT included.
_LONGEST_FIELD = 16_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One record; `number` counts records from 1 below the header, `line` is the file's."""

    number: int
    line: int
    fields: list[str]

    def __str__(self) -> str:
        return f"row {self.number} (line {self.line})"


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: UTF-8 (with or without mark), UTF-16 or GB18030."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return _checked(path, "utf-8-sig")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(path, "utf-16")
    for encoding in ("utf-8", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise BadFile(path, "is neither UTF-8 nor GB18030 text", "Save it as CSV UTF-8 and try again")


def open_rows(
    file: TextIO, path: Path, progress: Callable[[int], None] | None = None
) -> tuple[list[str], Iterator[Row]]:
    """Return the header and the rows of an open CSV file (opened with `newline=""`).

    Blank lines are skipped. Raises `BadFile` at once for a missing or repeated column name, and
    while iterating for a row with another number of fields or a broken quote.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(file, strict=True)
    try:
        header = [name.strip() for name in next(reader)]
    except StopIteration:
        raise BadFile(path, "is empty", "Its first line must name the columns") from None
    except csv.Error as error:
        raise BadFile(path, f"the header cannot be read ({error})") from None
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise BadFile(path, f"names the column {repeated[0]!r} twice", "Rename one of them")
    return header, _rows(reader, len(header), path, progress)


def _rows(
    reader: "CsvReader", width: int, path: Path, progress: Callable[[int], None] | None
) -> Iterator[Row]:
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadFile(
                path,
                f"row {number + 1} (line {line}) cannot be read ({error})",
                "Look for a quotation mark that is not closed or not doubled",
            ) from None
        if not fields:
            continue
        number += 1
        row = Row(number, line, fields)
        if len(fields) != width:
            raise BadFile(
                path,
                f"{row} has {len(fields)} fields where the header names {width}",
                "Look for a missing or an extra comma",
            )
        if progress is not None and number % 10_000 == 0:
            progress(number)
        yield row


def _checked(path: Path, encoding: str) -> str:
    if not _decodes(path, encoding):
        raise BadFile(path, f"is marked as {encoding} but is not", "Save it as CSV UTF-8")
    return encoding


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
