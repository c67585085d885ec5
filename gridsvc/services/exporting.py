"""Files going out: a whole file in its place, or none.

Outlines and places leave in the datum asked for. Names, numbers and free text of people
do not leave this way.
"""

import tempfile
import warnings
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridsvc.core.geo.datum import check_datum, from_4490
from gridsvc.services.context import Context
from gridsvc.services.refusal import Refusal
from gridsvc.store import exports

KINDS = exports.KINDS
#: Ending to the GDAL driver that writes it; the others are written without GDAL.
DRIVERS = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".fgb": "FlatGeobuf"}
ENDINGS = (*DRIVERS, ".parquet", ".csv")
#: Datums that no file format can name; their rows say it themselves.
NAMELESS = {"gcj02", "bd09"}


def export_file(
    ctx: Context, kind: str, out: Path, *, at: datetime | None = None, crs: str = "EPSG:4490"
) -> int:
    """Write grids, divisions, incidents or officers as of an instant (default now) to a file.

    Incidents are those received until then, as they stand now. Returns the number of rows.
    Raises `Refusal`, and `UnknownDatum` for a datum nobody knows.
    """
    datum = check_datum(crs)
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise Refusal(f"{out.name} would be of no known kind: endings are {', '.join(ENDINGS)}.")
    if out.is_dir() or not out.parent.is_dir():
        raise Refusal(f"{out} cannot be written: its folder is not there, or it is a folder.")
    with ctx.database.begin() as connection:
        columns = exports.exported_columns(connection, kind, at or ctx.clock.now())
    count = len(columns["is_backup" if kind == "officers" else "outline"])
    places = converted(columns.pop("outline", []), datum)
    if datum in NAMELESS:
        columns["datum"] = [datum] * count
    if kind == "officers" and ending in DRIVERS:
        raise Refusal("Officers have no place on the map: write them to .csv or .parquet.")
    try:
        # A folder of its own, because GDAL goes by the ending and may write beside the file.
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
            unfinished = Path(folder) / out.name
            write(columns, places if kind != "officers" else None, unfinished, ending, datum)
            unfinished.replace(out)
    except OSError as error:
        raise Refusal(f"{out} cannot be written ({error.strerror or error}).") from None
    return count


def converted(wkb: Sequence[bytes | None], datum: str) -> NDArray[np.object_]:
    """Return geometries in a datum."""
    here: NDArray[np.object_] = np.empty(len(wkb), dtype=object)
    here[:] = [None if one is None else shapely.from_wkb(bytes(one)) for one in wkb]

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(from_4490(xy[:, 0], xy[:, 1], datum))

    moved: NDArray[np.object_] = shapely.transform(here, move) if len(wkb) else here
    return moved


def write(
    columns: dict[str, list[Any]],
    places: NDArray[np.object_] | None,
    path: Path,
    ending: str,
    datum: str,
) -> None:
    """Write columns in the form that the ending tells."""
    import geopandas
    import pandas as pd

    frame = pd.DataFrame(columns)
    if ending == ".csv":
        if places is not None:
            frame["wkt"] = shapely.to_wkt(places, rounding_precision=9, trim=True)
        frame.to_csv(path, index=False)
        return
    if places is None:
        frame.to_parquet(path, index=False)
        return
    named = None if datum in NAMELESS else "EPSG:4326" if datum == "wgs84" else datum
    table = geopandas.GeoDataFrame(
        frame, geometry=places, crs="EPSG:4490" if named == "cgcs2000" else named
    )
    if ending == ".parquet":
        table.to_parquet(path, index=False)
    else:
        with warnings.catch_warnings():
            if named is None:
                warnings.filterwarnings("ignore", message="'crs' was not provided")
            table.to_file(path, driver=DRIVERS[ending], engine="pyogrio", index=False)
