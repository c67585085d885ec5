"""M18 分级应对: a level suggested by nature, extent, persons and authority; a person decides."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.api.server import Server
from tests.api.wire import act_on, claim_in, got, problem_of, put_report, report_in
from tests.city import CITY, DONGCHENG, DONGCHENG_1

Clients = Callable[[str], httpx2.Client]


@pytest.fixture
def desk(client_of: Clients) -> httpx2.Client:
    return client_of("dispatcher")


@pytest.fixture
def phone(client_of: Clients) -> httpx2.Client:
    return client_of("grid_manager")


def level(client: httpx2.Client, incident: dict[str, Any], **params: Any) -> dict[str, Any]:
    return dict(got(client, f"/incidents/{incident['incident_id']}/level", **params))


def choose(client: httpx2.Client, incident: dict[str, Any], chosen: str, **given: Any) -> Any:
    return act_on(client, incident, "choose_level", level=chosen, **given)


def solved(server: Server, incident: dict[str, Any]) -> dict[str, Any]:
    """Let whoever has it solve it, and whoever is asked look."""
    solver = server.acting_as(incident["owner"]["code"])
    incident = act_on(solver, incident, "handle", photos=[claim_in(b"y", "after")]).json()
    [task] = [t for t in incident["tasks"] if t["finished_at"] is None]
    closed = act_on(server.acting_as(task["post"]["code"]), incident, "recheck_pass")
    assert closed.status_code == 200, closed.text
    return dict(closed.json()) | {"checked_by": task["post"]["code"]}


class TestSuggestion:
    @pytest.mark.parametrize(
        ("condition", "suggested", "reasons"),
        [
            ("RUBBISH-1", "community", ["authority"]),
            ("RUBBISH-2", "town", ["authority"]),
            ("ROAD-1", "city", ["authority"]),
        ],
    )
    def test_m18_by_authority(
        self,
        desk: httpx2.Client,
        phone: httpx2.Client,
        condition: str,
        suggested: str,
        reasons: list[str],
    ) -> None:
        found = level(desk, put_report(phone, condition=condition)["incident"])

        assert (found["suggested"], found["reasons"]) == (suggested, reasons)
        assert found["extent"]["code"] == DONGCHENG_1

    def test_m18_by_persons(self, desk: httpx2.Client, phone: httpx2.Client) -> None:
        incident = put_report(phone, condition="RUBBISH-1")["incident"]

        said = [level(desk, incident, persons=n) for n in (9, 10, 49, 50)]

        assert [each["suggested"] for each in said] == ["community", "town", "town", "city"]
        assert said[1]["reasons"] == ["persons"]

    def test_m18_by_extent(
        self, desk: httpx2.Client, phone: httpx2.Client, client_of: Clients
    ) -> None:
        main = put_report(phone, place="D3", condition="RUBBISH-1")["incident"]
        other = put_report(client_of("resident"), place="D4", condition="RUBBISH-1")["incident"]
        assert level(desk, main)["suggested"] == "community"
        joined = desk.post(
            f"/incidents/{other['incident_id']}/join",
            json={
                "action_id": "00000000-0000-4000-8000-000000000018",
                "version": got(desk, f"/incidents/{other['incident_id']}")["version"],
                "into": main["incident_id"],
                "reason": "same_thing",
            },
        )
        assert joined.status_code == 200, joined.text

        found = level(desk, main)

        assert (found["suggested"], found["reasons"]) == ("town", ["extent"])
        assert (found["extent"]["code"], found["persons"]) == (DONGCHENG, 2)


class TestChoice:
    def test_m18_confirming_changes_nothing_but_that_it_is_confirmed(
        self, desk: httpx2.Client, phone: httpx2.Client
    ) -> None:
        incident = put_report(phone, condition="RUBBISH-1")["incident"]

        confirmed = choose(desk, incident, "community")

        assert confirmed.status_code == 200, confirmed.text
        after = confirmed.json()
        assert after["owner"] == incident["owner"]
        assert (after["state"], after["level"]) == ("dispatched", "community")
        assert level(desk, incident)["chosen_level"] == "community"

    def test_m18_another_level_needs_a_reason_and_gives_it_to_whom_that_level_has(
        self, desk: httpx2.Client, phone: httpx2.Client
    ) -> None:
        incident = put_report(phone, condition="RUBBISH-1")["incident"]
        refused = problem_of(choose(desk, incident, "town"), 409, "illegal-step")
        assert refused["code"] == "level_chosen"
        problem_of(choose(desk, incident, "province", reason="attention"), 409, "illegal-step")

        chosen = choose(desk, incident, "town", reason="larger_than_reported").json()

        assert (chosen["level"], chosen["tier"]) == ("town", "handling")
        assert chosen["owner"]["code"] == "handler-dongcheng"
        last = got(desk, f"/incidents/{incident['incident_id']}/explain")["decisions"][-1]
        assert "level_chosen" in last["answer"]["reasons"]
        # the limit of the work is the incident's own and runs on
        assert chosen["due_at"] == incident["due_at"]

    def test_m18_it_may_be_lower_than_suggested(
        self, desk: httpx2.Client, phone: httpx2.Client
    ) -> None:
        incident = put_report(phone, condition="RUBBISH-2")["incident"]
        assert incident["owner"]["code"] == "handler-dongcheng"

        chosen = choose(desk, incident, "community", reason="smaller_than_reported").json()

        assert chosen["level"] == "community"
        assert chosen["owner"]["code"] == "manager-D1"

    def test_m18_only_who_dispatches_chooses(self, phone: httpx2.Client) -> None:
        incident = put_report(phone, condition="RUBBISH-1")["incident"]
        refused = problem_of(choose(phone, incident, "community"), 409, "illegal-step")
        assert refused["code"] == "not_yours"

    def test_m18_once_means_once(self, desk: httpx2.Client, phone: httpx2.Client) -> None:
        incident = put_report(phone, condition="RUBBISH-1")["incident"]
        body = {
            "action_id": "00000000-0000-4000-8000-000000000019",
            "step": "choose_level",
            "version": incident["version"],
            "level": "community",
        }
        path = f"/incidents/{incident['incident_id']}/actions"
        first, again = (desk.post(path, json=body) for _ in range(2))
        assert first.json()["version"] == again.json()["version"]
        problem_of(desk.post(path, json=body | {"persons": 3}), 409, "action-conflict")


class TestSinking:
    def test_m18_it_sinks_back_when_done(
        self, desk: httpx2.Client, phone: httpx2.Client, server: Server
    ) -> None:
        incident = put_report(phone, place="D2", condition="RUBBISH-1")["incident"]
        incident = choose(desk, incident, "town", reason="attention").json()
        assert incident["level"] == "town"

        closed = solved(server, incident)

        # looking whether it is solved is done where it is, and then the town commands it no more
        assert closed["checked_by"] in ("manager-D1", "manager-D2", "manager-D3", "assistant-D1")
        assert closed["level"] == "community"
        kinds = [
            (e["kind"], e["body"].get("level"))
            for e in got(desk, f"/incidents/{incident['incident_id']}/events")["items"]
        ]
        assert ("sunk", "community") in kinds


class TestFigures:
    def test_m18_the_share_solved_at_the_lowest_level_and_of_suggestions_confirmed(
        self, desk: httpx2.Client, client_of: Clients, server: Server
    ) -> None:
        analyst = client_of("analyst")
        before = got(analyst, "/indicators/levels", division=CITY, days=366)
        phone = client_of("grid_manager")
        for condition, confirmed in (("RUBBISH-1", "community"), ("RUBBISH-2", "town")):
            incident = put_report(phone, place="D2", condition=condition)["incident"]
            solved(server, choose(desk, incident, confirmed).json())
        incident = put_report(phone, place="D2", condition="RUBBISH-1")["incident"]
        solved(server, choose(desk, incident, "town", reason="attention").json())
        pair = [claim_in(b"1", "before"), claim_in(b"2", "after")]
        fixed = phone.put(
            "/reports/00000000-0000-4000-8000-000000000020",
            json=report_in(self_fix=True, photos=pair),
        ).json()["incident"]
        assert fixed["state"] in ("closed", "rechecking")
        if fixed["state"] == "rechecking":
            seen = got(desk, f"/incidents/{fixed['incident_id']}")
            act_on(server.acting_as(seen["tasks"][0]["post"]["code"]), seen, "recheck_pass")

        after = got(analyst, "/indicators/levels", division=CITY, days=366)

        was, now = (
            {each["level"]: each["count"] for each in figures["solved"]}
            for figures in (before, after)
        )
        assert {name: now[name] - was[name] for name in now} == {
            "community": 2,
            "town": 2,
            "city": 0,
        }
        assert after["lowest_share"] == now["community"] / sum(now.values())
        assert after["suggested_count"] - before["suggested_count"] == 3
        assert after["confirmed_count"] - before["confirmed_count"] == 2
        assert after["confirmed_share"] == after["confirmed_count"] / after["suggested_count"]

    def test_m18_figures_are_of_ones_own_area(self, client_of: Clients) -> None:
        nancheng = client_of("dispatcher_nancheng")

        assert got(nancheng, "/indicators/levels", division=DONGCHENG)["solved_count"] == 0
        problem_of(
            nancheng.get("/indicators/levels", params={"division": "999999999999"}),
            404,
            "unknown-division",
        )
