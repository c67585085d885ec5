"""The generated city against the facts; it is generated once for all tests here."""

import csv
import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata import facts
from geodata.city import generate
from geodata.mesh import area_km2, dissolved, to_plane
from gridsvc.core.geo.coverage import NamedOutlines, find_problems

HOME = facts.HOME_CITY


class City:
    """The files of one generated city, read back."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.stages: list[tuple[str, int, int]] = []
        self.summary = generate(target, progress=lambda *step: self.stages.append(step))
        self.grids = gpd.read_file(target / "grids.gpkg")
        self.divisions = gpd.read_file(target / "divisions.gpkg").set_index("code", drop=False)
        self.lines = gpd.read_file(target / "lines.gpkg")
        with (target / "officers.csv").open(encoding="utf-8", newline="") as file:
            self.officers = list(csv.DictReader(file))
        self.home_grids = self.grids[self.grids.code.str.startswith("4419")]
        self.towns = [self.divisions.geometry[t.code] for t in facts.towns_with_land()]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City(tmp_path_factory.mktemp("sample"))


def test_counts_are_the_published_ones(city: City) -> None:
    level = Counter(city.divisions.level[city.divisions.city_code == HOME])

    assert level == {"city": 1, "town": 36, "community": 609}
    assert len(city.home_grids) == city.summary.grids == 2958
    assert city.home_grids.households.sum() == 5_057_386
    assert city.home_grids.population.sum() == 10_466_625
    assert city.divisions.population[HOME] == 10_466_625


def test_town_middles_lie_within_two_kilometres(city: City) -> None:
    seats = to_plane(np.array([t.seat for t in facts.towns_with_land()]))
    planes = shapely.transform(np.array(city.towns, dtype=object), to_plane)
    off = np.hypot(*(shapely.get_coordinates(shapely.centroid(planes)) - seats).T)

    assert off.max() < 2000


def test_town_areas_lie_within_a_tenth(city: City) -> None:
    wanted = np.array([t.area_km2 for t in facts.towns_with_land()])
    ratio = area_km2(np.array(city.towns, dtype=object)) / wanted

    assert np.abs(ratio - 1).max() < 0.10


def test_most_true_neighbours_are_neighbours(city: City) -> None:
    codes = [t.code for t in facts.towns_with_land()]
    found = {
        (codes[a], codes[b])
        for a in range(len(codes))
        for b in range(a + 1, len(codes))
        if shapely.intersection(city.towns[a], city.towns[b]).length > 0
    }

    assert len(found & facts.neighbour_pairs()) >= 0.85 * 75


def test_every_border_town_touches_the_district_beyond(city: City) -> None:
    outlines = city.divisions.geometry
    apart = [
        (border.town_code, border.district_code)
        for border in facts.city_borders()
        if border.over == "land"
        and not shapely.intersection(
            outlines[border.town_code], outlines[border.district_code]
        ).length
    ]

    assert apart == []


def test_every_segment_has_two_owners_or_lies_on_one_hull(city: City) -> None:
    owners: Counter[tuple[object, object]] = Counter()
    for a, b in _segments(city.grids.geometry):
        owners[min(a, b), max(a, b)] += 1
    hull = [segment for segment, count in owners.items() if count == 1]

    assert set(owners.values()) == {1, 2}
    assert shapely.line_merge(shapely.multilinestrings(hull)).geom_type == "LineString"


def test_the_grids_pass_the_audit(city: City) -> None:
    outlines = np.asarray(city.grids.geometry.values)

    problems = find_problems(NamedOutlines(ids=tuple(city.grids.code), outlines_4490=outlines))

    assert len(problems) == 0
    assert shapely.coverage_is_valid(outlines)


def test_upper_outlines_are_the_union_of_their_grids(city: City) -> None:
    codes, label = np.unique(city.home_grids.community_code, return_inverse=True)
    unions = dissolved(np.asarray(city.home_grids.geometry.values), label)
    outlines = city.divisions.geometry[codes]

    assert len(codes) == 606
    assert all(
        shapely.equals(a, b) and _vertices(a) == _vertices(b)
        for a, b in zip(unions, outlines, strict=True)
    )
    towns = {vertex for town in city.towns for vertex in _vertices(town)}
    assert towns <= {vertex for grid in city.home_grids.geometry for vertex in _vertices(grid)}


def test_landless_divisions_have_no_outline(city: City) -> None:
    bare = city.divisions.code[city.divisions.geometry.isna()]

    assert {code[:9] for code in bare} == {"441900402", "441900403", "441900404"}
    assert len(bare) == 6


def test_every_grid_code_continues_its_community(city: City) -> None:
    serials = defaultdict(list)
    for code, community in zip(city.grids.code, city.grids.community_code, strict=True):
        assert code[:12] == community
        serials[community].append(int(code[12:]))

    assert set(serials) == set(
        city.divisions.code[(city.divisions.level == "community") & city.divisions.geometry.notna()]
    )
    assert all(sorted(s) == list(range(1, len(s) + 1)) for s in serials.values())


def test_there_are_9756_home_officers_with_invented_names(city: City) -> None:
    home = {o["officer_code"] for o in city.officers if o["officer_code"].startswith("D")}

    assert len(home) == 9756
    assert all(o["name"].startswith("样例·") and not o["phone"] for o in city.officers)


def test_every_grid_has_a_manager_and_a_backup_who_is_somebody_else(city: City) -> None:
    holders: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in city.officers:
        holders[row["place_code"]][row["duty"]].add(row["officer_code"])

    for code in city.home_grids.code:
        managers, assistants = holders[code]["grid_manager"], holders[code]["grid_assistant"]
        assert managers
        assert assistants
        assert not managers & assistants


def test_a_post_has_one_duty_place_and_shift(city: City) -> None:
    posts = defaultdict(set)
    for row in city.officers:
        posts[row["post_code"]].add(
            tuple(row[k] for k in ("duty", "place_code", "department", "is_backup", "shift"))
        )

    assert all(len(kinds) == 1 for kinds in posts.values())


def test_places_and_departments_of_posts_exist(city: City) -> None:
    places = {"grid": set(city.grids.code), "division": set(city.divisions.code)}
    departments = {row["code"] for row in facts.rows("departments.csv")} | {""}

    assert all(o["place_code"] in places[o["place_kind"]] for o in city.officers)
    assert {o["department"] for o in city.officers} == departments


def test_somebody_is_on_duty_in_every_town_at_any_hour(city: City) -> None:
    shifts = defaultdict(set)
    for row in city.officers:
        if row["duty"] == "dispatcher":
            shifts[row["place_code"]].add(row["shift"])

    for code in (HOME, *(t.code for t in facts.towns_with_land())):
        assert _hours_of(shifts[code]) == set(range(24))


def test_each_neighbour_city_and_border_town_has_a_liaison(city: City) -> None:
    places = {o["place_code"] for o in city.officers if o["duty"] == "liaison"}
    border_towns = {b.town_code for b in facts.city_borders() if b.district_code}

    assert border_towns <= places
    assert {"440100000000", "440300000000", "441300000000"} <= places


def test_rivers_run_on_borders_of_grids(city: City) -> None:
    borders = {frozenset(segment) for segment in _segments(city.grids.geometry)}
    rivers = city.lines[city.lines.kind == "river"]

    assert set(rivers.name) >= {"东江", "石马河", "东引运河"}
    for line in rivers.geometry:
        vertices = list(line.coords)
        assert all(frozenset(pair) in borders for pair in itertools.pairwise(vertices))


def test_progress_of_every_stage_ends_complete(city: City) -> None:
    last = {stage: (done, total) for stage, done, total in city.stages}

    assert set(last) == {
        "towns", "neighbours", "communities", "streets", "grids", "lines", "addresses", "files"
    }  # fmt: skip
    assert all(done == total for done, total in last.values())


def test_the_same_seed_writes_the_same_data(city: City, tmp_path: Path) -> None:
    generate(tmp_path)

    assert _digest(tmp_path) == _digest(city.target)


def _vertices(shape: shapely.Geometry) -> set[tuple[float, float]]:
    return set(map(tuple, shapely.get_coordinates(shape).tolist()))


def _segments(
    shapes: gpd.GeoSeries,
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    for ring in shapely.get_rings(shapely.get_parts(np.asarray(shapes.values))):
        vertices = list(map(tuple, shapely.get_coordinates(ring).tolist()))
        yield from itertools.pairwise(vertices)


def _hours_of(shifts: set[str]) -> set[int]:
    spans = {
        "day": (time(9), time(17)),
        "early": (time(7), time(14)),
        "late": (time(14), time(21)),
        "night": (time(21), time(7)),
        "always": (time(0), time(0)),
    }
    hours = set()
    for shift in shifts:
        start, end = (at.hour for at in spans[shift])
        hours |= {hour % 24 for hour in range(start, end if end > start else end + 24)}
    return hours


def _digest(target: Path) -> dict[str, str]:
    digests = {}
    for path in sorted(target.iterdir()):
        if path.suffix == ".gpkg":
            table = gpd.read_file(path)
            content = table.drop(columns="geometry").to_csv().encode() + b"".join(
                shape or b"-" for shape in shapely.to_wkb(np.asarray(table.geometry.values))
            )
        else:
            content = path.read_bytes()
        digests[path.name] = hashlib.sha256(content).hexdigest()
    return digests
