"""Writes the tiny city as the files that an import reads."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas

from tests.city import GRIDS, code_of, outline_of, tiny_divisions

OFFICER_COLUMNS = (
    *("officer_code", "name", "phone", "post_code", "duty", "place_kind", "place_code"),
    *("department", "is_backup", "shift"),
)


def write_divisions(path: Path, without: Iterable[str] = ()) -> Path:
    """Write the divisions of the tiny city, some left out."""
    rows = [d for d in tiny_divisions() if d.division.code not in set(without)]
    return write_features(
        path,
        [
            {
                "code": d.division.code,
                "name": d.division.name,
                "level": d.division.level,
                "parent_code": d.division.parent_code,
            }
            for d in rows
        ],
        [d.outline for d in rows],
    )


def write_grids(
    path: Path, changed: Mapping[str, Any] | None = None, **columns: Mapping[str, Any]
) -> Path:
    """Write the grids of the tiny city; `changed` holds other outlines by short name (None
    leaves the grid out), `columns` other values by column and short name.
    """
    changed = changed or {}
    names = [name for name in GRIDS if changed.get(name, "") is not None]
    rows = [
        {
            "code": code_of(name),
            "community_code": GRIDS[name],
            "kind": "basic",
            "households": 1000,
            **{column: values[name] for column, values in columns.items() if name in values},
        }
        for name in names
    ]
    return write_features(path, rows, [changed.get(name, outline_of(name)) for name in names])


def write_features(path: Path, rows: list[dict[str, Any]], outlines: list[Any]) -> Path:
    """Write features in EPSG:4490."""
    table = geopandas.GeoDataFrame(rows, geometry=outlines, crs="EPSG:4490")
    table.to_file(path, engine="pyogrio", index=False)
    return path


def write_csv(path: Path, rows: list[dict[str, str]], encoding: str = "utf-8") -> Path:
    """Write a table whose columns are those of its first row."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def officer_row(number: int, **changed: str) -> dict[str, str]:
    """Return a good row of an officers file, with some cells changed."""
    row = {
        "officer_code": f"G{number:04}",
        "name": f"某甲{number}",
        "phone": "",
        "post_code": f"P{number:04}",
        "duty": "grid_manager",
        "place_kind": "grid",
        "place_code": code_of("D1"),
        "department": "",
        "is_backup": "0",
        "shift": "day",
    }
    assert tuple(row) == OFFICER_COLUMNS
    return row | changed
