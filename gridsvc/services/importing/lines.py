"""Context linework: streets and rivers that a map shows and that decide nothing."""

from pathlib import Path

import numpy as np
import shapely
from sqlalchemy import Connection

from gridsvc.core.geo.datum import geometries_to_4490
from gridsvc.services.area_files import as_text
from gridsvc.services.area_formats import read_raw
from gridsvc.services.importing.outcome import Outcome, Problem
from gridsvc.services.refusal import BadFile
from gridsvc.store import lines

KINDS = ("river", "expressway", "main_road", "street")


def load_lines(connection: Connection, path: Path) -> Outcome:
    """Put the lines of a file (columns kind, name) in the place of all that were there."""
    raw = read_raw(path)
    if "kind" not in raw.columns:
        raise BadFile(path, "has no column 'kind'", f"It is one of {', '.join(KINDS)}")
    kinds = [as_text(value) for value in raw.columns["kind"]]
    names = [as_text(v) for v in raw.columns.get("name", np.full(len(kinds), "", dtype=object))]
    problems = [
        Problem(
            where=f"{path.name} feature {number}",
            statement=f"kind is {kind!r}, not one of {', '.join(KINDS)}",
        )
        for number, kind in enumerate(kinds, 1)
        if kind not in KINDS
    ]
    if problems:
        return Outcome(problems=tuple(problems))
    parts, owner = shapely.get_parts(
        geometries_to_4490(raw.outlines, raw.crs or "wgs84"), return_index=True
    )
    rows = [
        (kinds[i], names[i], part)
        for i, part in zip(owner, parts, strict=True)
        if part.geom_type == "LineString"
    ]
    lines.replace_lines(connection, rows)
    return Outcome(counts={"lines": len(rows)}, is_written=True)
