"""Standard addresses of the sample city 标准地址库: invented streets along the linework.

Every lane inside the grids has houses on both sides, odd numbers to the left; some houses
are estates with buildings, units and rooms. Street names are made of words that no town
would choose (鲸歌, 纸鸢 …); main roads have the names of the map. Nobody lives here.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata import facts, mesh
from geodata.noise import Array
from geodata.routes import Route

COLUMNS = ("code", "community_code", "street", "number", "building", "unit", "room", "lon", "lat")
#: On each side.
HOUSES_PER_LANE = 3
ROAD_STEP_M = 150.0
ROAD_SETBACK_M = 22.0
LANE_SETBACK_M = 14.0
#: One house in so many is an estate with several buildings.
ESTATE_EVERY = 90
#: One house in so many has rooms without buildings.
ROOMS_EVERY = 40

WORDS = tuple(row["word"] for row in facts.rows("street_words.csv"))
KINDS = ("路", "街", "巷", "路", "横街", "街")
LANES = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Ground:
    """What addresses are laid out on: grids with the community of each, lanes and roads."""

    grid_outlines_4490: NDArray[np.object_]
    #: Of each grid; "" where no addresses are wanted.
    community_codes: Sequence[str]
    community_names: dict[str, str]
    lanes_4490: NDArray[np.object_]
    routes: Sequence[Route]


def rows(ground: Ground, rng: np.random.Generator) -> Iterator[tuple[object, ...]]:
    """Return the rows of addresses.csv in the order of communities, streets and numbers."""
    tree = shapely.STRtree(ground.grid_outlines_4490)
    streets = _lanes(ground, tree)
    for key, houses in _roads(ground, tree).items():
        streets[key[0]].append((key[1], houses))
    for community in sorted(streets):
        serial = 0
        for name, houses in streets[community]:
            for number, (lon, lat) in houses:
                for building, unit, room in _inside(rng):
                    serial += 1
                    code = f"{community}{serial:06d}"
                    cells = (code, community, name, number, building, unit, room)
                    yield (*cells, f"{lon:.7f}", f"{lat:.7f}")


_Houses = list[tuple[int, tuple[float, float]]]


def _lanes(ground: Ground, tree: shapely.STRtree) -> dict[str, list[tuple[str, _Houses]]]:
    """Return the named lanes of each community, with their houses by number."""
    lines = ground.lanes_4490
    planes = shapely.transform(lines, mesh.to_plane)
    lengths = shapely.length(planes)
    # A lane is cut where a bay interrupts it; scraps have no houses.
    kept = lengths > 60.0
    lines, planes, lengths = lines[kept], planes[kept], lengths[kept]
    middles = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    of_lane, grid = _first_per_point(tree.query(middles, predicate="intersects"))
    lanes: dict[str, list[int]] = defaultdict(list)
    for lane, position in zip(of_lane, grid, strict=True):
        if ground.community_codes[position]:
            lanes[ground.community_codes[position]].append(int(lane))
    share = (np.arange(HOUSES_PER_LANE) + 0.5) / HOUSES_PER_LANE
    numbers, spots = _both_sides(planes, share * lengths[:, None], LANE_SETBACK_M)
    streets: dict[str, list[tuple[str, _Houses]]] = defaultdict(list)
    for community, members in lanes.items():
        names = street_names(ground.community_names[community], len(members))
        for lane, name in zip(members, names, strict=True):
            streets[community].append((name, list(zip(numbers, spots[lane], strict=True))))
    _drop_strays(streets, ground, tree)
    return streets


def street_names(community: str, count: int) -> list[str]:
    """Return the names of a community's streets, some in families (青禾一巷, 青禾二巷 …).

    They follow from the community's name: two communities of one name have the same streets,
    so that only their towns tell them apart.
    """
    rng = np.random.default_rng([ord(character) for character in community])
    order = rng.permutation(len(WORDS))
    names: list[str] = []
    core = community.removesuffix("村" if community.endswith("村") else "社区")
    for turn, word in enumerate([core, *(WORDS[k] for k in order)] * 40):
        if len(names) >= count:
            break
        if turn % 4 == 1:
            family = int(rng.integers(2, 6))
            made = [f"{word}{LANES[k]}巷" for k in range(family)]
        else:
            made = [word + KINDS[int(rng.integers(len(KINDS)))]]
        names += [name for name in made if name not in names]
    return names[:count]


def _roads(ground: Ground, tree: shapely.STRtree) -> dict[tuple[str, str], _Houses]:
    """Return the houses along main roads by community and name; numbers run on across them."""
    found: dict[tuple[str, str], _Houses] = defaultdict(list)
    last_number: dict[str, int] = defaultdict(int)
    for route in ground.routes:
        if route.kind != "main_road":
            continue
        plane = shapely.transform(route.line_4490, mesh.to_plane)
        along = np.arange(ROAD_STEP_M / 2, plane.length, ROAD_STEP_M)
        if not len(along):
            continue
        numbers, [spots] = _both_sides(np.array([plane]), along[None, :], ROAD_SETBACK_M)
        numbers = [number + last_number[route.name] for number in numbers]
        last_number[route.name] = max(numbers)
        spot, grid = _first_per_point(
            tree.query(shapely.points(np.array(spots)), predicate="intersects")
        )
        for k, position in zip(spot, grid, strict=True):
            community = ground.community_codes[position]
            if community:
                found[community, route.name].append((numbers[k], spots[k]))
    return {key: sorted(houses) for key, houses in sorted(found.items())}


def _both_sides(
    lines_4547: NDArray[np.object_], along_m: Array, setback_m: float
) -> tuple[list[int], list[list[tuple[float, float]]]]:
    """Return house numbers, odd to the left and even to the right, and each line's lon/lat.

    `along_m` (lines, houses on a side) says how far along its line each pair of houses is.
    """
    pairs = along_m.shape[1]
    lines = lines_4547[:, None]
    here, before, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines, at))
        for at in (along_m, along_m - 1.0, along_m + 1.0)
    )
    way = ahead - before
    way /= np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    left = np.column_stack((-way[:, 1], way[:, 0])) * setback_m
    lon_lat = mesh.to_globe(np.stack((here + left, here - left), axis=1).reshape(-1, 2))
    spots = lon_lat.reshape(len(lines_4547), 2 * pairs, 2)
    return list(range(1, 2 * pairs + 1)), [[(x, y) for x, y in line] for line in spots.tolist()]


def _drop_strays(
    streets: dict[str, list[tuple[str, _Houses]]], ground: Ground, tree: shapely.STRtree
) -> None:
    """Leave out houses that a bend has put into another community."""
    keys = [
        (community, street, house)
        for community, named in streets.items()
        for street, (_, houses) in enumerate(named)
        for house in range(len(houses))
    ]
    spots = np.array([streets[c][s][1][h][1] for c, s, h in keys])
    found, grid = _first_per_point(tree.query(shapely.points(spots), predicate="intersects"))
    home = {int(k): ground.community_codes[g] for k, g in zip(found, grid, strict=True)}
    kept: dict[tuple[str, int], _Houses] = defaultdict(list)
    for k, (community, street, house) in enumerate(keys):
        if home.get(k) == community:
            kept[community, street].append(streets[community][street][1][house])
    for community, named in streets.items():
        named[:] = [
            (name, kept[community, street])
            for street, (name, _) in enumerate(named)
            if kept[community, street]
        ]


def _first_per_point(found: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    points, first = np.unique(found[0], return_index=True)
    return points, found[1][first]


def _inside(rng: np.random.Generator) -> Iterator[tuple[str, str, str]]:
    """Return building, unit and room of a house and of what is in it, the house first."""
    yield "", "", ""
    draw = rng.integers(ESTATE_EVERY * ROOMS_EVERY)
    if draw % ESTATE_EVERY == 0:
        for building in range(1, int(rng.integers(3, 7))):
            yield str(building), "", ""
            for unit in range(1, int(rng.integers(2, 4))):
                yield str(building), str(unit), ""
                for floor in range(1, int(rng.integers(2, 6))):
                    yield from ((str(building), str(unit), f"{floor}0{door}") for door in (1, 2))
    elif draw % ROOMS_EVERY == 0:
        for floor in range(1, int(rng.integers(3, 8))):
            yield from (("", "", f"{floor}0{door}") for door in (1, 2))
