"""Rivers, expressways and main roads: lines for the map, found on the city's own borders.

A river follows the borders named in the facts, so that it is a border; a main road follows
streets from town to town; an expressway swings freely from place to place.
"""

import heapq
import itertools
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata import facts
from geodata.mesh import DECIMALS
from geodata.noise import Array
from geodata.terrain import Terrain

Node = tuple[float, float]
TOWN_BORDER_COST = 0.25  # rivers keep to town borders where they can
RIVER_COST = 4.0  # roads seldom run in a river
DRAWN_PER_LEG = 24  # points of an expressway between two places


@dataclass(frozen=True, slots=True)
class Route:
    """A line for the map; `name` is empty for streets."""

    kind: str
    name: str
    line_4490: shapely.LineString


class _Network:
    """Borders and streets as a graph; edges are indices into the terrain's lines."""

    def __init__(self, lines: NDArray[np.object_]) -> None:
        self.lines = lines
        self.length = shapely.length(lines)
        self.ends: list[tuple[Node, Node]] = []
        self.edges_at: dict[Node, list[int]] = defaultdict(list)
        for index, line in enumerate(lines):
            ends = (line.coords[0], line.coords[-1])
            self.ends.append(ends)
            for end in ends:
                self.edges_at[end].append(index)

    def way(self, start: Node, goal: Node, cost: Array) -> list[int]:
        """Return the cheapest edges from start to goal; empty where there is no way."""
        best = {start: 0.0}
        came: dict[Node, tuple[int, Node]] = {}
        queue = [(0.0, start)]
        while queue:
            spent, node = heapq.heappop(queue)
            if node == goal:
                break
            if spent > best[node]:
                continue
            for edge in self.edges_at[node]:
                if not np.isfinite(cost[edge]):
                    continue
                first, last = self.ends[edge]
                other = last if node == first else first
                total = spent + cost[edge]
                if total < best.get(other, np.inf):
                    best[other] = total
                    came[other] = (edge, node)
                    heapq.heappush(queue, (total, other))
        edges: list[int] = []
        node = goal
        while node in came and node != start:
            edge, node = came[node]
            edges.append(edge)
        return edges[::-1] if node == start else []

    def nearest(self, place: Node) -> Node:
        """Return the node nearest to a place."""
        return min(
            self.edges_at, key=lambda node: (node[0] - place[0]) ** 2 + (node[1] - place[1]) ** 2
        )


def routes(terrain: Terrain) -> list[Route]:
    """Return all lines of the map, in a fixed order."""
    network = _Network(terrain.lines_4490)
    parents = np.array([c.parent_code for c in terrain.communities] + [""])
    community = np.append(terrain.community_of, len(terrain.communities))
    beside = community[terrain.sides]  # (n, 2) communities
    town = parents[beside]
    between_communities = beside[:, 0] != beside[:, 1]
    between_towns = town[:, 0] != town[:, 1]

    found: list[Route] = []
    taken = np.zeros(len(network.lines), bool)
    cost = np.where(between_communities, network.length, np.inf)
    cost = np.where(between_towns, network.length * TOWN_BORDER_COST, cost)
    rows = facts.rows("routes.csv")
    for row in (row for row in rows if row["kind"] == "river"):
        stops = [_middle_of_border(network, town, pair.split("|")) for pair in row["via"].split()]
        found += _along(network, "river", row["name"], [s for s in stops if s], cost, taken)

    at_home = (beside < terrain.home_count).all(axis=1)
    road_cost = np.where(at_home, network.length * np.where(taken, RIVER_COST, 1.0), np.inf)
    seats = {t.code: t.seat for t in facts.towns_with_land() if t.seat}
    names = {t.code: t.name.removesuffix("街道").removesuffix("镇") for t in facts.towns()}
    doors = {code: network.nearest(seat) for code, seat in seats.items()}
    rivers = taken.copy()
    for a, b in sorted(facts.neighbour_pairs()):
        name = f"{names[a]}{names[b]}大道"
        found += _along(network, "main_road", name, [doors[a], doors[b]], road_cost, taken)

    for row in (row for row in rows if row["kind"] == "expressway"):
        places = [
            np.mean([seats[c] for c in stop.split("+")], axis=0) for stop in row["via"].split()
        ]
        found.append(Route("expressway", row["name"], _curve(np.array(places))))
    streets = ~taken & ~rivers & at_home & ~between_communities
    found += [Route("street", "", line) for line in terrain.lines_4490[streets]]
    found += [Route("street", "", line) for line in terrain.lanes_4490]
    return found


def _middle_of_border(network: _Network, town: np.ndarray, pair: list[str]) -> Node | None:
    """Return the meeting point nearest to the middle of a border, None if there is none."""
    a, b = pair
    on = ((town[:, 0] == a) & (town[:, 1] == b)) | ((town[:, 0] == b) & (town[:, 1] == a))
    edges = np.nonzero(on)[0]
    if not len(edges):
        return None
    nodes = sorted({end for edge in edges for end in network.ends[edge]})
    middle = np.mean(nodes, axis=0)
    return min(nodes, key=lambda node: float(np.hypot(*(np.array(node) - middle))))


def _along(
    network: _Network, kind: str, name: str, stops: list[Node], cost: Array, taken: np.ndarray
) -> list[Route]:
    """Return the way through the stops as merged lines; edges already drawn are left out."""
    edges: list[int] = []
    for start, goal in itertools.pairwise(stops):
        edges += network.way(start, goal, cost)
    fresh = [edge for edge in dict.fromkeys(edges) if not taken[edge]]
    taken[fresh] = True
    if not fresh:
        return []
    merged = shapely.line_merge(shapely.multilinestrings([network.lines[e] for e in fresh]))
    return [Route(kind, name, line) for line in shapely.get_parts(merged)]


def _curve(places: Array) -> shapely.LineString:
    """Return a Catmull–Rom curve through lon/lat places."""
    padded = np.vstack((2 * places[0] - places[1], places, 2 * places[-1] - places[-2]))
    t = np.linspace(0, 1, DRAWN_PER_LEG, endpoint=False)[:, None]
    legs = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        bend = 2 * p0 - 5 * p1 + 4 * p2 - p3
        twist = 3 * (p1 - p2) + p3 - p0
        legs.append((2 * p1 + (p2 - p0) * t + bend * t**2 + twist * t**3) / 2)
    return shapely.LineString(np.round(np.vstack([*legs, places[-1:]]), DECIMALS))
