"""`scripts/bench locate`: bulk and single look-ups against every other way, on one core."""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gridsvc.core.geo.locate import MATCHES, Area, Locator, Match
from tests.bench.coverage import crooked_lattice, in_spatial_order, random_places
from tests.bench.engines import (
    Engine,
    Pairs,
    duckdb_engine,
    geopandas_engine,
    postgis_engine,
    shapely_engine,
)

#: Most polygons that are loaded into a database for the comparison, unless asked for more.
DATABASE_SIZES = 30_000


def main() -> None:
    options = _options()
    per_point: dict[int, float] = {}
    for count in options.sizes:
        say(f"{count} grids: making them")
        per_point[count] = bench_coverage(
            f"{count // 1000}k", crooked_lattice(count, per_side=20), options
        )
    if options.sample.exists():
        say(f"the sample city of {options.sample}")
        import pyogrio

        grids = pyogrio.read_dataframe(options.sample).geometry.to_numpy()
        bench_coverage("sample city", grids[~shapely.is_missing(grids)], options)
    base = min(per_point)
    for count in sorted(per_point)[1:]:
        tell(
            f"locate cost per ordered point, {count // 1000}k vs {base // 1000}k grids",
            per_point[count],
            per_point[base],
            "ns",
        )


def bench_coverage(title: str, outlines: np.ndarray, options: argparse.Namespace) -> float:
    """Bench one coverage; returns nanoseconds per ordered point of ours."""
    areas = [Area(key=i, code=f"{i:08d}", outline=outline) for i, outline in enumerate(outlines)]
    builds = []
    for _ in range(3 if len(areas) < 100_000 else 1):
        began = time.perf_counter()
        locator = Locator(areas)
        builds.append(time.perf_counter() - began)
    tell(f"locate {title} build", statistics.median(builds), 1.0, "s, goal for 3k", spread=builds)
    tell(f"locate {title} size", locator.cells.size / len(areas), 4096, "bytes/grid, goal")

    lon, lat = random_places(outlines, int(options.points * 1.05))
    within = locator.locate_many(lon, lat, distances=False).match == MATCHES.index(Match.INSIDE)
    say(f"  {np.mean(within):.1%} of random places lie in a grid; those are asked about")
    lon, lat = lon[within][: options.points], lat[within][: options.points]
    places = {"random": (lon, lat), "ordered": in_spatial_order(lon, lat)}
    bench_single(title, locator, *places["random"])
    ours: dict[str, float] = {}
    with ExitStack() as stack:
        engines = _engines(outlines, options, stack)
        for order, (x, y) in places.items():
            for name, make in engines.items():
                say(f"  {order} places: {name}")
                rate = compare(f"locate {title} {order} vs {name}", locator, make, x, y, options)
                ours.setdefault(order, rate)
    return 1e9 / ours["ordered"]


def _engines(
    outlines: np.ndarray, options: argparse.Namespace, stack: ExitStack
) -> dict[str, Engine]:
    engines = {"geopandas": geopandas_engine(outlines), "shapely STRtree": shapely_engine(outlines)}
    if len(outlines) <= DATABASE_SIZES or options.all:
        for name, make in (
            ("duckdb", lambda: duckdb_engine(outlines)),
            ("postgis", lambda: stack.enter_context(postgis_engine(outlines))),
        ):
            if name not in options.without:
                say(f"  loading {name}")
                engines[name] = make()
    return engines


