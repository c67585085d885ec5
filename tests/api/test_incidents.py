"""`/incidents`, `/tasks` and `/board`: lists, pages, one whole, and steps by HTTP."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from gridsvc.services.context import Context
from tests.api.server import Server
from tests.api.wire import act_on, claim_in, problem_of, put_report
from tests.city import CITY, DONGCHENG, TinyCity
from tests.deeds import statements_of

Clients = Callable[[str], httpx2.Client]


@pytest.fixture
def phone(client_of: Clients) -> httpx2.Client:
    """The phone of the manager of D1."""
    return client_of("grid_manager")


@pytest.fixture
def desk(client_of: Clients) -> httpx2.Client:
    """The desk of the dispatcher of Dongcheng."""
    return client_of("dispatcher")


def get(client: httpx2.Client, address: str, **params: Any) -> Any:
    answer = client.get(address, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def pages(client: httpx2.Client, **params: Any) -> list[dict[str, Any]]:
    """Every incident of a list, by pages; a list that never ends is an error."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for _ in range(100):
        page = get(client, "/incidents", **params, **cursor)
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}
    raise AssertionError("the list has no end")


class TestSteps:
    def test_the_whole_way(
        self, phone: httpx2.Client, desk: httpx2.Client, server: Server, client_of: Clients
    ) -> None:
        """A manhole from the report to the closing, each step by who may take it."""
        incident = put_report(phone, place="D1", condition="MANHOLE-2")["incident"]
        handler = client_of("handler")
        assert incident["incident_id"] in {
            t["incident"]["incident_id"] for t in get(handler, "/tasks")["items"]
        }

        incident = act_on(handler, incident, "acknowledge").json()
        assert incident["state"] == "handling"
        incident = act_on(handler, incident, "handle", photos=[claim_in(b"z", "after")]).json()
        assert (incident["state"], incident["steps"]) == ("rechecking", [])

        # the checker is another than the solver
        problem_of(act_on(handler, incident, "recheck_pass"), 409, "illegal-step")
        checker = server.acting_as(incident["owner"]["code"])
        closed = act_on(checker, incident, "recheck_pass")
        assert closed.json()["state"] == "closed"

        kinds = [
            e["kind"] for e in get(desk, f"/incidents/{incident['incident_id']}/events")["items"]
        ]
        assert kinds[0] == "reported"
        assert kinds[-1] == "closed"
        decisions = get(desk, f"/incidents/{incident['incident_id']}/explain")["decisions"]
        assert [d["answer"]["purpose"] for d in decisions] == ["first", "recheck"]

    def test_a_solver_given_the_recheck_is_refused(
        self, phone: httpx2.Client, desk: httpx2.Client, client_of: Clients, tiny_city: TinyCity
    ) -> None:
        incident = put_report(phone, place="D1", condition="MANHOLE-2")["incident"]
        one, other = client_of("handler"), client_of("handler_2")
        incident = act_on(one, incident, "handle", photos=[claim_in(b"y", "after")]).json()
        post_id = tiny_city.post_ids["handler-dongcheng"]
        incident = act_on(desk, incident, "dispatch", post_id=post_id, reason="absent").json()
        assert incident["owner"]["code"] == "handler-dongcheng"

        refused = problem_of(act_on(one, incident, "recheck_pass"), 409, "illegal-step")
        assert refused["code"] == "checker_is_not_solver"
        assert act_on(other, incident, "recheck_pass").json()["state"] == "closed"

    def test_what_was_returned_moves_by_dispatch_or_void_only(
        self, phone: httpx2.Client, desk: httpx2.Client, client_of: Clients, tiny_city: TinyCity
    ) -> None:
        incident = put_report(phone, place="D1", condition="MANHOLE-2")["incident"]
        handler = client_of("handler")
        incident = act_on(handler, incident, "return", reason="other_department").json()
        for client in (handler, desk):
            for step in ("acknowledge", "handle", "return", "recheck_pass", "accept", "file"):
                answer = act_on(client, incident, step, photos=[claim_in(b"x", "after")])
                problem_of(answer, 409, "illegal-step")
        assert set(get(desk, f"/incidents/{incident['incident_id']}")["steps"]) == {
            *("choose_level", "dispatch", "void"),
        }

        problem_of(act_on(desk, incident, "dispatch"), 409, "nobody-available")
        post_id = tiny_city.post_ids["handler-dongcheng"]
        assert act_on(desk, incident, "dispatch", post_id=post_id).json()["state"] == "dispatched"

    def test_nobody_is_given_their_own_task_again_to_win_time(
        self, phone: httpx2.Client, client_of: Clients, tiny_city: TinyCity
    ) -> None:
        incident = put_report(phone, place="D1", condition="MANHOLE-2")["incident"]
        handler = client_of("handler")
        before = get(handler, f"/incidents/{incident['incident_id']}")

        post_id = tiny_city.post_ids["handler-dongcheng"]
        answer = act_on(handler, incident, "dispatch", post_id=post_id, reason="too_busy")

        assert problem_of(answer, 409, "illegal-step")["code"] == "not_yours"
        assert get(handler, f"/incidents/{incident['incident_id']}") == before

    def test_again_is_the_same_and_stale_is_told_what_is_current(
        self, phone: httpx2.Client, client_of: Clients
    ) -> None:
        incident = put_report(phone, place="D1", condition="MANHOLE-2")["incident"]
        handler = client_of("handler")
        action_id = str(uuid4())
        first = act_on(handler, incident, "acknowledge", action_id=action_id)
        again = act_on(handler, incident, "acknowledge", action_id=action_id)
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json() == again.json()

        other = act_on(handler, incident, "acknowledge", action_id=action_id, note="other")
        problem_of(other, 409, "action-conflict")
        stale = problem_of(act_on(handler, incident, "acknowledge"), 409, "stale-version")
        assert stale["current"] == {
            "incident_id": incident["incident_id"],
            "number": incident["number"],
            "state": "handling",
            "version": 2,
        }

    def test_of_two_desks_at_once_one_looks_again(
        self, phone: httpx2.Client, client_of: Clients
    ) -> None:
        desks = [client_of("dispatcher"), client_of("dispatcher_city")]
        for _ in range(3):
            incident = put_report(phone, place="D1", condition="RUBBISH-1")["incident"]
            with ThreadPoolExecutor(2) as threads:
                answers = list(
                    threads.map(
                        lambda d, i=incident: act_on(d, i, "void", reason="duplicate"), desks
                    )
                )
            assert sorted(a.status_code for a in answers) == [200, 409]
            [refused] = [a for a in answers if a.status_code == 409]
            assert problem_of(refused, 409, "stale-version")["current"]["state"] == "voided"

    @pytest.mark.parametrize(
        ("given", "kind"),
        [
            ({"step": "return", "reason": "no time"}, "unknown-reason"),
            ({"step": "return", "reason": "other"}, "unknown-reason"),
            ({"step": "fly"}, "invalid-request"),
            ({"step": "acknowledge", "version": 2**70}, "invalid-request"),
            ({"step": "acknowledge", "post_id": 2**70}, "invalid-request"),
            ({"step": "acknowledge", "note": "\x00"}, "invalid-request"),
        ],
    )
    def test_what_has_no_such_form(
        self, phone: httpx2.Client, client_of: Clients, given: dict[str, Any], kind: str
    ) -> None:
        incident = put_report(phone, place="D1", condition="MANHOLE-2")["incident"]

        problem_of(act_on(client_of("handler"), incident, **given), 422, kind)

    def test_out_of_scope_is_as_if_it_were_not_there(
        self, phone: httpx2.Client, client_of: Clients
    ) -> None:
        incident = put_report(phone, place="D1", condition="MANHOLE-2")["incident"]
        elsewhere = client_of("dispatcher_nancheng")

        for address in ("", "/events", "/explain", "/candidates"):
            answer = elsewhere.get(f"/incidents/{incident['incident_id']}{address}")
            problem_of(answer, 404, "unknown-incident")
        answer = act_on(elsewhere, incident, "void", reason="duplicate")
        problem_of(answer, 404, "unknown-incident")
        listed = {i["incident_id"] for i in pages(elsewhere, limit=2_000)}
        assert incident["incident_id"] not in listed


