"""What a resident hears of a report, and says when it is closed."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.api.wire import act_on, claim_in, problem_of, put_report

Clients = Callable[[str], httpx2.Client]


@pytest.fixture
def resident(client_of: Clients) -> httpx2.Client:
    return client_of("resident")


@pytest.fixture
def closed(resident: httpx2.Client, client_of: Clients) -> dict[str, Any]:
    """A resident's report that was verified, accepted, handled, re-checked and closed."""
    incident = put_report(resident, place="D1", condition="MANHOLE-2", note="井盖没了")["incident"]
    for login, step, given in (
        ("grid_manager", "verify_confirm", {}),
        ("dispatcher", "accept", {"condition": "MANHOLE-2"}),
        ("handler", "acknowledge", {}),
        ("handler", "handle", {"photos": [claim_in(b"after", "after")]}),
        ("grid_manager", "recheck_pass", {}),
    ):
        answer = act_on(client_of(login), incident, step, **given)
        assert answer.status_code == 200, answer.text
        incident = answer.json()
    return incident


def mine(client: httpx2.Client, incident: dict[str, Any]) -> dict[str, Any]:
    items = client.get("/reports", params={"mine": "true"}).json()["items"]
    [found] = [i for i in items if i["incident"]["incident_id"] == incident["incident_id"]]
    return dict(found)


def say(client: httpx2.Client, incident: dict[str, Any], answer: str, note: str = "") -> Any:
    path = f"/incidents/{incident['incident_id']}/satisfaction"
    return client.put(path, json={"answer": answer, "note": note})


def test_the_reporter_hears_each_step_and_never_who_took_it(
    resident: httpx2.Client, closed: dict[str, Any]
) -> None:
    found = mine(resident, closed)

    assert [step["kind"] for step in found["progress"]] == [
        *("reported", "task_given", "verified", "accepted", "task_given"),
        *("acknowledged", "handled", "task_given", "closed"),
    ]
    assert set(found["progress"][0]) == {"kind", "at"}
    assert found["incident"]["state"] == "closed"
    assert found["asked_for_satisfaction"] is True
    assert "某" not in str(found["incident"]["owner"])


def test_nobody_lists_the_reports_of_others(
    client_of: Clients, resident: httpx2.Client, closed: dict[str, Any]
) -> None:
    items = client_of("dispatcher").get("/reports").json()["items"]
    assert closed["incident_id"] not in {item["incident"]["incident_id"] for item in items}


def test_pages_go_on_where_they_end(resident: httpx2.Client) -> None:
    for _ in range(3):
        put_report(resident, place="D1", condition="RUBBISH-1")
    whole = resident.get("/reports", params={"limit": 200}).json()
    assert whole["next"] is None

    found, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = resident.get("/reports", params=params).json()
        found += [item["report_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == [item["report_id"] for item in whole["items"]]


def test_satisfied_is_said_once_and_the_same_again_is_the_same(
    resident: httpx2.Client, closed: dict[str, Any]
) -> None:
    first, again = (say(resident, closed, "satisfied", "谢谢") for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["satisfaction"] == again.json()["satisfaction"] == "satisfied"
    assert first.json()["version"] == again.json()["version"]
    assert mine(resident, closed)["asked_for_satisfaction"] is False
    problem_of(say(resident, closed, "unsatisfied"), 409, "action-conflict")


def test_unsatisfied_opens_it_again_above_once(
    client_of: Clients, resident: httpx2.Client, closed: dict[str, Any]
) -> None:
    said = say(resident, closed, "unsatisfied", "还在晃")
    assert said.status_code == 200, said.text
    assert said.json()["state"] == "filed"
    assert mine(resident, closed)["progress"][-1]["kind"] == "reopened"

    seen = client_of("dispatcher_city").get(f"/incidents/{closed['incident_id']}").json()
    assert seen["queue"]["division"]["code"] == "441900000000"
    assert seen["queue"]["reason"] == "unsatisfied"
    assert "还在晃" in {note["note"] for note in seen["notes"]}
    # a lost answer is asked again, and nothing is opened twice
    assert say(resident, closed, "unsatisfied", "还在晃").json()["version"] == seen["version"]


def test_who_did_not_report_it_is_not_asked(client_of: Clients, closed: dict[str, Any]) -> None:
    refused = problem_of(say(client_of("dispatcher"), closed, "satisfied"), 409, "illegal-step")
    assert refused["code"] == "not_yours"
    # out of their area it is as if it were not there
    problem_of(say(client_of("manager_nancheng"), closed, "satisfied"), 404, "unknown-incident")


def test_before_closing_nobody_is_asked(resident: httpx2.Client) -> None:
    incident = put_report(resident, place="D1", condition="RUBBISH-1")["incident"]
    assert mine(resident, incident)["asked_for_satisfaction"] is False
    refused = problem_of(say(resident, incident, "satisfied"), 409, "illegal-step")
    assert refused["code"] == "wrong_state"


@pytest.mark.parametrize("body", [{}, {"answer": "so-so"}, {"answer": "satisfied", "stars": 5}])
def test_other_answers_are_refused(
    resident: httpx2.Client, closed: dict[str, Any], body: dict[str, Any]
) -> None:
    path = f"/incidents/{closed['incident_id']}/satisfaction"
    problem_of(resident.put(path, json=body), 422, "invalid-request")
