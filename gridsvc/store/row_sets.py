"""Many rows in one statement, also into tables with row-level security, which refuse COPY.

The rows travel as one JSON document a table that PostgreSQL takes apart: for a hundred
incidents that costs a twentieth of what a hundred executions of a prepared INSERT do. Several
tables go in one statement, because each more is a way to the server and back.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, TextClause, text

from gridsvc.store.tables.row import Row


class RowSet(NamedTuple):
    """Rows for one table that all have the same columns; the others take their defaults.

    Geometries are EWKT, bytes are bytes, JSON columns are plain values.
    """

    row: type[Row]
    rows: Sequence[Mapping[str, Any]]


def insert_rows(connection: Connection, *sets: RowSet) -> None:
    """Append rows to one or several tables, of which each is named once.

    Foreign keys are looked at when the statement ends, so sets may refer to each other.
    Nothing is returned, so that a role which may not read what it writes can use it.
    """
    filled = [one for one in sets if one.rows]
    if filled:
        documents = {
            f"rows_{at}": orjson.dumps(one.rows, default=_as_text).decode()
            for at, one in enumerate(filled)
        }
        shape = tuple((one.row, tuple(one.rows[0])) for one in filled)
        connection.execute(_statement(shape), documents)


@lru_cache(maxsize=64)
def _statement(shape: tuple[tuple[type[Row], tuple[str, ...]], ...]) -> TextClause:
    inserts = [_insert(row, columns, f"rows_{at}") for at, (row, columns) in enumerate(shape)]
    before = ", ".join(f"of_{at} AS ({insert})" for at, insert in enumerate(inserts[:-1]))
    return text(f"WITH {before} {inserts[-1]}" if before else inserts[-1])


def _insert(row: type[Row], columns: tuple[str, ...], rows: str) -> str:
    table = row.__tablename__
    listed = ", ".join(f'"{column}"' for column in columns)
    return (
        f"INSERT INTO {table} ({listed}) SELECT {listed} "
        f"FROM json_populate_recordset(NULL::{table}, CAST(:{rows} AS json))"
    )


def _as_text(value: Any) -> str:
    """Write what JSON has no form for: bytes, as PostgreSQL reads them."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(f"no column holds a {type(value).__name__}")