def compare(
    title: str,
    locator: Locator,
    engine: Engine,
    lon: np.ndarray,
    lat: np.ndarray,
    options: argparse.Namespace,
) -> float:
    """Measure both sides in turns; returns our median rate in points per second."""
    is_database = title.endswith(("duckdb", "postgis"))
    # Every so many-th place keeps the order and the spread; rates are per point.
    x, y = (v[:: options.thin].copy() if is_database else v for v in (lon, lat))
    ask = engine(x, y)
    # What another process does is not our processor time.
    clock = time.perf_counter if title.endswith("postgis") else time.process_time
    ours, theirs = [], []
    pairs: Pairs | None = None
    for _ in range(options.rounds):
        for _ in range(3):
            took, _answers = _timed(lambda: locator.locate_many(lon, lat, distances=False), clock)
            ours.append(lon.size / took)
        took, pairs = _timed(ask, clock)
        theirs.append(x.size / took)
    assert pairs is not None
    tell(
        title,
        statistics.median(ours),
        statistics.median(theirs),
        "points/s",
        spread=ours,
        reference_spread=theirs,
        points=int(lon.size),
        reference_points=int(x.size),
        different=differing(locator, x, y, pairs),
        clock="wall" if clock is time.perf_counter else "processor",
    )
    return statistics.median(ours)


def differing(locator: Locator, lon: np.ndarray, lat: np.ndarray, pairs: Pairs) -> int:
    """Count the places that both sides answer differently; a tie is the lowest position."""
    place, polygon = pairs
    lowest = np.full(lon.size, np.iinfo(np.int64).max)
    np.minimum.at(lowest, place.astype(np.int64), polygon.astype(np.int64))
    found = locator.locate_many(lon, lat, distances=False)
    in_some = np.isin(
        found.match, [MATCHES.index(m) for m in (Match.INSIDE, Match.EDGE, Match.OVERLAP)]
    )
    ours = np.where(in_some, found.index, np.iinfo(np.int64).max)
    return int(np.count_nonzero(ours != lowest))


def bench_single(title: str, locator: Locator, lon: np.ndarray, lat: np.ndarray) -> None:
    locator.warm()
    for name, ask, count in (
        ("place_of", locator.place_of, 50_000),
        ("locate with distance", locator.locate, 5_000),
    ):
        took = np.fromiter(_each(ask, lon[:count].tolist(), lat[:count].tolist()), float)
        p50, p99 = np.percentile(took[100:], [50, 99]) / 1e3
        tell(f"{name} {title} p50", p50, 20.0, "µs, goal for p99 of place_of")
        tell(f"{name} {title} p99", p99, 20.0, "µs, goal for p99 of place_of")


def _each(
    ask: Callable[[float, float], object], lon: list[float], lat: list[float]
) -> Iterator[int]:
    for x, y in zip(lon, lat, strict=True):
        began = time.perf_counter_ns()
        ask(x, y)
        yield time.perf_counter_ns() - began


def _timed(ask: Callable[[], Any], clock: Callable[[], float]) -> tuple[float, Any]:
    began = clock()
    answer = ask()
    return clock() - began, answer


def tell(
    bench: str,
    ours: float,
    reference: float,
    unit: str,
    spread: list[float] | None = None,
    reference_spread: list[float] | None = None,
    **more: object,
) -> None:
    """Print one result."""
    line: dict[str, object] = {
        "bench": bench,
        "ours": _short(ours),
        "reference": _short(reference),
        "unit": unit,
        "ratio": _short(ours / reference),
        **more,
    }
    for name, values in (("ours_range", spread), ("reference_range", reference_spread)):
        if values:
            line[name] = [_short(min(values)), _short(max(values))]
    line["load"] = round(os.getloadavg()[0], 1)
    print(json.dumps(line, ensure_ascii=False), flush=True)


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench locate", description=__doc__)
    parser.add_argument("--sizes", default="3000,30000,300000", help="numbers of grids")
    parser.add_argument("--million", action="store_true", help="a million grids too; takes 10 GB")
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3, help="turns of each side")
    parser.add_argument("--thin", type=int, default=10, help="databases get every so many-th point")
    parser.add_argument("--without", default="", help="of duckdb,postgis: those to leave out")
    parser.add_argument("--all", action="store_true", help="databases at every size")
    parser.add_argument("--sample", type=Path, default=Path("var/sample/grids.gpkg"))
    options = parser.parse_args()
    options.sizes = [int(size) for size in options.sizes.split(",")]
    if options.million:
        options.sizes.append(1_000_000)
    return options


if __name__ == "__main__":
    main()
