"""Divisions: city, towns and communities as unions of grids, with what is known of them."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata import facts
from geodata.grids import shared_by_weight
from geodata.mesh import area_km2, dissolved
from geodata.terrain import Terrain


@dataclass(frozen=True, slots=True)
class DivisionRows:
    """Columns of divisions.gpkg and the outline of each row, None without land."""

    columns: dict[str, object]
    outlines_4490: NDArray[np.object_]


def community_population(land: Terrain) -> NDArray[np.int64]:
    """Return the population of each home community, shared out like its town's households."""
    population = np.zeros(land.home_count, np.int64)
    parents = np.array([c.parent_code for c in land.communities[: land.home_count]])
    for town in facts.towns_with_land():
        mine = np.nonzero(parents == town.code)[0]
        weight = land.households[mine].astype(float)
        population[mine] = shared_by_weight(town.population, weight)
    return population


def rows(
    land: Terrain,
    grids_4490: NDArray[np.object_],
    community_of: NDArray[np.int64],
    grid_population: NDArray[np.int64],
) -> DivisionRows:
    """Return the home city with everything below it, then the neighbour cities."""
    outline_of, people_of, households_of = _communities(
        land, grids_4490, community_of, grid_population
    )
    names = {c.code: c for c in (*facts.communities(), *facts.foreign_communities())}
    towns = {t.code: t for t in facts.towns()}
    table: list[tuple[str, str, str, str, str, str]] = []
    tree = facts.rows("foreign_divisions.csv")
    for city in (row for row in tree if row["level"] == "city"):
        code = city["code"]
        below = (
            [(t.code, t.name, t.name_en) for t in towns.values()]
            if code == facts.HOME_CITY
            else [(r["code"], r["name"], r["name_en"]) for r in tree if r["parent_code"] == code]
        )
        table.append((code, city["name"], city["name_en"], "city", "", code))
        for town_code, name, name_en in sorted(below):
            mine = sorted(c.code for c in names.values() if c.parent_code == town_code)
            if not mine:
                continue  # across the water: no strip here
            table.append((town_code, name, name_en, "town", code, code))
            table += [(c, names[c].name, "", "community", town_code, code) for c in mine]
    for level in ("community", "town"):
        for code, _, _, of_level, parent, _ in table:
            if of_level == level and code in outline_of:
                people_of[parent] = people_of.get(parent, 0) + people_of[code]
                households_of[parent] = households_of.get(parent, 0) + households_of[code]
        _unite(outline_of, [(row[0], row[4]) for row in table if row[3] == level])
    codes = [row[0] for row in table]
    outlines = np.array([outline_of.get(code) for code in codes], dtype=object)
    area = np.zeros(len(codes))
    held = ~shapely.is_missing(outlines)
    area[held] = np.round(area_km2(outlines[held]), 4)
    columns: dict[str, object] = {
        name: [row[k] for row in table]
        for k, name in enumerate(("code", "name", "name_en", "level", "parent_code", "city_code"))
    }
    columns["population"] = [people_of.get(code, 0) for code in codes]
    columns["households"] = [households_of.get(code, 0) for code in codes]
    columns["area_km2"] = area
    return DivisionRows(columns, outlines)


def _communities(
    land: Terrain,
    grids_4490: NDArray[np.object_],
    community_of: NDArray[np.int64],
    grid_population: NDArray[np.int64],
) -> tuple[dict[str, shapely.Geometry], dict[str, int], dict[str, int]]:
    """Return outline, population and households of each community with land."""
    codes = [community.code for community in land.communities]
    outlines = dissolved(grids_4490, community_of)
    people = np.bincount(community_of, grid_population, minlength=len(codes)).astype(int)
    return (
        dict(zip(codes, outlines, strict=True)),
        dict(zip(codes, people.tolist(), strict=True)),
        dict(zip(codes, land.households.tolist(), strict=True)),
    )


def _unite(outline_of: dict[str, shapely.Geometry], parent_of: list[tuple[str, str]]) -> None:
    """Add the outlines of the parents; children without land add nothing."""
    members: dict[str, list[shapely.Geometry]] = {}
    for code, parent in parent_of:
        if code in outline_of:
            members.setdefault(parent, []).append(outline_of[code])
    for parent, shapes in members.items():
        outline_of[parent] = shapely.normalize(shapely.coverage_union_all(shapes))
