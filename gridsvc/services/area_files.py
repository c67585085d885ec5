"""Files of areas as people have them, read into outlines in EPSG:4490.

GeoJSON, GeoPackage, Shapefile (zipped too), FlatGeobuf and whatever else GDAL reads through
pyogrio, GeoParquet through GeoPandas, CSV with a column of WKT. Every refusal names the file,
the feature and what to do. Nothing is repaired here.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridsvc.core.geo.axis_doubt import doubt_axes
from gridsvc.core.geo.datum import BadCoordinate, UnknownDatum, check_datum, geometries_to_4490
from gridsvc.core.geo.rings import ring_at
from gridsvc.services.area_formats import RawAreas, read_raw
from gridsvc.services.broken_rings import ring_name
from gridsvc.services.refusal import BadFile

Geometries = NDArray[np.object_]

#: Columns taken for the id when none is named, in this order.
USUAL_IDS = ("id", "code", "grid_id", "area_id", "fid")
_NAMED_AT_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFile:
    """The areas of one file, in its order."""

    path: Path
    #: One per feature, unique. Feature numbers from 1 when the file has no id column.
    ids: tuple[str, ...]
    #: Polygon or MultiPolygon in EPSG:4490, 2D; None for a feature without land.
    outlines_4490: Geometries
    columns: Mapping[str, NDArray[Any]]
    #: The datum the file was read with.
    datum: str

    def labels(self, column: str) -> tuple[str, ...]:
        """Return a column as text; `BadFile` when there is none or a value is missing."""
        values = _column(self.path, self.columns, column)
        labels = tuple(as_text(value) for value in values)
        for number, label in enumerate(labels, 1):
            if not label:
                raise BadFile(
                    self.path,
                    f"feature {number} (id {self.ids[number - 1]}) has no {column}",
                    "Fill it in",
                )
        return labels


def read_areas(
    path: Path, *, area_id: str | None = None, crs: str | None = None, layer: str | None = None
) -> AreaFile:
    """Read a file of areas, one `layer` of it where it holds several.

    `crs` declares the datum of the coordinates and wins over what the file says, because a
    GeoJSON in GCJ-02 says WGS-84; without it the file must tell. Duplicate ids, features that
    are not polygons and coordinates that are no place on Earth are refused.
    """
    raw = read_raw(path, layer)
    datum = _datum(path, raw, crs)
    ids = _ids(path, raw, area_id)
    _check_outlines(path, raw, ids)
    return AreaFile(
        path=path,
        ids=ids,
        outlines_4490=_converted(path, raw.outlines, ids, datum),
        columns=raw.columns,
        datum=datum,
    )


def as_text(value: object) -> str:
    """Return an attribute as people write it: 441900003.0 is 441900003, null is nothing."""
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _datum(path: Path, raw: RawAreas, declared: str | None) -> str:
    try:
        if declared is not None:
            return check_datum(declared)
        if raw.crs is not None:
            return check_datum(raw.crs)
    except UnknownDatum as error:
        raise BadFile(path, str(error)) from None
    raise BadFile(
        path,
        "does not say which datum its coordinates are in (a Shapefile needs its .prj)",
        "Declare it, for instance with --crs EPSG:4547, --crs wgs84 or --crs gcj02",
    )


def _ids(path: Path, raw: RawAreas, area_id: str | None) -> tuple[str, ...]:
    if area_id is None:
        area_id = next((name for name in USUAL_IDS if name in raw.columns), None)
    if area_id is None:
        return tuple(str(number) for number in range(1, len(raw.outlines) + 1))
    ids = tuple(as_text(value) for value in _column(path, raw.columns, area_id))
    nameless = [number for number, text in enumerate(ids, 1) if not text]
    if nameless:
        raise BadFile(
            path, f"feature {nameless[0]} has no {area_id}", "Every area needs an id of its own"
        )
    repeated = [text for text, count in Counter(ids).items() if count > 1]
    if repeated:
        where = ", ".join(
            f"{text} (features {_numbers(ids, text)})" for text in repeated[:_NAMED_AT_MOST]
        )
        more = len(repeated) - _NAMED_AT_MOST
        raise BadFile(
            path,
            f"the id {area_id} is used more than once: {where}"
            + (f" and {more} more" if more > 0 else ""),
            "Give every area an id of its own, or join the parts of one area to a MultiPolygon",
        )
    return ids


def _column(path: Path, columns: Mapping[str, NDArray[Any]], name: str) -> NDArray[Any]:
    if name not in columns:
        known = ", ".join(columns) or "none"
        raise BadFile(path, f"has no column {name!r}", f"Its columns are: {known}")
    return columns[name]


def _check_outlines(path: Path, raw: RawAreas, ids: tuple[str, ...]) -> None:
    if not len(raw.outlines):
        raise BadFile(path, "holds no features", "Check that the right layer was exported")
    if raw.faults:
        first = min(raw.faults)
        raise BadFile(
            path,
            f"{_feature(first, ids)} has an outline that cannot be read: {raw.faults[first]}"
            + _of_how_many(len(raw.faults)),
            "Close a ring by repeating its first point, or draw the outline again",
        )
    kinds = shapely.get_type_id(raw.outlines)
    wrong = np.flatnonzero(~np.isin(kinds, (-1, 3, 6)))
    if wrong.size:
        first = int(wrong[0])
        raise BadFile(
            path,
            f"{_feature(first, ids)} is a {raw.outlines[first].geom_type}, not a polygon"
            + _of_how_many(wrong.size),
            "Areas are polygons: remove it or export the polygon layer",
        )
    if (shapely.is_missing(raw.outlines) | shapely.is_empty(raw.outlines)).all():
        raise BadFile(
            path,
            f"has {len(raw.outlines)} features, but no outline among them",
            "Check that the right layer was exported, with its geometry",
        )


def _converted(path: Path, outlines: Geometries, ids: tuple[str, ...], datum: str) -> Geometries:
    landless = shapely.is_missing(outlines) | shapely.is_empty(outlines)
    outlines = outlines.copy()
    outlines[landless] = None
    xy, owner = shapely.get_coordinates(outlines, return_index=True)
    doubt = doubt_axes(xy[:, 0], xy[:, 1], datum)
    if doubt is not None:
        raise BadFile(path, *doubt)
    try:
        return geometries_to_4490(outlines, datum)
    except BadCoordinate as error:
        vertex = error.position or 0
        feature = int(owner[vertex])
        part, ring = ring_at(outlines[feature], vertex - int(np.searchsorted(owner, feature)))
        statement = str(error).partition(" at position")[0]
        raise BadFile(
            path,
            f"{_feature(feature, ids)}, {ring_name(part, ring)}, has a vertex that is no place in "
            f"{datum}: {statement}",
            "Declare the datum the coordinates are really in with --crs, longitude or easting "
            "first",
        ) from None


def _of_how_many(count: int) -> str:
    return f" ({count} such features)" if count > 1 else ""


def _feature(position: int, ids: tuple[str, ...]) -> str:
    return f"feature {position + 1} (id {ids[position]})"


def _numbers(ids: tuple[str, ...], text: str) -> str:
    numbers = [str(number) for number, one in enumerate(ids, 1) if one == text]
    more = ", …" if len(numbers) > _NAMED_AT_MOST else ""
    return ", ".join(numbers[:_NAMED_AT_MOST]) + more
