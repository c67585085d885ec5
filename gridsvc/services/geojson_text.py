"""GeoJSON as people write it: what is no JSON is named by its line, a bad ring by its feature."""

import codecs
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridsvc.services.broken_rings import ring_fault, ring_name
from gridsvc.services.refusal import BadFile

_NO_NUMBER = re.compile(r"(?<![\w\"])-?(?:NaN|Infinity|nan|inf)\b")
_EPSG = re.compile(r"EPSG:+(?:[\d.]*:+)?(\d+)$", re.IGNORECASE)
_GEOMETRIES = {
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoJson:
    """The features of a file in its order."""

    #: 2D; None for null and for the faulty.
    outlines: NDArray[np.object_]
    #: Position → what is wrong with its geometry.
    faults: Mapping[int, str]
    columns: Mapping[str, NDArray[Any]]
    #: `EPSG:n` of the old `crs` member; WGS-84 without one, as the standard says.
    crs: str


def read_geojson(path: Path) -> GeoJson:
    """Read a FeatureCollection; `BadFile` with the line when it is no JSON."""
    content = _parsed(path)
    features = _features(path, content)
    outlines: NDArray[np.object_] = np.empty(len(features), dtype=object)
    faults: dict[int, str] = {}
    for position, feature in enumerate(features):
        try:
            outlines[position] = _geometry(feature.get("geometry"))
        except ValueError as error:
            faults[position] = str(error)
    return GeoJson(
        outlines=outlines, faults=faults, columns=_columns(features), crs=_crs(path, content)
    )


def _parsed(path: Path) -> Any:
    text = _text(path)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        line, what, advice = _why_no_json(text, error)
    raise BadFile(path, f"line {line} is no JSON: {what}", advice)


def _text(path: Path) -> str:
    raw = path.read_bytes()
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(path, "is neither UTF-8 nor GB18030 text", "Save it as UTF-8 and try again")


def _why_no_json(text: str, first: json.JSONDecodeError) -> tuple[int, str, str]:
    """Return the line, what stands there, and what to do about it."""
    try:
        # The standard library says more exactly where it stumbled, but lets NaN pass.
        json.loads(text)
        found = _NO_NUMBER.search(text)
        at = found.start() if found else first.pos
    except json.JSONDecodeError as error:
        at, first = error.pos, error
    except RecursionError:
        return 1, "brackets are nested without end", "Export it again"
    line = text.count("\n", 0, at) + 1
    before, here = text[:at].rstrip(), text[at:].lstrip()
    if here.startswith(("//", "/*", "#")):
        return line, "a comment", "JSON has no comments: take it out"
    if before.endswith(",") and here[:1] in {"]", "}", ","}:
        line = text.count("\n", 0, len(before)) + 1
        return line, f"a comma before {here[0]!r}", "Take out the comma"
    # Newer Pythons stop at the comma itself.
    if here[:1] == "," and here[1:].lstrip()[:1] in {"]", "}"}:
        return line, f"a comma before {here[1:].lstrip()[0]!r}", "Take out the comma"
    number = _NO_NUMBER.match(here)
    if number:
        return line, f"{number[0]} is not a number", "Write null, or the number that was meant"
    if not here:
        return line, "the file ends too early", "Export it again: it was cut off"
    return line, f"{first.msg} at column {at - text.rfind(chr(10), 0, at)}", "Export it again"


def _features(path: Path, content: Any) -> Sequence[Mapping[str, Any]]:
    features: list[Any]
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "FeatureCollection" and isinstance(content.get("features"), list):
        features = content["features"]
    elif kind == "Feature":
        features = [content]
    elif kind in _GEOMETRIES:
        features = [{"type": "Feature", "properties": {}, "geometry": content}]
    elif kind == "Topology":
        raise BadFile(path, "is TopoJSON", "Export it as GeoJSON")
    else:
        raise BadFile(
            path, "is JSON, but no FeatureCollection", "Export it as GeoJSON, with its features"
        )
    for number, feature in enumerate(features, 1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise BadFile(
                path, f"entry {number} of its features is no Feature", "Take it out, or mend it"
            )
        if not isinstance(feature.get("properties") or {}, dict):
            raise BadFile(path, f"the properties of feature {number} are no object", "Mend them")
    return features


def _geometry(geometry: Any) -> BaseGeometry | None:
    if geometry is None:
        return None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in _GEOMETRIES:
        raise ValueError(f"its geometry is of type {kind!r}, which GeoJSON does not know")
    coordinates = geometry.get("coordinates")
    if kind == "Polygon":
        return _polygon(coordinates, 1)
    if kind == "MultiPolygon":
        if not isinstance(coordinates, list):
            raise ValueError("its coordinates are no list of parts")
        return MultiPolygon([_polygon(rings, n) for n, rings in enumerate(coordinates, 1)])
    try:
        return shapely.force_2d(shapely.from_geojson(orjson.dumps(geometry)))
    except shapely.errors.GEOSException as error:
        raise ValueError(f"its {kind} cannot be read ({error})") from None


def _polygon(rings: Any, part: int) -> Polygon:
    if not isinstance(rings, list):
        raise ValueError(f"part {part} is no list of rings")
    return Polygon(*_shell_and_holes([_ring(ring, part, n) for n, ring in enumerate(rings)]))


def _shell_and_holes(
    rings: list[NDArray[np.float64]],
) -> tuple[NDArray[np.float64] | None, list[NDArray[np.float64]]]:
    return (rings[0], rings[1:]) if rings else (None, [])


def _ring(ring: Any, part: int, number: int) -> NDArray[np.float64]:
    if not isinstance(ring, list) or not ring:
        raise ValueError(f"{ring_name(part, number)} has no points")
    try:
        points = _positions(ring)
    except ValueError:
        points = np.array([])
    if points.dtype.kind not in "if" or points.ndim != 2 or points.shape[1] < 2:
        raise ValueError(f"{ring_name(part, number)} has a position that is not two numbers")
    fault = ring_fault(points[0].tolist(), points[-1].tolist(), len(points))
    if fault is not None:
        raise ValueError(f"{ring_name(part, number)} {fault}")
    return points[:, :2].astype(float)


def _positions(ring: list[Any]) -> NDArray[Any]:
    try:
        return np.asarray(ring)
    except ValueError:
        # Some positions have a height and others have none.
        return np.asarray([position[:2] for position in ring if isinstance(position, list)])


def _columns(features: Sequence[Mapping[str, Any]]) -> dict[str, NDArray[Any]]:
    rows = [feature.get("properties") or {} for feature in features]
    # A feature's own id is a column unless its properties have one of that name.
    if any("id" in feature for feature in features) and not any("id" in row for row in rows):
        rows = [{"id": f.get("id"), **row} for f, row in zip(features, rows, strict=True)]
    names = dict.fromkeys(name for row in rows for name in row)
    columns: dict[str, NDArray[Any]] = {}
    for name in names:
        column: NDArray[np.object_] = np.empty(len(rows), dtype=object)
        column[:] = [_cell(row.get(name)) for row in rows]
        columns[name] = column
    return columns


def _cell(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value


def _crs(path: Path, content: Mapping[str, Any]) -> str:
    declared = content.get("crs")
    if declared is None:
        return "wgs84"
    properties = declared.get("properties") if isinstance(declared, dict) else None
    name = str(properties.get("name")) if isinstance(properties, dict) else ""
    if name.upper().endswith("CRS84"):
        return "OGC:CRS84"
    found = _EPSG.search(name)
    if found is None:
        raise BadFile(path, "has a crs member that names no EPSG code", "Declare it with --crs")
    return f"EPSG:{found[1]}"
