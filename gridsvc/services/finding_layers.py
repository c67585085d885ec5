"""The findings of an audit as a GeoPackage: one layer a kind, ready to be opened in QGIS."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gridsvc.core.geo.problems import CoverageProblems
from gridsvc.services.finding_words import KINDS, called_by, sentence
from gridsvc.services.layers import LINES, POINT, POLYGONS, add_layer

_Cells = Mapping[str, Callable[[Any], Any]]


def add_findings(path: Path, found: CoverageProblems, names: Mapping[str, str]) -> None:
    """Add one layer a kind to a GeoPackage, empty ones too, so that a map project keeps its layers.

    `names` adds a name to an id in the column `message`.
    """
    called = called_by(names)
    for kind in KINDS:
        findings = getattr(found, kind)
        geometry_kind, shape, cells = _LAYERS[kind]
        columns: dict[str, Any] = {
            name: _typed(name, [cell(one) for one in findings]) for name, cell in cells.items()
        }
        columns["lon"] = _typed("lon", [_ordinate(one, 0) for one in findings])
        columns["lat"] = _typed("lat", [_ordinate(one, 1) for one in findings])
        columns["message"] = [sentence(kind, one, called) for one in findings]
        add_layer(path, kind, geometry_kind, [shape(one) for one in findings], columns)


def _typed(name: str, values: list[Any]) -> Any:
    """Keep a column of numbers one where it is empty, or where some are missing."""
    if name in _NUMBERS:
        return np.array([np.nan if v is None else v for v in values], dtype=float)
    return values


def _ordinate(finding: Any, axis: int) -> float | None:
    return None if finding.place is None else float(finding.place[axis])


def _point(finding: Any) -> Any:
    return None if finding.place is None else shapely.Point(finding.place)


_NUMBERS = {"area_m2", "width_m", "offset_m", "length_m", "lon", "lat", "part", "ring"}
_LAYERS: dict[str, tuple[str, Callable[[Any], Any], _Cells]] = {
    "invalid": (
        POINT,
        _point,
        {
            "id": lambda x: x.id,
            "reason": lambda x: x.reason,
            "part": lambda x: x.part,
            "ring": lambda x: x.ring,
        },
    ),
    "gaps": (
        POLYGONS,
        lambda x: x.outline_4490,
        {
            "near": lambda x: ", ".join(x.near),
            "area_m2": lambda x: x.area_m2,
            "width_m": lambda x: x.width_m,
        },
    ),
    "overlaps": (
        POLYGONS,
        lambda x: x.outline_4490,
        {
            "a": lambda x: x.a,
            "b": lambda x: x.b,
            "area_m2": lambda x: x.area_m2,
            "width_m": lambda x: x.width_m,
        },
    ),
    "slivers": (
        POLYGONS,
        lambda x: x.outline_4490,
        {"id": lambda x: x.id, "area_m2": lambda x: x.area_m2, "width_m": lambda x: x.width_m},
    ),
    "t_junctions": (
        POINT,
        _point,
        {"a": lambda x: x.a, "b": lambda x: x.b, "offset_m": lambda x: x.offset_m},
    ),
    "misowned": (
        LINES,
        lambda x: x.line_4490,
        {"ids": lambda x: ", ".join(x.ids), "length_m": lambda x: x.length_m},
    ),
    "outside_parent": (
        POLYGONS,
        lambda x: x.outline_4490,
        {"id": lambda x: x.id, "parent": lambda x: x.parent, "area_m2": lambda x: x.area_m2},
    ),
}
