"""Tables of an import: rows under the names of the first line, read cell by cell."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from gridsvc.core.calendar import SHANGHAI
from gridsvc.services.csv_text import encoding_of, open_rows
from gridsvc.services.importing.outcome import Problem
from gridsvc.services.refusal import BadFile

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file under the names of its first line."""

    name: str
    columns: tuple[str, ...]
    #: Where each row stands ("row 12 (line 13)") and its cells.
    rows: tuple[tuple[str, Mapping[str, str]], ...]


def read_table(path: Path) -> Table:
    """Read a CSV file in UTF-8 or GB18030; `BadFile` names the row that cannot be read."""
    if not path.is_file():
        raise BadFile(path, "no such file", f"Looked for {path}")
    with path.open(encoding=encoding_of(path), newline="") as file:
        header, rows = open_rows(file, path)
        return Table(
            path.name,
            tuple(header),
            tuple(
                (str(row), dict(zip(header, (cell.strip() for cell in row.fields), strict=True)))
                for row in rows
            ),
        )


class RowReader:
    """Takes the cells of one row, and keeps what is wrong with them."""

    def __init__(self, where: str, cells: Mapping[str, str]) -> None:
        self._where = where
        self._cells = cells
        self.problems: list[Problem] = []

    def wrong(self, statement: str) -> None:
        """Keep a problem of this row."""
        self.problems.append(Problem(where=self._where, statement=statement))

    def text(self, column: str, *, required: bool = True) -> str:
        """Return a cell, complaining when it is empty and should not be."""
        value = self._cells.get(column, "")
        if required and not value:
            self.wrong(f"{column} is empty")
        return value

    def choice(self, column: str, choices: type[Choice]) -> Choice | None:
        """Return a cell as one of a few words."""
        value = self.text(column)
        if not value:
            return None
        try:
            return choices(value)
        except ValueError:
            self.wrong(f"{column} is {value!r}, not one of {', '.join(choices)}")
            return None

    def flag(self, column: str) -> bool:
        """Return a cell that is 1 or 0; an empty one is 0."""
        value = self._cells.get(column, "")
        if value not in ("", "0", "1"):
            self.wrong(f"{column} is {value!r}, not 0 or 1")
        return value == "1"

    def number(self, column: str, low: float, high: float) -> float | None:
        """Return a cell as a number, low < number ≤ high."""
        value = self.text(column)
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            self.wrong(f"{column} is {value!r}, not a number")
            return None
        if not low < number <= high:
            self.wrong(f"{column} is {value}, not more than {low:g} and at most {high:g}")
            return None
        return number

    def count(self, column: str) -> int | None:
        """Return a cell as a count; an empty or absent one is None and no problem."""
        value = self._cells.get(column, "")
        if not value:
            return None
        try:
            number = round(float(value))
        except (ValueError, OverflowError):
            number = -1
        if number < 0:
            self.wrong(f"{column} is {value!r}, not a count")
            return None
        return number

    def has(self, column: str) -> bool:
        """Tell whether the file has a column, filled or not."""
        return column in self._cells

    def instant(self, column: str) -> datetime | None:
        """Return a cell as an instant, a date alone as its beginning in the city's time.

        An empty or absent cell is None and no problem.
        """
        value = self._cells.get(column, "")
        if not value:
            return None
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.wrong(f"{column} is {value!r}, not an instant as 2026-10-01T08:00+08:00")
            return None
        return at if at.tzinfo is not None else at.replace(tzinfo=SHANGHAI)

    def known(self, column: str, among: Collection[str], what: str) -> str | None:
        """Return a code that must exist; an empty cell is None and no problem."""
        value = self._cells.get(column, "")
        if value and value not in among:
            self.wrong(f"{column} {value} is no {what} we know")
            return None
        return value or None


def readers(table: Table, name_column: str) -> Iterator[RowReader]:
    """Return a reader for each row, named by its number and by what it calls itself."""
    for place, cells in table.rows:
        called = cells.get(name_column, "")
        yield RowReader(f"{table.name} {place}" + (f" {called}" if called else ""), cells)


def missing_columns(table: Table, columns: Sequence[str]) -> list[Problem]:
    """Return a problem when a table lacks columns."""
    missing = [name for name in columns if name not in table.columns]
    if not missing:
        return []
    return [
        Problem(
            where=table.name,
            statement=f"has no column {', '.join(missing)} (it has {', '.join(table.columns)})",
        )
    ]
