"""The land of city and neighbours: from facts to the grids' outlines."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata import communities as sharing
from geodata import facts, linework, mesh, neighbours, streets
from geodata.cells import Labels
from geodata.facts import Community
from geodata.grids import HOME_GRIDS, community_weight, shared_by_weight
from geodata.noise import Array, displacement
from geodata.towns import lay_out, raster_over

CELL_M = 60.0
STRIP_GRID_KM2 = 1.1

TOWN_WAVES_M = (14_000.0, 5_000.0, 2_000.0, 900.0, 450.0)
BORDER_WAVES_M = (5_000.0, 2_600.0, 1_100.0, 500.0)
STREET_WAVES_M = (6_000.0, 2_400.0)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Terrain:
    """Grids as faces of one planar graph, with the communities they lie in."""

    communities: list[Community]  # home first, then the strips
    home_count: int
    households: NDArray[np.int64]  # of each community; 0 beyond the city line
    grids_4490: NDArray[np.object_]
    community_of: NDArray[np.int64]  # of each grid
    lines_4490: NDArray[np.object_]  # grid borders, one line between two meeting points
    sides: NDArray[np.int64]  # (n, 2) the grids on both sides of each line, -1 for none
    lanes_4490: NDArray[np.object_]  # lanes inside grids, for the map only


def shape(seed: int, progress: Progress) -> Terrain:
    """Lay the city out; the same seed gives the same land."""
    rng = np.random.default_rng(seed)
    towns = facts.towns_with_land()
    seats = mesh.to_plane(np.array([town.seat for town in towns]))
    ripple = displacement(rng, BORDER_WAVES_M, 0.32)
    layout = lay_out(
        towns,
        seats,
        displacement(rng, TOWN_WAVES_M, 0.2),
        ripple,
        lambda done, of: progress("towns", done, of),
    )
    raster = raster_over(seats, towns, CELL_M)
    x, y = raster.bent(ripple)
    town_cells = layout.labels(raster)
    progress("neighbours", 0, 1)
    strip_cells = neighbours.strips(town_cells, raster, towns, seats, facts.city_borders())
    progress("neighbours", 1, 1)

    cells, placed, home_count = _communities(town_cells, strip_cells, seats, x, y, rng, progress)
    arcs = mesh.noded(linework.arcs_between(cells, raster))
    faces = linework.faces_of(list(arcs), cells, raster)
    held = faces.labels >= 0
    outlines = mesh.dissolved(faces.polygons[held], faces.labels[held])
    progress("communities", 2, 2)

    households, wanted = _wanted(outlines, placed, home_count, seats)
    bearings = _bearings(placed, rng)
    blocks = []
    for index, (outline, count) in enumerate(zip(outlines, wanted, strict=True)):
        blocks.append(streets.blocks_of(outline, int(count), bearings[index], rng))
        progress("streets", index + 1, len(outlines))

    cuts = np.array([cut for block in blocks for cut in block.cuts], dtype=object)
    lines = shapely.segmentize(mesh.noded(np.concatenate((arcs, cuts))), mesh.LONGEST_SEGMENT_M)
    progress("grids", 0, 3)
    grids, community_of = mesh.grid_faces(lines, blocks, [int(count) for count in wanted])
    progress("grids", 1, 3)
    lanes = np.array(
        [
            lane
            for grid, index in zip(grids, community_of, strict=True)
            if index < home_count
            for lane in streets.lanes_in(grid, bearings[index], 2)
        ],
        dtype=object,
    )
    progress("grids", 2, 3)
    globe = mesh.on_the_globe(displacement(rng, STREET_WAVES_M, 0.16))
    grids_4490 = shapely.normalize(shapely.transform(grids, globe))
    lines_4490, sides = mesh.sided(shapely.transform(lines, globe), grids_4490)
    terrain = Terrain(
        communities=placed,
        home_count=home_count,
        households=households,
        grids_4490=grids_4490,
        community_of=community_of,
        lines_4490=lines_4490,
        sides=sides,
        lanes_4490=shapely.transform(lanes, globe),
    )
    progress("grids", 3, 3)
    return terrain


def _communities(
    town_cells: Labels,
    strip_cells: Labels,
    seats: Array,
    x: Array,
    y: Array,
    rng: np.random.Generator,
    progress: Progress,
) -> tuple[Labels, list[Community], int]:
    """Return the community index of each cell, the communities, and how many are ours."""
    towns = facts.towns_with_land()
    ours: dict[str, list[Community]] = {}
    for community in facts.communities():
        ours.setdefault(community.parent_code, []).append(community)
    theirs: dict[tuple[str, str], list[Community]] = {}
    for community in facts.foreign_communities():
        theirs.setdefault((community.beside, community.parent_code), []).append(community)

    patches = [
        sharing.Patch(np.nonzero(town_cells == k), seats[k], tuple(ours[town.code]))
        for k, town in enumerate(towns)
    ]
    cells, placed = sharing.share_out(patches, x, y, town_cells.shape, rng)
    progress("communities", 1, 2)
    seat_of = dict(zip((town.code for town in towns), seats, strict=True))
    strips = [
        sharing.Patch(
            np.nonzero(strip_cells == k),
            seat_of[border.town_code],
            tuple(theirs[border.town_code, border.district_code]),
        )
        for k, border in enumerate(facts.city_borders())
        if border.over == "land"
    ]
    beyond = sharing.along_the_line(strips, x, y, cells, len(placed), rng)
    return cells, placed + beyond, len(placed)


def _wanted(
    outlines: NDArray[np.object_], placed: list[Community], home_count: int, seats: Array
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return households and number of grids for each community."""
    towns = facts.towns_with_land()
    town_grids = shared_by_weight(HOME_GRIDS, np.array([float(town.households) for town in towns]))
    area = shapely.area(outlines) / 1e6
    middles = shapely.get_coordinates(shapely.centroid(outlines))
    households = np.zeros(len(placed), np.int64)
    grids = np.maximum(np.rint(area / STRIP_GRID_KM2), 1).astype(np.int64)
    parents = np.array([community.parent_code for community in placed[:home_count]])
    for town, seat, count in zip(towns, seats, town_grids, strict=True):
        mine = np.nonzero(parents == town.code)[0]
        weight = community_weight(area[mine], np.hypot(*(middles[mine] - seat).T))
        households[mine] = shared_by_weight(town.households, weight)
        grids[mine] = shared_by_weight(int(count), weight, least=1)
    return households, grids


def _bearings(placed: list[Community], rng: np.random.Generator) -> Array:
    """Return each community's street direction: near its town's, in radians."""
    parents = sorted({community.parent_code for community in placed})
    of_parent = dict(zip(parents, rng.uniform(-0.6, 0.6, len(parents)), strict=True))
    swing = rng.normal(0, 0.18, len(placed))
    return np.array([of_parent[c.parent_code] for c in placed]) + swing
