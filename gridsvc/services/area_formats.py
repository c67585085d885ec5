"""The formats behind `area_files`: what each one holds, before it is checked."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridsvc.services.broken_rings import fault_in_wkb, fault_in_wkt
from gridsvc.services.csv_text import encoding_of, open_rows
from gridsvc.services.geojson_text import read_geojson
from gridsvc.services.refusal import BadFile
from gridsvc.services.zipped import unpacked

#: Columns of a CSV taken for the outline, as WKT.
WKT_COLUMNS = ("wkt", "geometry", "geom", "outline", "the_geom")
_POINT_COLUMNS = ({"lon", "lat"}, {"lng", "lat"}, {"longitude", "latitude"}, {"x", "y"})
# Formats whose one layer goes by the name of the file.
_OF_ONE_LAYER = {".shp", ".fgb"}
_READABLE = "GeoJSON, GeoPackage, Shapefile (.shp or .zip), FlatGeobuf, GeoParquet, CSV with WKT"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAreas:
    """What a file says, unconverted."""

    #: 2D geometries in the file's own datum; None for null and for those with a fault.
    outlines: NDArray[np.object_]
    #: Position → why a geometry that is there cannot be built.
    faults: Mapping[int, str]
    columns: Mapping[str, NDArray[Any]]
    #: `EPSG:n` or WKT as the file has it, None when it does not tell.
    crs: str | None


def read_raw(path: Path, layer: str | None = None) -> RawAreas:
    """Read a file by its ending; `BadFile` when it cannot be read at all.

    `layer` names a layer of a GeoPackage or a file in a zip that holds several.
    """
    if not path.exists():
        raise BadFile(path, "no such file", f"Looked for {path}")
    if path.is_file() and path.stat().st_size == 0:
        raise BadFile(path, "is empty", f"Readable are {_READABLE}")
    match path.suffix.lower():
        case ".zip":
            return _read_zip(path, layer)
        case ".parquet" | ".geoparquet":
            return _read_parquet(path)
        case ".csv":
            return _read_csv(path)
        case ".geojson" | ".json":
            return _read_geojson(path)
    return _read_gdal(path, layer)


def _read_zip(path: Path, layer: str | None) -> RawAreas:
    with unpacked(path, layer) as inner:
        try:
            return read_raw(inner, layer if inner.suffix == ".gpkg" else None)
        except BadFile as error:
            raise BadFile(path, error.statement, error.advice) from None


def _read_geojson(path: Path) -> RawAreas:
    found = read_geojson(path)
    return RawAreas(
        outlines=found.outlines, faults=found.faults, columns=found.columns, crs=found.crs
    )


def _read_gdal(path: Path, layer: str | None) -> RawAreas:
    from pyogrio.errors import DataLayerError, DataSourceError

    is_shapefile = path.suffix.lower() == ".shp"
    # GDAL takes a Shapefile without .cpg for Latin; ours are UTF-8 or of the Windows code page.
    first = "UTF-8" if is_shapefile and not _has_cpg(path) else None
    try:
        try:
            return _read_layer(path, layer, encoding=first)
        except UnicodeDecodeError:
            return _read_layer(path, layer, encoding="GB18030")
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise _unreadable(path, error) from None


def _read_layer(path: Path, layer: str | None, encoding: str | None) -> RawAreas:
    import pyogrio

    with warnings.catch_warnings():
        # GDAL warns about single rings; the checks of `area_files` say which feature it is.
        warnings.simplefilter("ignore")
        chosen = _chosen_layer(path, layer)
        meta, _, wkb, fields = pyogrio.raw.read(
            path, layer=chosen, force_2d=True, encoding=encoding
        )
    if wkb is None:
        raise BadFile(path, "holds a table without geometry", f"Readable are {_READABLE}")
    outlines, faults = _from_wkb(wkb)
    return RawAreas(
        outlines=outlines,
        faults=faults,
        columns={str(name): values for name, values in zip(meta["fields"], fields, strict=True)},
        crs=meta["crs"],
    )


def _chosen_layer(path: Path, wanted: str | None) -> str | None:
    import pyogrio

    layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if wanted in layers:
        return wanted
    if wanted is not None and path.suffix.lower() not in _OF_ONE_LAYER:
        raise BadFile(path, f"has no layer {wanted!r}", f"Its layers are: {', '.join(layers)}")
    if len(layers) > 1:
        raise BadFile(
            path, f"holds several layers: {', '.join(layers)}", "Choose one with --layer NAME"
        )
    return layers[0] if layers else None


def _has_cpg(path: Path) -> bool:
    return any(path.with_suffix(ending).exists() for ending in (".cpg", ".CPG"))


def _read_parquet(path: Path) -> RawAreas:
    import geopandas
    import pyarrow

    try:
        frame = geopandas.read_parquet(path)
    except shapely.errors.ShapelyError:
        raise BadFile(
            path, _fault_in_parquet(path), "Close every ring, or draw the outline again"
        ) from None
    except (ValueError, OSError, KeyError, pyarrow.ArrowException) as error:
        raise _unreadable(path, error) from None
    outlines = shapely.force_2d(np.asarray(frame.geometry.array, dtype=object))
    geometry = frame.geometry.name
    return RawAreas(
        outlines=outlines,
        faults={},
        columns={str(name): frame[name].to_numpy() for name in frame.columns if name != geometry},
        crs=None if frame.crs is None else frame.crs.to_string(),
    )


def _fault_in_parquet(path: Path) -> str:
    import json

    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    column = json.loads(table.schema.metadata[b"geo"])["primary_column"]
    _, faults = _from_wkb(np.array(table[column].to_pylist(), dtype=object))
    position = min(faults, default=0)
    return f"feature {position + 1} has a broken outline: {faults.get(position, 'unreadable')}"


def _read_csv(path: Path) -> RawAreas:
    with path.open(encoding=encoding_of(path), newline="") as file:
        header, rows = open_rows(file, path)
        wkt = next((i for i, name in enumerate(header) if name.lower() in WKT_COLUMNS), None)
        if wkt is None:
            raise BadFile(path, *_no_wkt(header))
        table = [row.fields for row in rows]
    texts = np.array([fields[wkt].strip() or None for fields in table], dtype=object)
    outlines = shapely.force_2d(shapely.from_wkt(texts, on_invalid="ignore"))
    broken = shapely.is_missing(outlines) & np.array([text is not None for text in texts], bool)
    return RawAreas(
        outlines=outlines,
        faults={int(i): fault_in_wkt(texts[i]) for i in np.flatnonzero(broken)},
        columns={
            name: np.array([fields[i] for fields in table], dtype=object)
            for i, name in enumerate(header)
            if i != wkt
        },
        crs="wgs84",
    )


def _no_wkt(header: list[str]) -> tuple[str, str]:
    names = {name.lower() for name in header}
    if any(pair <= names for pair in _POINT_COLUMNS):
        return (
            f"holds points ({', '.join(header)}), and areas are wanted here",
            f"A CSV of areas has WKT in a column named {' or '.join(WKT_COLUMNS)}",
        )
    return (
        f"has no column of outlines among {', '.join(header)}",
        f"A CSV of areas has WKT in a column named {' or '.join(WKT_COLUMNS)}",
    )


def _from_wkb(wkb: NDArray[np.object_]) -> tuple[NDArray[np.object_], dict[int, str]]:
    outlines: NDArray[np.object_] = shapely.from_wkb(wkb, on_invalid="ignore")
    broken = shapely.is_missing(outlines) & np.array([one is not None for one in wkb], bool)
    faults = {int(i): fault_in_wkb(bytes(wkb[i])) for i in np.flatnonzero(broken)}
    return outlines, faults


def _unreadable(path: Path, error: Exception) -> BadFile:
    reason = str(error).split("; It might help")[0].strip().rstrip(".") or type(error).__name__
    if path.suffix.lower() == ".shp" and not path.with_suffix(".shx").exists():
        return BadFile(
            path, "cannot be read without its .shx", "Keep .shp, .shx, .dbf and .prj together"
        )
    # Where a file lies for the moment is nothing to tell.
    reason = reason.replace(str(path), path.name)
    return BadFile(path, f"cannot be read ({reason})", f"Readable are {_READABLE}")
