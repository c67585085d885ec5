"""M3 镇街调度中心: a town works with nobody at the city's desks.

Every post over the city is left before the first report comes in, so that whatever waited
for the city would wait for ever.
"""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from gridsvc.services.context import Context
from gridsvc.services.deadlines import sweep_deadlines
from gridsvc.services.doctor import Severity, examine
from tests.api.server import Server
from tests.api.wire import act_on, claim_in, got, put_report
from tests.city import CITY, DONGCHENG, DONGCHENG_1, DONGCHENG_2, TinyCity

Clients = Callable[[str], httpx2.Client]


@pytest.fixture(scope="module", autouse=True)
def nobody_at_the_city(ctx: Context) -> None:
    """Nobody holds a post over the city any more, from now on."""
    with ctx.database.begin() as connection:
        ended = connection.execute(
            text(
                "UPDATE post_holder h SET valid = tstzrange(lower(h.valid), now()) FROM post p "
                "WHERE p.post_id = h.post_id AND p.division_code = :city"
            ),
            {"city": CITY},
        )
    assert ended.rowcount >= 6
    ctx.clock.forget()


@pytest.fixture
def town(client_of: Clients) -> httpx2.Client:
    """The desk of Dongcheng's centre."""
    return client_of("dispatcher")


def whole(client: httpx2.Client, incident: dict[str, Any]) -> dict[str, Any]:
    return dict(got(client, f"/incidents/{incident['incident_id']}"))


def test_m03_the_city_is_away(client_of: Clients) -> None:
    session = got(client_of("dispatcher_city"), "/auth/session")

    assert session["permissions"] == []


def test_m03_its_own_queue_and_none_of_the_neighbour_town(
    town: httpx2.Client, client_of: Clients
) -> None:
    public = put_report(client_of("resident"), place="D6", condition="MANHOLE-1")["incident"]
    other = put_report(client_of("manager_nancheng"), place="N1", condition="RUBBISH-2")["incident"]

    assert whole(town, public)["state"] == "verifying"
    assert town.get(f"/incidents/{other['incident_id']}").status_code == 404
    assert {queue["division"]["code"] for queue in got(town, "/board")["queues"]} <= {
        DONGCHENG,
        DONGCHENG_1,
        DONGCHENG_2,
    }


def test_m03_its_own_map(town: httpx2.Client, tiny_city: TinyCity) -> None:
    grids = got(town, "/grids", division=DONGCHENG)["items"]
    assert {grid["code"] for grid in grids} == {
        tiny_city.grid_code(name) for name in ("D1", "D2", "D3", "D4", "D5", "D6")
    }
    address = str(town.base_url).replace("/api/v1/", "/tiles/")
    tile = town.get(f"{address}g{tiny_city.generation}/grids/10/834/445.mvt")
    assert tile.status_code in (200, 204)


def test_m03_the_resources_of_its_departments_and_villages(town: httpx2.Client) -> None:
    posts = got(town, "/posts", division=DONGCHENG)["items"]

    assert {"URBAN", "POLICE", "FIRE"} <= {
        p["department"]["code"] for p in posts if p["department"]
    }
    assert {DONGCHENG_1, DONGCHENG_2} <= {p["division"]["code"] for p in posts}
    assert got(town, "/vacancies", division=DONGCHENG)["items"]
    # and the people of the neighbour town are not its own
    assert town.get("/posts", params={"division": CITY}).status_code == 403


def test_m03_from_a_residents_report_to_the_closing_nothing_waits_for_the_city(
    town: httpx2.Client, client_of: Clients, server: Server
) -> None:
    incident = put_report(client_of("resident"), place="D1", condition="MANHOLE-2")["incident"]
    for login, step, given in (
        ("grid_manager", "verify_confirm", {}),
        ("dispatcher", "accept", {"condition": "MANHOLE-2"}),
        ("handler", "return", {"reason": "other_place"}),
        ("dispatcher", "dispatch", {}),
    ):
        answer = act_on(client_of(login), incident, step, **given)
        if step == "dispatch" and answer.status_code == 409:
            # the only handling post of the town has given it back: the dispatcher names it
            post_id = next(
                p["post_id"]
                for p in got(town, "/posts", division=DONGCHENG)["items"]
                if p["code"] == "handler-dongcheng"
            )
            answer = act_on(town, incident, step, post_id=post_id)
        assert answer.status_code == 200, (step, answer.text)
        incident = answer.json()
        assert incident["queue"] is None or incident["queue"]["division"]["code"] != CITY
    handler = client_of("handler")
    incident = act_on(handler, incident, "acknowledge").json()
    incident = act_on(handler, incident, "request_extension", reason="weather").json()
    incident = act_on(town, incident, "approve_extension").json()
    incident = act_on(handler, incident, "handle", photos=[claim_in(b"after", "after")]).json()
    checker = server.acting_as(whole(town, incident)["owner"]["code"])
    if whole(town, incident)["owner"]["code"].startswith("handler"):
        checker = client_of("grid_manager")
    closed = act_on(checker, incident, "recheck_pass")
    assert closed.status_code == 200, closed.text
    assert closed.json()["state"] == "closed"


def test_m03_what_only_the_city_may_solve_is_owned_in_the_town(
    ctx: Context, town: httpx2.Client, client_of: Clients
) -> None:
    """City's works department has nobody either: it stands before the town, not before nobody."""
    incident = put_report(client_of("grid_manager"), place="D1", condition="ROAD-1")["incident"]
    sweep_deadlines(ctx)
    seen = whole(town, incident)

    assert seen["level"] == "city"
    assert seen["owner"] is None
    assert seen["queue"]["division"]["code"] == DONGCHENG
    assert incident["incident_id"] in {
        i["incident_id"] for i in got(town, "/incidents", queue=DONGCHENG)["items"]
    }


def test_m03_the_database_is_whole(ctx: Context) -> None:
    assert [f.check for f in examine(ctx) if f.severity is Severity.BREACH] == []
