"""M4 四员 + 人人都是网格员: several posts each, tasks for the paid, offers for the others."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import text

from gridsvc.services.context import Context
from gridsvc.services.doctor import Severity, examine
from tests.api.server import Server
from tests.api.wire import act_on, claim_in, got, problem_of, put_report
from tests.city import CITY, DONGCHENG, GRIDS, TinyCity

Clients = Callable[[str], httpx2.Client]
FOUR = ["grid_manager", "grid_assistant", "grid_police", "grid_supervisor"]


@pytest.fixture
def desk(client_of: Clients) -> httpx2.Client:
    return client_of("dispatcher")


@pytest.fixture
def volunteer(client_of: Clients) -> httpx2.Client:
    return client_of("participant")


@pytest.fixture
def incident(client_of: Clients) -> dict[str, Any]:
    """Rubbish in D1, which its manager has."""
    made = put_report(client_of("grid_manager"), place="D1", condition="RUBBISH-1")["incident"]
    return dict(made)


def hold(desk: httpx2.Client, city: TinyCity, post: str, officer: str, **given: Any) -> Any:
    body = {"officer_code": officer, "stands_in": False} | given
    return desk.post(f"/posts/{city.post_ids[post]}/holders", json=body)


def offer(desk: httpx2.Client, incident: dict[str, Any], kind: str = "look") -> dict[str, Any]:
    answer = desk.put(
        f"/offers/{uuid4()}", json={"incident_id": incident["incident_id"], "kind": kind}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def listed(client: httpx2.Client) -> dict[str, dict[str, Any]]:
    return {each["offer_id"]: each for each in got(client, "/offers")["items"]}


def history(desk: httpx2.Client, incident: dict[str, Any]) -> list[str]:
    events = got(desk, f"/incidents/{incident['incident_id']}/events")["items"]
    return [event["kind"] for event in events]


class TestPosts:
    def test_m04_a_person_holds_several_for_a_grid_and_for_a_time(
        self, desk: httpx2.Client, client_of: Clients, ctx: Context, tiny_city: TinyCity
    ) -> None:
        until = ctx.clock.now() + timedelta(days=30)
        answer = hold(desk, tiny_city, "manager-D2", "assistant-D1", until=until.isoformat())
        assert answer.status_code == 200, answer.text

        held = {(p["code"], p["grid_code"]): p["until"] for p in answer.json()["posts"]}
        assert held["assistant-D1", tiny_city.grid_code("D1")] is None
        assert held["manager-D2", tiny_city.grid_code("D2")] is not None
        duties = {p["duty"] for p in got(client_of("grid_assistant"), "/auth/session")["posts"]}
        assert duties == {"grid_assistant", "grid_manager"}
        again = hold(desk, tiny_city, "manager-D2", "assistant-D1", until=until.isoformat())
        problem_of(again, 409, "roster-refused")

    def test_m04_vacancies_name_each_of_the_four_roles_grid_by_grid(
        self, client_of: Clients, tiny_city: TinyCity
    ) -> None:
        rows = got(client_of("planner"), "/vacancies", division=CITY)["items"]
        lacking: dict[str, list[str]] = {}
        for row in rows:
            lacking.setdefault(row["grid"]["code"], []).append(row["duty"])

        # D6 has an assistant and, of the second community, neither police nor supervisor
        assert lacking[tiny_city.grid_code("D6")] == [
            "grid_manager",
            "grid_police",
            "grid_supervisor",
        ]
        assert tiny_city.grid_code("D1") not in lacking
        assert lacking[tiny_city.grid_code("N1")] == FOUR[1:]
        # what is lacking is lacking in the home city's grids alone, and in known roles
        assert set(lacking) <= {tiny_city.grid_code(name) for name in GRIDS if name != "S1"}
        assert {row["duty"] for row in rows} <= set(FOUR)
        assert {row["lack"] for row in rows} <= {"no_post", "vacant", "away"}


class TestMandatory:
    def test_m04_only_paid_posts_are_given_tasks(
        self, desk: httpx2.Client, volunteer: httpx2.Client, incident: dict[str, Any]
    ) -> None:
        [decision] = got(desk, f"/incidents/{incident['incident_id']}/explain")["decisions"]
        passed = {p["code"]: p["why"] for p in decision["answer"]["passed_over"]}

        assert passed["volunteer-D1"] == "unpaid_duty"
        assert got(volunteer, "/tasks")["items"] == []

    def test_m04_nor_may_a_dispatcher_give_them_one(
        self, desk: httpx2.Client, incident: dict[str, Any], tiny_city: TinyCity
    ) -> None:
        refused = act_on(
            desk,
            incident,
            "dispatch",
            reason="closer_person",
            post_id=tiny_city.post_ids["volunteer-D1"],
        )

        problem_of(refused, 409, "nobody-available")


class TestOffers:
    def test_m04_a_participant_may_take_what_is_offered_and_owns_nothing_by_it(
        self, desk: httpx2.Client, volunteer: httpx2.Client, incident: dict[str, Any]
    ) -> None:
        made = offer(desk, incident)
        assert made["offer_id"] in listed(volunteer)

        taken = volunteer.post(f"/offers/{made['offer_id']}/take")
        assert (taken.status_code, taken.json()["state"]) == (200, "taken")
        assert taken.json()["is_mine"] is True
        # again, as after a lost answer, it is the same success
        assert volunteer.post(f"/offers/{made['offer_id']}/take").json() == taken.json()

        seen = got(desk, f"/incidents/{incident['incident_id']}")
        assert seen["owner"]["code"] == "manager-D1"
        assert {key: seen[key] for key in ("version", "state", "due_at")} == {
            key: incident[key] for key in ("version", "state", "due_at")
        }
        assert len(seen["tasks"]) == 1
        # of the incident itself they see as little as before
        assert volunteer.get(f"/incidents/{incident['incident_id']}").status_code == 404
        done = volunteer.post(f"/offers/{made['offer_id']}/done")
        assert done.json()["state"] == "done"
        assert history(desk, incident)[-3:] == ["offered", "offer_taken", "offer_done"]
        assert (
            act_on(desk, seen, "dispatch", reason="too_busy").status_code == 200
        )  # and a form opened before is not stale

    def test_m04_the_first_comes_first_and_what_is_given_back_is_open_again(
        self,
        desk: httpx2.Client,
        volunteer: httpx2.Client,
        server: Server,
        incident: dict[str, Any],
        tiny_city: TinyCity,
    ) -> None:
        hold(desk, tiny_city, "volunteer-D1", "handler-nancheng")
        other = server.acting_as("handler-nancheng")
        made = offer(desk, incident, "help")
        path = f"/offers/{made['offer_id']}"

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda c: c.post(f"{path}/take"), (volunteer, other)))

        assert sorted(a.status_code for a in answers) == [200, 409]
        first, second = (volunteer, other) if answers[0].status_code == 200 else (other, volunteer)
        assert made["offer_id"] not in listed(second)
        assert problem_of(second.post(f"{path}/done"), 409, "offer-refused")["code"] == "not_yours"
        assert first.post(f"{path}/release").json()["state"] == "open"
        assert second.post(f"{path}/take").json()["is_mine"] is True
        assert history(desk, incident)[-3:] == ["offer_taken", "offer_released", "offer_taken"]

    def test_m04_it_is_for_participants_of_that_grid_alone(
        self,
        desk: httpx2.Client,
        volunteer: httpx2.Client,
        client_of: Clients,
        incident: dict[str, Any],
    ) -> None:
        elsewhere = put_report(client_of("grid_manager"), place="D3")["incident"]
        there, here = offer(desk, elsewhere), offer(desk, incident)

        assert there["offer_id"] not in listed(volunteer)
        path = f"/offers/{there['offer_id']}"
        problem_of(volunteer.post(f"{path}/take"), 404, "unknown-offer")
        # who is paid for the grid has tasks
        problem_of(
            client_of("grid_manager").post(f"/offers/{here['offer_id']}/take"), 404, "unknown-offer"
        )
        # and a town's dispatcher offers nothing in another town
        problem_of(
            client_of("dispatcher_nancheng").put(
                f"/offers/{uuid4()}", json={"incident_id": incident["incident_id"], "kind": "look"}
            ),
            404,
            "unknown-incident",
        )

    def test_m04_the_same_offer_sent_twice_is_one(
        self, desk: httpx2.Client, incident: dict[str, Any]
    ) -> None:
        made = offer(desk, incident)
        body = {"incident_id": incident["incident_id"], "kind": "look"}
        assert desk.put(f"/offers/{made['offer_id']}", json=body).json() == made
        other = desk.put(f"/offers/{made['offer_id']}", json=body | {"kind": "watch"})
        problem_of(other, 409, "action-conflict")
        assert history(desk, incident).count("offered") == 1

    def test_m04_what_has_ended_offers_nothing(
        self,
        desk: httpx2.Client,
        volunteer: httpx2.Client,
        client_of: Clients,
        server: Server,
        incident: dict[str, Any],
        ctx: Context,
    ) -> None:
        made = offer(desk, incident)
        volunteer.post(f"/offers/{made['offer_id']}/take")
        incident = act_on(
            client_of("grid_manager"), incident, "handle", photos=[claim_in(b"w", "after")]
        ).json()
        checker = server.acting_as(incident["owner"]["code"])
        if incident["owner"]["code"] == "manager-D1":
            [task] = [t for t in incident["tasks"] if t["finished_at"] is None]
            checker = server.acting_as(task["post"]["code"])
        assert act_on(checker, incident, "recheck_pass").status_code == 200

        assert made["offer_id"] not in listed(volunteer)
        refused = volunteer.post(f"/offers/{made['offer_id']}/done")
        assert problem_of(refused, 409, "offer-refused")["code"] == "ended"
        late = desk.put(
            f"/offers/{uuid4()}", json={"incident_id": incident["incident_id"], "kind": "look"}
        )
        assert problem_of(late, 409, "offer-refused")["code"] == "ended"
        assert [f.check for f in examine(ctx) if f.severity is Severity.BREACH] == []

    def test_m04_a_withdrawn_offer_is_gone(
        self, desk: httpx2.Client, volunteer: httpx2.Client, incident: dict[str, Any]
    ) -> None:
        made = offer(desk, incident)
        withdrawn = desk.post(f"/offers/{made['offer_id']}/withdraw")
        assert withdrawn.json()["state"] == "withdrawn"
        assert made["offer_id"] not in listed(volunteer)
        assert made["offer_id"] not in listed(desk)

    def test_m04_nothing_personal_is_kept_with_it(
        self, desk: httpx2.Client, incident: dict[str, Any], ctx: Context
    ) -> None:
        made = offer(desk, incident)
        with ctx.database.begin() as connection:
            row = connection.execute(
                text("SELECT * FROM offer WHERE offer_id = :id"), {"id": UUID(made["offer_id"])}
            ).one()
        assert "某" not in str(row)
        assert DONGCHENG in row.scope_keys
