"""The sample city: facts in, files out.

`generate` lays the city out and writes it in the form in which real cities are imported.
The same seed writes the same data; only the GeoPackages' own time stamps differ.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata import addresses, divisions, facts, files, mesh, officers, terrain
from geodata.grids import serials, shared_by_weight, uneven
from geodata.noise import Array
from geodata.routes import Route, routes
from geodata.terrain import Terrain

DEFAULT_SEED = 441900
# One grid in so many is set apart for a campus, a market or a works (专属网格).
DEDICATED_EVERY = 45

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was written; `seconds` is wall-clock time."""

    divisions: int
    grids: int
    foreign_grids: int
    lines: int
    officers: int
    holdings: int
    matters: int
    conditions: int
    addresses: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Grids:
    """The rows of grids.gpkg, ordered by code within home and neighbours."""

    codes: list[str]
    community: NDArray[np.int64]
    kinds: list[str]
    households: NDArray[np.int64]
    population: NDArray[np.int64]
    outlines_4490: NDArray[np.object_]
    order: NDArray[np.int64]  # the terrain's index of each row


def generate(target: Path, seed: int = DEFAULT_SEED, progress: Progress | None = None) -> Summary:
    """Write the sample city into a directory; `progress` hears stage, done and total."""
    began = time.perf_counter()
    tell = progress or _silent
    target.mkdir(parents=True, exist_ok=True)
    land = terrain.shape(seed, tell)
    grids = _grids(land, np.random.default_rng([seed, 1]))
    home = int((grids.community < land.home_count).sum())

    tell("lines", 0, 1)
    drawn = routes(land)
    tell("lines", 1, 1)
    staff = _officers(land, grids, home)

    tell("addresses", 0, 1)
    located = files.write_table(
        target / "addresses.csv", addresses.COLUMNS, _addresses(land, grids, drawn, seed)
    )
    tell("addresses", 1, 1)

    tell("files", 0, 4)
    rows = divisions.rows(land, grids.outlines_4490, grids.community, grids.population)
    files.write_layer(target / "divisions.gpkg", rows.columns, rows.outlines_4490)
    tell("files", 1, 4)
    files.write_layer(
        target / "grids.gpkg",
        {
            "code": grids.codes,
            "community_code": [code[:12] for code in grids.codes],
            "kind": grids.kinds,
            "households": grids.households,
            "population": grids.population,
        },
        grids.outlines_4490,
    )
    tell("files", 2, 4)
    files.write_layer(
        target / "lines.gpkg",
        {"kind": [r.kind for r in drawn], "name": [r.name for r in drawn]},
        np.array([r.line_4490 for r in drawn], dtype=object),
        many=False,
    )
    tell("files", 3, 4)
    files.write_table(target / "officers.csv", files.OFFICER_COLUMNS, officers.rows(staff))
    files.copy_facts(target)
    tell("files", 4, 4)
    return Summary(
        divisions=len(rows.outlines_4490),
        grids=home,
        foreign_grids=len(grids.codes) - home,
        lines=len(drawn),
        officers=len({(h.of_city, h.officer) for h in staff}),
        holdings=len(staff),
        matters=len(facts.rows("matters.csv")),
        conditions=len(facts.rows("conditions.csv")),
        addresses=located,
        seconds=time.perf_counter() - began,
    )


def _silent(_stage: str, _done: int, _total: int) -> None:
    return None


def _grids(land: Terrain, rng: np.random.Generator) -> Grids:
    """Number the grids of each community and share its people out among them."""
    people = divisions.community_population(land)
    serial = np.empty(len(land.grids_4490), np.int64)
    households = np.zeros(len(land.grids_4490), np.int64)
    population = np.zeros(len(land.grids_4490), np.int64)
    for index in range(len(land.communities)):
        mine = np.nonzero(land.community_of == index)[0]
        serial[mine] = serials(land.grids_4490[mine])
        if index < land.home_count:
            by_serial = mine[np.argsort(serial[mine])]
            households[by_serial] = uneven(int(land.households[index]), len(mine), rng)
            population[by_serial] = _like(int(people[index]), households[by_serial])
    codes = [
        f"{land.communities[c].code}{n:03d}" for c, n in zip(land.community_of, serial, strict=True)
    ]
    away = land.community_of >= land.home_count
    order = np.array(sorted(range(len(codes)), key=lambda k: (bool(away[k]), codes[k])))
    kinds = [
        "dedicated" if not away[k] and row % DEDICATED_EVERY == DEDICATED_EVERY - 1 else "basic"
        for row, k in enumerate(order)
    ]
    return Grids(
        codes=[codes[k] for k in order],
        community=land.community_of[order],
        kinds=kinds,
        households=households[order],
        population=population[order],
        outlines_4490=land.grids_4490[order],
        order=order,
    )


def _like(total: int, pattern: NDArray[np.int64]) -> NDArray[np.int64]:
    """Share `total` out in the proportions of `pattern`."""
    return shared_by_weight(total, pattern.astype(float))


def _addresses(
    land: Terrain, grids: Grids, drawn: list[Route], seed: int
) -> Iterator[tuple[object, ...]]:
    """Address the home city; beyond its line only its own city would know."""
    home = [c.code for c in land.communities[: land.home_count]]
    codes = [home[c] if c < land.home_count else "" for c in grids.community]
    ground = addresses.Ground(
        grid_outlines_4490=grids.outlines_4490,
        community_codes=codes,
        community_names={c.code: c.name for c in land.communities[: land.home_count]},
        lanes_4490=land.lanes_4490,
        routes=drawn,
    )
    return addresses.rows(ground, np.random.default_rng([seed, 2]))


def _officers(land: Terrain, grids: Grids, home: int) -> list[officers.Holding]:
    row_of = np.full(len(grids.order) + 1, -1, np.int64)  # the last stands for "no grid"
    row_of[grids.order] = np.arange(len(grids.order))
    sides = row_of[land.sides]
    lengths: Array = shapely.length(shapely.transform(land.lines_4490, mesh.to_plane))
    beside = officers.neighbours_within(grids.codes, sides, lengths, home)
    border_towns = sorted(
        {border.town_code for border in facts.city_borders() if border.district_code}
    )
    return officers.appoint(grids.codes[:home], beside, border_towns)
