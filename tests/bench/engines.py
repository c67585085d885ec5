"""Who else can place points in polygons: each made ready once, then asked for pairs."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import psycopg
import shapely

#: Point and polygon of every hit, as two columns.
Pairs = tuple[np.ndarray, np.ndarray]
Ask = Callable[[], Pairs]
#: Makes the points ready, which is not measured, and returns the question, which is.
Engine = Callable[[np.ndarray, np.ndarray], Ask]


def geopandas_engine(outlines: np.ndarray) -> Engine:
    """`sjoin(predicate="intersects")` on ready points."""
    polygons = gpd.GeoDataFrame({"polygon": np.arange(len(outlines))}, geometry=outlines, crs=4490)
    _ = polygons.sindex

    def ready(lon: np.ndarray, lat: np.ndarray) -> Ask:
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4490)

        def ask() -> Pairs:
            joined = gpd.sjoin(points, polygons, predicate="intersects")
            return joined.index.to_numpy(), joined["polygon"].to_numpy()

        return ask

    return ready


def shapely_engine(outlines: np.ndarray) -> Engine:
    """`STRtree.query` with the predicate, which is what `sjoin` stands on."""
    tree = shapely.STRtree(outlines)

    def ready(lon: np.ndarray, lat: np.ndarray) -> Ask:
        points = shapely.points(lon, lat)

        def ask() -> Pairs:
            place, polygon = tree.query(points, predicate="intersects")
            return place, polygon

        return ask

    return ready


def duckdb_engine(outlines: np.ndarray) -> Engine:
    """DuckDB's spatial join, on one thread."""
    import duckdb
    import duckdb_extension_spatial
    import pyarrow as pa

    [extension] = Path(duckdb_extension_spatial.__file__).parent.rglob("*.duckdb_extension")
    connection = duckdb.connect(config={"threads": 1, "allow_unsigned_extensions": True})
    connection.execute(f"LOAD '{extension}'")
    polygons = pa.table({"id": np.arange(len(outlines)), "wkb": list(shapely.to_wkb(outlines))})
    connection.register("polygons_in", polygons)
    connection.execute(
        "CREATE TABLE polygons AS SELECT id, ST_GeomFromWKB(wkb) AS outline FROM polygons_in"
    )

    def ready(lon: np.ndarray, lat: np.ndarray) -> Ask:
        places = pa.table({"id": np.arange(lon.size), "lon": lon, "lat": lat})
        connection.register("points_in", places)
        connection.execute(
            "CREATE OR REPLACE TABLE points AS "
            "SELECT id, ST_Point(lon, lat) AS place FROM points_in"
        )

        def ask() -> Pairs:
            found = connection.execute(
                "SELECT points.id AS place, polygons.id AS polygon FROM points "
                "JOIN polygons ON ST_Intersects(polygons.outline, points.place)"
            ).fetchnumpy()
            return np.asarray(found["place"]), np.asarray(found["polygon"])

        return ask

    return ready


@contextmanager
def postgis_engine(outlines: np.ndarray) -> Iterator[Engine]:
    """A join over a GiST index in a cluster of our own, one worker."""
    from gridsvc.embedded import EmbeddedCluster

    folder = Path(tempfile.mkdtemp(prefix="gridsvc-bench-"))
    folder.chmod(0o755)
    try:
        with EmbeddedCluster(folder / "pg", fsync=False) as url:
            plain = url.replace("postgresql+psycopg://", "postgresql://")
            with psycopg.connect(plain, autocommit=True) as connection:
                yield _postgis(connection, outlines)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgis(connection: psycopg.Connection, outlines: np.ndarray) -> Engine:
    connection.execute("SET max_parallel_workers_per_gather = 0; SET work_mem = '256MB'")
    connection.execute("CREATE TABLE polygons (id int, outline geometry)")
    with connection.cursor().copy("COPY polygons FROM STDIN") as copy:
        for row in enumerate(shapely.to_wkb(outlines, hex=True)):
            copy.write_row(row)
    connection.execute("CREATE INDEX ON polygons USING gist (outline)")
    connection.execute("VACUUM ANALYZE polygons")

    def ready(lon: np.ndarray, lat: np.ndarray) -> Ask:
        connection.execute("DROP TABLE IF EXISTS points")
        connection.execute("CREATE TABLE points (id int, place geometry)")
        with connection.cursor().copy("COPY points FROM STDIN") as copy:
            for row in enumerate(shapely.to_wkb(shapely.points(lon, lat), hex=True)):
                copy.write_row(row)
        connection.execute("VACUUM ANALYZE points")

        def ask() -> Pairs:
            rows = np.array(
                connection.execute(
                    "SELECT points.id, polygons.id FROM points "
                    "JOIN polygons ON ST_Intersects(polygons.outline, points.place)"
                ).fetchall()
            )
            return rows[:, 0], rows[:, 1]

        return ask

    return ready
