"""Layers of a GeoPackage, written for people who open them in QGIS."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

#: The geometry types that GDAL knows by these names.
POINT, LINES, POLYGONS = "Point", "MultiLineString", "MultiPolygon"


def add_layer(
    path: Path,
    name: str,
    kind: str,
    geometries_4490: Sequence[BaseGeometry | None],
    columns: Mapping[str, Any],
) -> None:
    """Add a layer to a GeoPackage that may not exist yet; an empty one keeps its columns.

    A column is a sequence; one of numbers must be an array, else it is written as text. None is
    a row without geometry. `kind` is POINT, LINES or POLYGONS.
    """
    import pyogrio

    geometries = np.empty(len(geometries_4490), dtype=object)
    geometries[:] = list(geometries_4490)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(geometries),
        [_column(values) for values in columns.values()],
        list(columns),
        layer=name,
        driver="GPKG",
        geometry_type=kind,
        crs="EPSG:4490",
        encoding="UTF-8",
        promote_to_multi=kind != POINT,
    )


def _column(values: Sequence[Any] | np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return values as numbers where all are, else as text."""
    given = np.asarray(values)
    if given.dtype.kind in "ifb" and given.ndim == 1 and given.size:
        return given
    texts = np.empty(len(values), dtype=object)
    texts[:] = [None if value is None or value != value else str(value) for value in values]
    return texts