class TestLists:
    @pytest.fixture(autouse=True)
    def _many(self, phone: httpx2.Client, client_of: Clients) -> None:
        """Some of everything, some without a limit."""
        if len(get(client_of("dispatcher_city"), "/incidents", division=CITY)["items"]) >= 30:
            return
        for place in ("D1", "D2", "N1", (113.5, 22.5)):
            for condition in ("RUBBISH-1", "MANHOLE-2", "FIRELANE-1"):
                put_report(phone, place=place, condition=condition)
        for place in ("D1", "D4", "D6", "N2"):  # without a condition there is no limit
            for _ in range(3):
                put_report(phone, place=place, condition=None, matter="RUBBISH")

    @pytest.mark.parametrize("order", ["received", "due"])
    @pytest.mark.parametrize("limit", [1, 3, 7])
    def test_pages_hold_each_incident_once(
        self, client_of: Clients, order: str, limit: int
    ) -> None:
        city = client_of("dispatcher_city")
        whole = [i["incident_id"] for i in pages(city, order=order, limit=2_000, open=True)]
        paged = [i["incident_id"] for i in pages(city, order=order, limit=limit, open=True)]

        assert len(whole) >= 20
        assert paged == whole

    def test_by_due_what_has_no_limit_comes_last(self, client_of: Clients) -> None:
        due = [i["due_at"] for i in pages(client_of("dispatcher_city"), order="due", open=True)]

        assert None in due
        assert due == sorted(d for d in due if d) + [None] * due.count(None)

    def test_filters(self, client_of: Clients, tiny_city: TinyCity) -> None:
        city = client_of("dispatcher_city")
        everything = pages(city, limit=2_000)

        def ids(**params: Any) -> set[str]:
            return {i["incident_id"] for i in pages(city, limit=2_000, **params)}

        def those(found: Callable[[dict[str, Any]], bool]) -> set[str]:
            ids = {i["incident_id"] for i in everything if found(i)}
            assert ids, "a filter that finds nothing proves nothing"
            return ids

        grid = {"grid_id": tiny_city.grid_ids["D2"], "code": tiny_city.grid_code("D2")}
        assert ids(grid=grid["grid_id"]) == those(lambda i: i["grid"] == grid)
        assert ids(tier="enforcement") == those(lambda i: i["tier"] == "enforcement")
        assert ids(state="dispatched") == those(lambda i: i["state"] == "dispatched")
        assert ids(division=DONGCHENG) == those(
            lambda i: (i["town"] or {}).get("code") == DONGCHENG
        )
        assert ids(queue="any") == those(lambda i: i["queue"] is not None)
        assert ids(queue=CITY) == those(
            lambda i: (i["queue"] or {}).get("division", {}).get("code") == CITY
        )
        assert ids(bbox="113.70,23.00,113.72,23.01") == those(
            lambda i: 113.70 <= i["place"]["lon"] <= 113.72
        )
        assert ids(late="false", open="true") == those(
            lambda i: not i["late"] and i["state"] not in ("closed", "voided")
        )

    @pytest.mark.parametrize(
        "params",
        [
            {"bbox": "1,2,3"},
            {"bbox": "23,113,24,114"},
            {"bbox": "nan,nan,nan,nan"},
            {"cursor": "yesterday"},
            {"cursor": "2026-01-01~7"},
            {"limit": 0},
            {"limit": 100_000},
            {"state": "lost"},
            {"queue": "\x00"},
            {"division": "' OR true --"},
        ],
    )
    def test_what_has_no_such_form(self, desk: httpx2.Client, params: dict[str, Any]) -> None:
        answer = desk.get("/incidents", params=params)

        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"

    def test_a_hundred_cost_what_one_does(self, ctx: Context, phone: httpx2.Client) -> None:
        costs = []
        for limit in (1, 100):
            with statements_of(ctx.database.app) as seen:
                get(phone, "/incidents", limit=limit)
                # the live feed of this process asks too, all the time
                costs.append(len([s for s in seen if "FROM incident i" in s or "grid" in s]))
        assert costs[1] <= costs[0] + 4

    def test_tasks_are_ones_own_and_say_what_may_be_done(self, client_of: Clients) -> None:
        tasks = get(client_of("handler"), "/tasks")["items"]

        assert tasks
        assert {t["post"]["code"] for t in tasks} == {"handler-dongcheng"}
        for task in tasks:
            whole = get(client_of("handler"), f"/incidents/{task['incident']['incident_id']}")
            assert set(task["steps"]) >= set(whole["steps"]) > set()

    def test_the_board_counts_what_the_lists_hold(self, client_of: Clients) -> None:
        for login in ("dispatcher_city", "dispatcher_nancheng"):
            client = client_of(login)
            board = get(client, "/board")
            queued = pages(client, queue="any", limit=2_000)
            assert board["counters"]["to_dispatch"] == len(queued)
            assert sum(q["count"] for q in board["queues"]) == len(queued)
            assert board["counters"]["late"] == len(pages(client, late="true", limit=2_000))


def test_candidates_are_ranked_and_the_others_say_why_not(
    phone: httpx2.Client, desk: httpx2.Client
) -> None:
    incident = put_report(phone, place="D1", condition="MANHOLE-2")["incident"]
    items = get(desk, f"/incidents/{incident['incident_id']}/candidates")["items"]

    able = [i["code"] for i in items if i["passed_over"] is None]
    assert able == ["handler-dongcheng"]
    assert all(i["rung"] is None for i in items if i["passed_over"] is not None)
