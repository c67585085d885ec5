"""Many rows at once: COPY into tables without row-level security, and long lists of codes."""

from collections.abc import Iterable, Sequence
from typing import Any

import shapely
from psycopg import sql
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Connection, Text, any_, inspect, literal, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from gridsvc.store.tables.row import Row


def copy_rows(
    connection: Connection, row: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Append rows to a table; generated columns and indexes follow by themselves."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(row.__tablename__), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for values in rows:
            copy.write_row(values)


def codes_in(column: InstrumentedAttribute[str], codes: Sequence[str]) -> ColumnElement[bool]:
    """Return `column = ANY(array)`: one parameter however many codes there are."""
    return column == any_(literal(list(codes), ARRAY(Text())))


def reserve_ids(connection: Connection, row: type[Row], count: int) -> list[int]:
    """Take ids from a table's sequence, in ascending order."""
    (key,) = inspect(row).primary_key
    return sorted(
        connection.execute(
            text("SELECT nextval(:sequence) FROM generate_series(1, :count)"),
            {"sequence": f"{row.__tablename__}_{key.name}_seq", "count": count},
        ).scalars()
    )


def hex_ewkb(geometries_4490: Sequence[BaseGeometry | None]) -> list[str]:
    """Return geometries as hexadecimal EWKB with their SRID, the form COPY takes."""
    stamped = shapely.set_srid(shapely.force_2d(list(geometries_4490)), 4490)
    return [str(code) for code in shapely.to_wkb(stamped, hex=True, include_srid=True)]
