"""M1 智网工程: one grid, one lead department, a patrol person everywhere, and three levels.

The figures of the seed (2,958 grids, 9,756 staff, 83 matters) are asked of the sample city,
in `tests/db/test_sample_city.py`.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from gridsvc.services.context import Context
from gridsvc.services.deadlines import sweep_deadlines
from tests.api.wire import act_on, got, put_report
from tests.city import CITY, DONGCHENG, DONGCHENG_1, GRIDS, NANCHENG, TinyCity
from tests.deeds import set_clock

Clients = Callable[[str], httpx2.Client]
#: A Monday, 10:00 in Dongguan.
MORNING = datetime(2026, 6, 15, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(client_of: Clients) -> httpx2.Client:
    return client_of("dispatcher")


class TestOneGrid:
    @pytest.mark.parametrize("grid", [name for name in GRIDS if name != "S1"])
    def test_a_point_inside_lies_in_its_grid(
        self, desk: httpx2.Client, tiny_city: TinyCity, grid: str
    ) -> None:
        lon, lat = tiny_city.place_in(grid)
        found = got(desk, "/locate", lon=lon, lat=lat, datum="cgcs2000")

        assert (found["match"], found["grid"]["code"]) == ("inside", tiny_city.grid_code(grid))

    def test_a_point_on_a_border_lies_in_one_grid_and_always_the_same(
        self, desk: httpx2.Client, tiny_city: TinyCity
    ) -> None:
        lat = tiny_city.place_in("D1")[1]
        answers = [
            got(desk, "/locate", lon=113.71, lat=lat, datum="cgcs2000")["grid"]["code"]
            for _ in range(3)
        ]

        assert answers == [tiny_city.grid_code("D1")] * 3  # of two, the lower code

    def test_a_report_of_any_point_stands_in_that_grid(
        self, client_of: Clients, tiny_city: TinyCity
    ) -> None:
        phone = client_of("grid_manager")
        for grid in ("D1", "D4", "N2"):
            incident = put_report(phone, place=grid, condition="RUBBISH-1")["incident"]
            assert incident["grid"]["code"] == tiny_city.grid_code(grid)


class TestStaff:
    def test_every_grid_has_a_patrol_person_or_is_on_the_list_of_vacancies(
        self, desk: httpx2.Client, client_of: Clients, tiny_city: TinyCity
    ) -> None:
        planner = client_of("planner")
        posts = got(planner, "/posts", division=CITY)["items"]
        patrolled = {
            post["grid"]["code"]
            for post in posts
            if post["tier"] == "patrol" and post["duty"] != "participant" and post["grid"]
            if any(not holder["is_away"] for holder in post["holders"])
        }
        missing = Counter(
            row["grid"]["code"]
            for row in got(planner, "/vacancies", division=CITY)["items"]
            if row["duty"] in ("grid_manager", "grid_assistant")
        )
        grids = {grid["code"] for grid in got(desk, "/grids")["items"]}

        assert grids - patrolled == {code for code, lacks in missing.items() if lacks == 2}
        # an assistant alone is somebody, and the manager's place is named as vacant
        assert tiny_city.grid_code("D6") in patrolled
        assert missing[tiny_city.grid_code("D6")] == 1

    def test_every_matter_has_exactly_one_lead_department(self, desk: httpx2.Client) -> None:
        matters = got(desk, "/matters")["items"]

        assert len({matter["code"] for matter in matters}) == len(matters) > 0
        assert all(matter["department"]["code"] for matter in matters)
        assert {m["code"]: m["department"]["code"] for m in matters}["ROAD"] == "WORKS"


class TestRising:
    @pytest.mark.parametrize(
        ("condition", "level"),
        [("RUBBISH-1", "community"), ("RUBBISH-2", "town"), ("ROAD-1", "city")],
    )
    def test_it_enters_at_the_lowest_level_with_authority(
        self, client_of: Clients, condition: str, level: str
    ) -> None:
        incident = put_report(client_of("grid_manager"), condition=condition)["incident"]

        assert incident["level"] == level

    def test_without_authority_it_rises_one_level_at_a_time(
        self, client_of: Clients, desk: httpx2.Client
    ) -> None:
        incident = put_report(client_of("grid_manager"), condition="RUBBISH-1")["incident"]
        manager, handler = client_of("grid_manager"), client_of("handler")

        returned = act_on(manager, incident, "return", reason="needs_authority").json()
        assert (returned["state"], returned["level"]) == ("returned", "town")
        assert returned["queue"]["division"]["code"] == DONGCHENG

        given = act_on(desk, returned, "dispatch").json()
        assert (given["owner"]["code"], given["tier"]) == ("handler-dongcheng", "handling")
        again = act_on(handler, given, "return", reason="needs_authority").json()
        assert (again["level"], again["queue"]["division"]["code"]) == ("city", CITY)
        # any other reason keeps it with the level that had it
        other = put_report(manager, condition="RUBBISH-1")["incident"]
        stayed = act_on(manager, other, "return", reason="other_place").json()
        assert (stayed["level"], stayed["queue"]["division"]["code"]) == ("community", DONGCHENG_1)

    def test_without_time_it_rises_through_three_levels(
        self, ctx: Context, client_of: Clients
    ) -> None:
        set_clock(ctx, MORNING)
        chief = client_of("dispatcher_city")
        incident = put_report(
            client_of("manager_nancheng"),
            place="N1",
            condition="RUBBISH-1",
            observed_at=MORNING.isoformat(),
        )["incident"]
        seen = [incident["level"]]
        # half an hour to acknowledge for each of two, then the four working hours of the limit
        for half_hours in range(1, 14):
            set_clock(ctx, MORNING + half_hours * 30 * MINUTE)
            sweep_deadlines(ctx)
            seen.append(got(chief, f"/incidents/{incident['incident_id']}")["level"])

        raised = [
            event["body"]["level"]
            for event in got(chief, f"/incidents/{incident['incident_id']}/events")["items"]
            if event["kind"] == "raised"
        ]
        assert raised[:2] == ["town", "city"], seen
        assert seen == sorted(seen, key=["community", "town", "city"].index)

    def test_each_level_has_a_queue_of_its_own(self, client_of: Clients) -> None:
        divisions: dict[str, Any] = {
            queue["division"]["code"]: queue
            for queue in got(client_of("dispatcher_city"), "/board")["queues"]
        }

        assert {DONGCHENG_1, CITY} <= set(divisions)
        assert NANCHENG not in {
            queue["division"]["code"] for queue in got(client_of("dispatcher"), "/board")["queues"]
        }
