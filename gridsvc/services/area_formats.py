"""The formats behind `area_files`: what each one holds, before it is checked."""

import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridsvc.services.csv_text import encoding_of, open_rows
from gridsvc.services.refusal import BadFile

#: Columns of a CSV taken for the outline, as WKT.
WKT_COLUMNS = ("wkt", "geometry", "geom", "outline", "the_geom")
# What a zipped Shapefile may unpack to; GDAL reads it in place, but a bomb would fill memory.
_LARGEST_UNZIPPED_BYTES = 4 << 30
_READABLE = "GeoJSON, GeoPackage, Shapefile (.shp or .zip), FlatGeobuf, GeoParquet, CSV with WKT"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAreas:
    """What a file says, unconverted."""

    #: 2D geometries in the file's own datum; None for null and for `broken` ones.
    outlines: NDArray[np.object_]
    #: Marks features whose geometry is there but cannot be built.
    broken: NDArray[np.bool_]
    columns: Mapping[str, NDArray[Any]]
    #: `EPSG:n` or WKT as the file has it, None when it does not tell.
    crs: str | None


def read_raw(path: Path) -> RawAreas:
    """Read a file by its ending; `BadFile` when it cannot be read at all."""
    if not path.exists():
        raise BadFile(path, "no such file", f"Looked for {path}")
    if path.is_file() and path.stat().st_size == 0:
        raise BadFile(path, "is empty", f"Readable are {_READABLE}")
    match path.suffix.lower():
        case ".parquet" | ".geoparquet":
            return _read_parquet(path)
        case ".csv":
            return _read_csv(path)
        case ".zip":
            _check_zip(path)
    return _read_gdal(path)


def _read_gdal(path: Path) -> RawAreas:
    from pyogrio.errors import DataSourceError

    shapefile = path.suffix.lower() in {".shp", ".zip"}
    try:
        return _read_layer(path, encoding=None)
    except UnicodeDecodeError:
        pass
    except (DataSourceError, ValueError) as error:
        raise _unreadable(path, error) from None
    try:
        # A Shapefile without .cpg from a Chinese office is in the Windows code page.
        return _read_layer(path, encoding="GB18030" if shapefile else "UTF-8")
    except (DataSourceError, ValueError) as error:
        raise _unreadable(path, error) from None


def _read_layer(path: Path, encoding: str | None) -> RawAreas:
    import pyogrio

    with warnings.catch_warnings():
        # GDAL warns about single rings; the checks of `area_files` say which feature it is.
        warnings.simplefilter("ignore")
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        if len(layers) > 1:
            raise BadFile(
                path,
                f"holds several layers: {', '.join(layers)}",
                "Export the one with the areas to a file of its own",
            )
        if encoding is None and path.suffix.lower() == ".shp" and not _has_cpg(path):
            encoding = "UTF-8"
        meta, _, wkb, fields = pyogrio.raw.read(path, force_2d=True, encoding=encoding)
    if wkb is None:
        raise BadFile(path, "holds a table without geometry", f"Readable are {_READABLE}")
    outlines = shapely.from_wkb(wkb, on_invalid="ignore")
    return RawAreas(
        outlines=outlines,
        broken=shapely.is_missing(outlines) & np.array([one is not None for one in wkb], bool),
        columns={str(name): values for name, values in zip(meta["fields"], fields, strict=True)},
        crs=meta["crs"],
    )


def _has_cpg(path: Path) -> bool:
    return any(path.with_suffix(ending).exists() for ending in (".cpg", ".CPG"))


def _read_parquet(path: Path) -> RawAreas:
    import geopandas
    import pyarrow

    try:
        frame = geopandas.read_parquet(path)
    except (ValueError, OSError, pyarrow.ArrowException) as error:
        raise _unreadable(path, error) from None
    outlines = shapely.force_2d(np.asarray(frame.geometry.array, dtype=object))
    geometry = frame.geometry.name
    return RawAreas(
        outlines=outlines,
        broken=np.zeros(len(outlines), dtype=bool),
        columns={str(name): frame[name].to_numpy() for name in frame.columns if name != geometry},
        crs=None if frame.crs is None else frame.crs.to_string(),
    )


def _read_csv(path: Path) -> RawAreas:
    with path.open(encoding=encoding_of(path), newline="") as file:
        header, rows = open_rows(file, path)
        wkt = next((i for i, name in enumerate(header) if name.lower() in WKT_COLUMNS), None)
        if wkt is None:
            raise BadFile(
                path,
                f"has no column of outlines among {', '.join(header)}",
                f"A CSV of areas has WKT in a column named {' or '.join(WKT_COLUMNS)}",
            )
        table = [row.fields for row in rows]
    texts = np.array([fields[wkt].strip() or None for fields in table], dtype=object)
    outlines = shapely.force_2d(shapely.from_wkt(texts, on_invalid="ignore"))
    return RawAreas(
        outlines=outlines,
        broken=shapely.is_missing(outlines) & np.array([t is not None for t in texts], bool),
        columns={
            name: np.array([fields[i] for fields in table], dtype=object)
            for i, name in enumerate(header)
            if i != wkt
        },
        crs="wgs84",
    )


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise _unreadable(path, error) from None
    if sum(member.file_size for member in members) > _LARGEST_UNZIPPED_BYTES:
        raise BadFile(
            path,
            f"would unpack to more than {_LARGEST_UNZIPPED_BYTES >> 30} GB",
            "Unpack it and give the .shp, if it is what you think",
        )
    if sum(member.filename.lower().endswith(".shp") for member in members) > 1:
        raise BadFile(path, "holds several Shapefiles", "Zip the one with the areas alone")


def _unreadable(path: Path, error: Exception) -> BadFile:
    reason = str(error).split("; It might help")[0].strip().rstrip(".") or type(error).__name__
    return BadFile(path, f"cannot be read ({reason})", f"Readable are {_READABLE}")
