"""Context linework: streets and rivers drawn under the grids."""

from collections.abc import Sequence

from shapely.geometry import LineString
from sqlalchemy import Connection, delete

from gridsvc.store.copying import copy_rows, hex_ewkb
from gridsvc.store.tables.grids import ContextLineRow


def replace_lines(connection: Connection, rows: Sequence[tuple[str, str, LineString]]) -> None:
    """Put (kind, name, line in EPSG:4490) in the place of all that were there."""
    connection.execute(delete(ContextLineRow))
    lines = hex_ewkb([line for _, _, line in rows])
    copy_rows(
        connection,
        ContextLineRow,
        ("kind", "name", "line"),
        ((kind, name, line) for (kind, name, _), line in zip(rows, lines, strict=True)),
    )
