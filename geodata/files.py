"""Files of the sample city: GeoPackage layers and CSV tables, in a fixed order."""

import csv
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.facts import FACTS

CRS = "EPSG:4490"
COPIED = ("departments.csv", "matters.csv", "conditions.csv", "calendar.csv", "aliases.csv")
OFFICER_COLUMNS = (  # noqa: SIM905
    "officer_code name phone post_code duty place_kind place_code department is_backup shift"
).split()


def write_layer(
    path: Path, columns: dict[str, object], geometry: NDArray[np.object_], *, many: bool = True
) -> None:
    """Write one layer named like its file, replacing it; polygons as MultiPolygon."""
    if many:
        geometry = np.array([_many(shape) for shape in geometry], dtype=object)
    path.unlink(missing_ok=True)
    frame = gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)
    frame.to_file(
        path,
        layer=path.stem,
        driver="GPKG",
        engine="pyogrio",
        geometry_type="MultiPolygon" if many else "LineString",
    )


def _many(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    return shapely.MultiPolygon([shape]) if isinstance(shape, shapely.Polygon) else shape


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a CSV table in UTF-8; returns the number of rows."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        for row in rows:
            table.writerow(row)
            count += 1
    return count


def copy_facts(target: Path) -> None:
    """Copy the tables that need no generating."""
    for name in COPIED:
        shutil.copyfile(FACTS / name, target / name)
