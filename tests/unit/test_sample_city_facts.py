import csv
from collections import Counter
from datetime import date, timedelta

import holidays
import numpy as np
import pytest
from shapely import Polygon, box

from geodata import facts
from geodata.cells import Raster, closed, gathered
from geodata.grids import serials, shared_by_weight, uneven
from geodata.noise import displacement
from geodata.streets import blocks_of

LIMIT_KINDS = {"urgent_hours", "work_hours", "work_days", "calendar_days"}


def test_the_facts_have_the_published_counts() -> None:
    assert len(facts.towns()) == 36
    assert len(facts.towns_with_land()) == 33
    assert len(facts.communities()) == 609
    assert sum(town.population for town in facts.towns()) == 10_466_625
    assert sum(town.households for town in facts.towns()) == 4_388_293 + 669_093
    assert len(facts.neighbour_pairs()) == 75


def test_every_code_is_unique_and_lies_under_its_parent() -> None:
    codes = [c.code for c in (*facts.communities(), *facts.foreign_communities())]
    assert len(set(codes)) == len(codes)
    assert {c.parent_code for c in facts.communities()} == {t.code for t in facts.towns()}
    assert all(c.code[:9] == c.parent_code[:9] for c in facts.communities())
    assert all(c.code[:6] == c.parent_code[:6] for c in facts.foreign_communities())


def test_a_landless_zone_has_one_community() -> None:
    landless = {t.code for t in facts.towns() if t.seat is None}

    assert Counter(
        c.parent_code for c in facts.communities() if c.parent_code in landless
    ) == dict.fromkeys(landless, 1)


def test_every_stretch_of_land_border_has_communities_beyond_it() -> None:
    beyond = {(c.beside, c.parent_code) for c in facts.foreign_communities()}

    assert beyond == {
        (b.town_code, b.district_code) for b in facts.city_borders() if b.over == "land"
    }


def test_there_are_83_matters_in_20_categories_each_with_a_department_and_a_condition() -> None:
    matters, conditions = facts.rows("matters.csv"), facts.rows("conditions.csv")
    departments = {row["code"]: row for row in facts.rows("departments.csv")}

    assert len(matters) == len({m["code"] for m in matters}) == 83
    assert len({m["category"] for m in matters}) == 20
    assert {m["department"] for m in matters} == set(departments)
    assert {m["entry_tier"] for m in matters} == {"patrol", "handling", "enforcement"}
    assert {c["matter_code"] for c in conditions} == {m["code"] for m in matters}
    assert len({c["code"] for c in conditions}) == len(conditions)
    assert sum(row["assumed"] == "0" for row in departments.values()) == 8


def test_conditions_speak_the_known_words() -> None:
    for row in facts.rows("conditions.csv"):
        assert row["limit_kind"] in LIMIT_KINDS
        assert int(row["limit_amount"]) > 0
        assert row["severity"] in {"minor", "normal", "serious", "urgent"}
        assert row["level"] in {"community", "town", "city"}
        assert row["closing_condition"]
        assert row["closing_condition_en"]


@pytest.mark.parametrize("name", sorted(path.name for path in facts.FACTS.glob("*.csv")))
def test_a_fact_table_is_rectangular(name: str) -> None:
    with (facts.FACTS / name).open(encoding="utf-8", newline="") as file:
        widths = {len(row) for row in csv.reader(file)}
    assert len(widths) == 1


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_calendar_agrees_with_the_holidays_package(year: int) -> None:
    published = holidays.country_holidays("CN", years=year)
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    ours = {
        (date.fromisoformat(row["date"]), row["kind"])
        for row in facts.rows("calendar.csv")
        if row["date"].startswith(str(year))
    }

    assert {d for d, kind in ours if kind == "holiday"} == {d for d in days if d in published}
    assert {d for d, kind in ours if kind == "makeup_workday"} == {
        d for d in published.weekend_workdays if d.year == year
    }


def test_a_year_whose_workdays_are_not_published_says_so() -> None:
    flags = {row["date"][:4]: row["year_published"] for row in facts.rows("calendar.csv")}

    assert flags == {"2025": "1", "2026": "1", "2027": "0"}


def test_shares_are_whole_and_lose_nothing() -> None:
    shares = shared_by_weight(2958, np.array([1.0, 3.0, 500.0, 0.001]), least=1)

    assert shares.sum() == 2958
    assert shares.min() == 1


def test_nothing_can_be_shared_below_the_minimum() -> None:
    with pytest.raises(ValueError, match="cannot give"):
        shared_by_weight(2, np.ones(3), least=1)


def test_uneven_parts_stay_near_the_mean_and_sum_up() -> None:
    parts = uneven(17_100, 10, np.random.default_rng(1))

    assert parts.sum() == 17_100
    assert parts.min() > 0.5 * 1710
    assert parts.max() < 1.5 * 1710


def test_grids_are_numbered_like_a_page() -> None:
    outlines = np.array([box(x, y, x + 1, y + 1) for y in (0, 1) for x in (1, 0)], dtype=object)

    assert serials(outlines).tolist() == [4, 3, 2, 1]


def test_a_community_is_cut_into_equal_blocks_without_loss() -> None:
    outline = Polygon([(0, 0), (2000, 300), (2300, 1500), (900, 2100), (-200, 1200)])
    blocks = blocks_of(outline, 7, 0.3, np.random.default_rng(1))

    areas = np.array([piece.area for piece in blocks.pieces])
    assert len(areas) == 7
    assert areas.sum() == pytest.approx(outline.area, rel=1e-9)
    assert areas.max() / areas.min() < 1.5


def test_notches_and_ponds_are_filled_and_open_sea_is_not() -> None:
    land = np.zeros((30, 30), bool)
    land[5:25, 5:25] = True
    land[12:18, 12:18] = False  # a pond
    land[5:15, 9] = False  # a creek one cell wide

    filled = closed(land, 2)

    assert filled[5:25, 5:25].all()
    assert filled.sum() == 400


def test_stray_parts_join_what_surrounds_them() -> None:
    labels = np.zeros((9, 9), np.int32)
    labels[:, :3] = 1
    labels[4, 7] = 1  # astray in the midst of 0

    tidy = gathered(labels, 2)

    assert tidy[4, 7] == 0
    assert (tidy[:, :3] == 1).all()


def test_a_displacement_says_the_same_on_a_raster_and_at_a_point() -> None:
    bend = displacement(np.random.default_rng(7), (5000.0, 900.0), 0.3)
    raster = Raster(490_000.0, 2_500_000.0, 100.0, 5, 4)
    x, y = raster.centres()

    across, up = bend.over(*raster.axes())
    dx, dy = bend.at(x.ravel(), y.ravel())

    assert across.ravel() == pytest.approx(dx, abs=1e-3)
    assert up.ravel() == pytest.approx(dy, abs=1e-3)
