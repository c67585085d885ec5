"""The ground as the database has it, and the index that answers from memory."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from gridsvc.services.context import Context
from gridsvc.services.ground import GroundCache, NoGeneration, SingleFlight
from gridsvc.services.locator_files import LocatorFiles
from gridsvc.store.database import Database
from gridsvc.store.divisions import divisions_at, levels
from gridsvc.store.people import posts_numbered, posts_over
from tests.city import CITY, DONGCHENG, DONGCHENG_1, OPENED_AT, SHENZHEN, TinyCity


def test_a_place_is_answered_with_its_grid(ctx: Context, tiny_city: TinyCity) -> None:
    with ctx.database.begin() as connection:
        index = ctx.ground.at(connection, OPENED_AT)

    answer = index.locate(*tiny_city.place_in("D2"))

    assert (answer.key, answer.match) == (tiny_city.grid_ids["D2"], "inside")
    grid = index.grids[tiny_city.grid_ids["D2"]]
    assert grid.division_codes == (DONGCHENG_1, DONGCHENG, CITY)


def test_processes_share_the_table_of_a_generation(
    ctx: Context, tiny_city: TinyCity, tmp_path: Path
) -> None:
    found = []
    for _ in range(2):
        cache = GroundCache(LocatorFiles(tmp_path))
        with ctx.database.begin() as connection:
            found.append(cache.at(connection, OPENED_AT))

    [path] = tmp_path.glob("*.cells")
    assert path.name.startswith(f"g{tiny_city.generation}-{found[0].digest[:24]}")
    for index in found:
        assert not index.locator.cells.cells.flags.owndata
        assert index.locate(*tiny_city.place_in("D2")).key == tiny_city.grid_ids["D2"]


def test_the_border_belongs_to_the_home_city(ctx: Context, tiny_city: TinyCity) -> None:
    with ctx.database.begin() as connection:
        index = ctx.ground.at(connection, OPENED_AT)

    answer = index.locate(113.78, 23.005)

    assert (answer.key, answer.match) == (tiny_city.grid_ids["N2"], "edge")
    assert [c.key for c in answer.candidates] == [tiny_city.grid_ids["S1"]]


def test_neighbours_know_the_border_between(ctx: Context, tiny_city: TinyCity) -> None:
    with ctx.database.begin() as connection:
        index = ctx.ground.at(connection, OPENED_AT)

    near = {n.grid.grid_id: n for n in index.neighbours[tiny_city.grid_ids["N2"]]}

    assert set(near) == {tiny_city.grid_ids["N1"], tiny_city.grid_ids["S1"]}
    assert near[tiny_city.grid_ids["S1"]].crosses_city
    assert not near[tiny_city.grid_ids["N1"]].crosses_city
    assert near[tiny_city.grid_ids["N1"]].shared_m == pytest.approx(1107, abs=2)  # 0.01° of lat


def test_what_was_seen_before_the_first_generation_is_answered_by_it(
    ctx: Context, tiny_city: TinyCity
) -> None:
    with ctx.database.begin() as connection:
        index = ctx.ground.at(connection, OPENED_AT - timedelta(days=3))

    assert index.generation == tiny_city.generation


def test_without_grids_there_is_no_ground(new_database: Callable[[], str]) -> None:
    database = Database.open(new_database())
    with database.begin() as connection, pytest.raises(NoGeneration, match="import grids"):
        GroundCache().at(connection, OPENED_AT)
    database.close()


def test_one_generation_is_indexed_once_for_many_threads(ctx: Context) -> None:
    cache = GroundCache()

    def ask(_: int) -> int:
        with ctx.database.begin() as connection:
            return id(cache.at(connection, OPENED_AT))

    with ThreadPoolExecutor(6) as threads:
        assert len(set(threads.map(ask, range(12)))) == 1


def test_a_slow_build_does_not_hold_up_other_keys() -> None:
    cache: SingleFlight[str] = SingleFlight(4)
    may_end = threading.Event()

    def slow() -> str:
        may_end.wait(10)
        return "slow"

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(cache.get, "slow", slow)
        assert cache.get("quick", lambda: "quick") == "quick"
        assert not waiting.done()
        may_end.set()
        assert waiting.result(10) == "slow"


def test_a_build_that_failed_is_tried_again() -> None:
    cache: SingleFlight[str] = SingleFlight(4)
    with pytest.raises(ZeroDivisionError):
        cache.get("key", lambda: str(1 / 0))

    assert cache.get("key", lambda: "built") == "built"


def test_posts_over_a_grid_come_with_holders_and_size(ctx: Context, tiny_city: TinyCity) -> None:
    with ctx.database.begin() as connection:
        posts = posts_over(
            connection, [tiny_city.grid_ids["D1"]], [DONGCHENG_1, DONGCHENG, CITY], OPENED_AT
        )

    by_code = {post.code: post for post in posts}
    assert list(by_code) == sorted(by_code)
    manager, handler = by_code["manager-D1"], by_code["handler-dongcheng"]
    assert manager.place.city_code == CITY
    assert 0 < manager.place.area_m2 < handler.place.area_m2
    assert [h.officer_id for h in handler.holders] == sorted(
        tiny_city.officer_ids[c] for c in ("handler-dongcheng", "handler-dongcheng-2")
    )
    assert "manager-D2" not in by_code
    assert "works-city" in by_code


def test_a_post_does_not_exist_before_it_begins(ctx: Context, tiny_city: TinyCity) -> None:
    with ctx.database.begin() as connection:
        before = posts_over(
            connection, [tiny_city.grid_ids["D1"]], [CITY], OPENED_AT - timedelta(seconds=1)
        )

    assert before == ()


def test_intake_may_ask_who_owns_a_grid(ctx: Context, tiny_city: TinyCity) -> None:
    with ctx.database.begin_intake() as connection:
        posts = posts_over(connection, [tiny_city.grid_ids["D1"]], [], OPENED_AT)
        vacant = posts_numbered(connection, [tiny_city.post_ids["handler-vacant"]], OPENED_AT)

    assert {post.code for post in posts} >= {"manager-D1", "assistant-D1"}
    assert vacant[tiny_city.post_ids["handler-vacant"]].holders == ()


def test_divisions_have_their_outlines_from_their_beginning(ctx: Context) -> None:
    with ctx.database.begin() as connection:
        now = {d.division.code: d for d in divisions_at(connection, OPENED_AT, level="city")}
        before = divisions_at(connection, OPENED_AT - timedelta(days=1), codes=[CITY])
        below = divisions_at(connection, OPENED_AT, parent_code=DONGCHENG)

    assert list(now) == [CITY, SHENZHEN]  # home first
    assert now[CITY].outline is not None
    assert now[CITY].outline.bounds == pytest.approx((113.70, 23.0, 113.78, 23.01))
    assert before[0].outline is None
    assert below[0].path == (CITY, DONGCHENG, DONGCHENG_1)


def test_levels_are_read_from_the_tree(ctx: Context) -> None:
    with ctx.database.begin() as connection:
        assert levels(connection) == ("community", "town", "city")


def test_the_reference_lists_hold_conditions_and_calendar(ctx: Context) -> None:
    with ctx.database.begin() as connection:
        lists = ctx.ground.reference(connection)
        again = ctx.ground.reference(connection)

    assert lists.conditions["MANHOLE-2"].limit.amount == 2
    assert lists.matters["MANHOLE"].conditions[1] is lists.conditions["MANHOLE-2"]
    assert lists.calendar.published_years == {2026}
    assert again is lists
