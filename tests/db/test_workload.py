"""The load of grids and divisions: counted where the work is, and never down to a handful."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from geopandas import GeoDataFrame
from sqlalchemy import text

from gridsvc.services.context import Context
from gridsvc.services.ground import NoGeneration
from gridsvc.services.workload import division_workload, grid_workload
from tests.city import CITY, DONGCHENG, DONGCHENG_1, DONGCHENG_2, NANCHENG, TinyCity
from tests.deeds import act, reported, set_clock, statements_of

#: An ordinary Monday morning, when the first reports come in.
MONDAY = datetime(2026, 6, 15, 4, tzinfo=UTC)
TUESDAY, SUNDAY, NEXT_WEEK = (MONDAY + timedelta(days=d) for d in (1, 6, 8))
IN_THE_SEA = (113.9, 21.5)


@pytest.fixture(scope="module", autouse=True)
def _week(ctx: Context) -> None:
    """A week of reports: D1 gets most, one of its incidents is voided on Sunday."""
    set_clock(ctx, MONDAY)
    # due after five calendar days: late on Sunday
    voided, *_ = [reported(ctx, "D1", "MANHOLE-1") for _ in range(3)]
    reported(ctx, "D5", "MANHOLE-1")
    set_clock(ctx, TUESDAY)
    reported(ctx, "D2", "RUBBISH-1")
    reported(ctx, "S1", "MANHOLE-1")  # beyond the city line
    reported(ctx, IN_THE_SEA, "MANHOLE-1")
    set_clock(ctx, SUNDAY)
    reported(ctx, "D1", "MANHOLE-1")
    act(ctx, "dispatch-dongcheng", voided, "void", reason="duplicate")


def of(frame: GeoDataFrame, column: str) -> dict[str, Any]:
    """Return a column by grid or division, without what is nought."""
    values = frame.set_index("code")[column]
    return {code: value for code, value in values.items() if value}


def by_name(tiny_city: TinyCity, **counts: int) -> dict[str, int]:
    return {tiny_city.grid_code(grid): count for grid, count in counts.items()}


def test_incidents_count_where_their_owners_are(ctx: Context, tiny_city: TinyCity) -> None:
    frame = grid_workload(ctx, TUESDAY, NEXT_WEEK)

    assert of(frame, "open_incidents") == by_name(tiny_city, D1=3, D2=1, D5=1)
    assert of(frame, "received_incidents") == by_name(tiny_city, D1=1, D2=1)
    # the third of D1 is of Sunday, due on Friday week
    assert of(frame, "late_incidents") == by_name(tiny_city, D1=2, D2=1, D5=1)
    assert frame.set_index("code").late_share.dropna().to_dict() == pytest.approx(
        {
            tiny_city.grid_code("D1"): 2 / 3,
            tiny_city.grid_code("D2"): 1,
            tiny_city.grid_code("D5"): 1,
        }
    )


def test_the_minutes_are_those_of_the_tasks_still_to_be_done(
    ctx: Context, tiny_city: TinyCity
) -> None:
    frame = grid_workload(ctx, MONDAY, NEXT_WEEK)

    with ctx.database.begin() as connection:
        rows = connection.execute(
            text(
                """SELECT g.code, sum(t.minutes) AS minutes
                FROM task t JOIN incident i USING (incident_id)
                JOIN grid g ON g.grid_id = i.owner_grid_id
                WHERE t.finished_at IS NULL AND g.code LIKE '4419%' GROUP BY g.code"""
            )
        )
        expected = {row.code: row.minutes for row in rows}
    assert set(expected) == set(by_name(tiny_city, D1=1, D2=1, D5=1))
    assert of(frame, "open_task_minutes") == expected


def test_the_past_is_counted_as_it_stood(ctx: Context, tiny_city: TinyCity) -> None:
    on_tuesday = grid_workload(ctx, MONDAY, TUESDAY)

    # what was voided on Sunday was still open; what came at the very instant is not in the span
    assert of(on_tuesday, "open_incidents") == by_name(tiny_city, D1=3, D5=1)
    assert of(on_tuesday, "late_incidents") == {}


def test_a_division_counts_its_grids_and_the_city_everything(ctx: Context) -> None:
    frame = division_workload(ctx, MONDAY, NEXT_WEEK)

    assert of(frame, "open_incidents") == {
        CITY: 7,  # with those in the sea and beyond the city line
        DONGCHENG: 5,
        DONGCHENG_1: 4,
        DONGCHENG_2: 1,
    }
    facts = frame.set_index("code")
    assert list(facts.index[:3]) == [CITY, DONGCHENG, NANCHENG]
    # tiny grids have 1,000 households each
    assert facts.loc[DONGCHENG, ["grids", "households"]].tolist() == [6, 6_000]


def test_home_grids_come_once_with_their_outline(ctx: Context, tiny_city: TinyCity) -> None:
    frame = grid_workload(ctx, MONDAY, NEXT_WEEK)

    home = [grid for grid in tiny_city.grid_ids if grid != "S1"]
    assert frame.code.tolist() == [tiny_city.grid_code(grid) for grid in home]
    assert frame.crs == "EPSG:4490"
    assert frame.total_bounds.tolist() == pytest.approx([113.70, 23.0, 113.78, 23.01])
    assert set(frame.community) == {"东城一社区", "东城二社区", "南城一社区"}


def test_no_column_is_about_a_person(ctx: Context) -> None:
    frame = grid_workload(ctx, MONDAY, NEXT_WEEK)

    assert set(frame.columns) == {
        *("grid_id", "code", "kind", "community_code", "community", "town_code", "town"),
        *("area_m2", "households", "population", "is_withheld", "geometry"),
        *("open_incidents", "late_incidents", "late_share"),
        *("received_incidents", "open_task_minutes"),
    }


@pytest.mark.parametrize(
    ("people", "withheld"),
    [
        pytest.param((1000, 1000, 1000), "", id="nobody is a handful"),
        pytest.param((5, 1000, 1000), "", id="five people are a group"),
        pytest.param((4, 1000, 900), "D1 D3", id="one grid alone could be found by subtraction"),
        pytest.param((4, 3, 1000), "D1 D2", id="two hide each other"),
        pytest.param((2, 2, 1000), "D1 D2 D3", id="unless both are a handful still"),
        pytest.param((0, 1000, 1000), "", id="where nobody lives there is nobody to find"),
        pytest.param((0, 4, 1000), "D2 D3", id="and nobody to hide among"),
        pytest.param((None, 1000, 1000), "", id="people unknown"),
    ],
)
def test_a_handful_of_people_is_not_counted_by_itself(
    ctx: Context, tiny_city: TinyCity, people: tuple[int | None, ...], withheld: str
) -> None:
    grids = ("D1", "D2", "D3")
    with ctx.database.begin() as connection:
        connection.execute(
            text("UPDATE grid_version SET population = :people WHERE grid_id = :id"),
            [
                {"id": tiny_city.grid_ids[grid], "people": count}
                for grid, count in zip(grids, people, strict=True)
            ],
        )

    frame = grid_workload(ctx, MONDAY, NEXT_WEEK)
    hidden = frame[frame.is_withheld]

    assert hidden.code.tolist() == [tiny_city.grid_code(grid) for grid in withheld.split()]
    counted = ["open_incidents", "late_share", "open_task_minutes", "households", "population"]
    assert hidden[counted].isna().all(axis=None)
    # the community's own figures stay whole
    facts = division_workload(ctx, MONDAY, NEXT_WEEK).set_index("code")
    assert facts.loc[DONGCHENG_1, "open_incidents"] == 4


def test_a_frame_is_one_statement(ctx: Context) -> None:
    with statements_of(ctx.database.app) as seen:
        grid_workload(ctx, MONDAY, NEXT_WEEK)

    assert len([one for one in seen if "set_config" not in one]) == 1


def test_a_span_is_forwards_and_has_a_zone(ctx: Context) -> None:
    with pytest.raises(ValueError, match="empty"):
        grid_workload(ctx, SUNDAY, MONDAY)
    with pytest.raises(ValueError, match="time zone"):
        grid_workload(ctx, MONDAY.replace(tzinfo=None), SUNDAY)


def test_without_a_city_there_is_nothing_to_count(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    empty = Context.open(new_database(), tmp_path)
    with pytest.raises(NoGeneration, match="import grids"):
        grid_workload(empty, MONDAY, SUNDAY)
    empty.close()
