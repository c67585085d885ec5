"""Leave, standing in, an officer who leaves, and where nobody is: through HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from gridsvc.services.context import Context
from gridsvc.services.handover import hand_over_stranded
from tests.api.conftest import SignIn
from tests.city import CITY, DONGCHENG, DONGCHENG_1, DONGCHENG_2, NANCHENG, TinyCity
from tests.deeds import act, handled, look, reported, set_clock

#: A Monday noon in Dongguan; every test begins a day later than the one before.
NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def first_holdings(ctx: Context) -> int:
    """The last holding of the city as it was opened."""
    with ctx.database.begin() as connection:
        return connection.execute(text("SELECT max(holding_id) FROM post_holder")).scalar_one()


@pytest.fixture(autouse=True)
def as_it_was(ctx: Context, first_holdings: int) -> Iterator[None]:
    """A day later, and in the end a roster as it was opened."""
    with ctx.database.begin() as connection:
        last = connection.execute(text("SELECT max(at) FROM event")).scalar_one()
    set_clock(ctx, NOON if last is None else max(NOON, last) + DAY)
    yield
    with ctx.database.begin() as connection:
        connection.execute(
            text(
                "UPDATE post_holder SET valid = CASE WHEN holding_id <= :first "
                "THEN tstzrange(lower(valid), NULL) ELSE 'empty'::tstzrange END"
            ),
            {"first": first_holdings},
        )
        connection.execute(text("UPDATE officer_leave SET valid = 'empty'::tstzrange"))


@pytest.fixture
def lead(signed_in: SignIn) -> TestClient:
    """The dispatcher of Dongcheng."""
    return signed_in("dispatcher")


def away(
    lead: TestClient, officer_id: int, until: datetime, since: datetime | None = None
) -> dict[str, Any]:
    body = {"until": until.isoformat(), "since": since and since.isoformat()}
    answer = lead.post(f"/api/v1/officers/{officer_id}/leave", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def owner(ctx: Context, incident_id: UUID) -> str | None:
    found = look(ctx, incident_id)["owner"]
    return None if found is None else found["code"]


def kinds(client: TestClient, incident_id: UUID) -> list[str]:
    events = client.get(f"/api/v1/incidents/{incident_id}/events").json()["items"]
    return [event["kind"] for event in events]


def slug(answer: Any) -> str:
    return str(answer.json()["type"]).removeprefix("urn:gridsvc:problem:")


class TestLeave:
    def test_who_is_away_is_passed_over_and_is_asked_again_when_back(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        now = ctx.clock.now()
        away(lead, tiny_city.officer_ids["manager-D2"], now + DAY)

        borrowed = reported(ctx, "D2", "RUBBISH-1")

        assert owner(ctx, borrowed) in ("manager-D1", "manager-D3")
        [decision] = lead.get(f"/api/v1/incidents/{borrowed}/explain").json()["decisions"]
        passed = {p["code"]: p["why"] for p in decision["answer"]["passed_over"]}
        assert passed["manager-D2"] == "all_away"
        assert "coverage_gap" in kinds(lead, borrowed)
        set_clock(ctx, now + DAY)
        assert owner(ctx, reported(ctx, "D2", "RUBBISH-1")) == "manager-D2"

    def test_leave_that_begins_later_begins_later(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        now = ctx.clock.now()
        shown = away(lead, tiny_city.officer_ids["manager-D2"], now + DAY, since=now + HOUR)
        assert shown["handed_over"] == 0
        mine = reported(ctx, "D2", "RUBBISH-1")
        assert owner(ctx, mine) == "manager-D2"

        set_clock(ctx, now + HOUR)

        assert owner(ctx, reported(ctx, "D2", "RUBBISH-1")) != "manager-D2"
        # what they had is found by the service itself
        assert hand_over_stranded(ctx) >= 1
        assert owner(ctx, mine) in ("manager-D1", "manager-D3")
        assert hand_over_stranded(ctx) == 0

    def test_what_they_have_is_handed_over_and_its_limit_runs_on(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        now = ctx.clock.now()
        open_one, seen_one = (reported(ctx, "D2", "RUBBISH-1") for _ in range(2))
        act(ctx, "manager-D2", seen_one, "acknowledge")
        due_at = look(ctx, seen_one)["due_at"]
        set_clock(ctx, now + HOUR / 6)

        shown = away(lead, tiny_city.officer_ids["manager-D2"], now + DAY)

        assert shown["handed_over"] == 2
        for one in (open_one, seen_one):
            assert owner(ctx, one) in ("manager-D1", "manager-D3")
            assert look(ctx, one)["state"] == "dispatched"
            assert look(ctx, one)["due_at"] == due_at

    def test_leave_is_given_once_and_ended_early(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        now, officer_id = ctx.clock.now(), tiny_city.officer_ids["manager-D2"]
        [leave] = away(lead, officer_id, now + DAY)["leaves"]
        body = {"until": (now + 2 * DAY).isoformat(), "since": (now + HOUR).isoformat()}

        again = lead.post(f"/api/v1/officers/{officer_id}/leave", json=body)
        assert (again.status_code, again.json()["code"]) == (409, "overlaps")

        set_clock(ctx, now + HOUR)
        url = f"/api/v1/officers/{officer_id}/leave/{leave['leave_id']}"
        assert lead.delete(url).json()["leaves"] == []
        assert owner(ctx, reported(ctx, "D2", "RUBBISH-1")) == "manager-D2"
        assert lead.delete(url).status_code == 404

    def test_a_span_that_ends_before_it_begins(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        officer_id, now = tiny_city.officer_ids["manager-D2"], ctx.clock.now()
        for body in (
            {"until": (now - HOUR).isoformat()},
            {"since": (now + DAY).isoformat(), "until": (now + HOUR).isoformat()},
        ):
            answer = lead.post(f"/api/v1/officers/{officer_id}/leave", json=body)
            assert (answer.status_code, answer.json()["code"]) == (409, "empty_span")
        naive = lead.post(f"/api/v1/officers/{officer_id}/leave", json={"until": "2026-07-01"})
        assert naive.status_code == 422


class TestStandingIn:
    def test_for_a_time_somebody_else_holds_the_post(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        now, post_id = ctx.clock.now(), tiny_city.post_ids["manager-D2"]
        away(lead, tiny_city.officer_ids["manager-D2"], now + 2 * DAY)
        answer = lead.post(
            f"/api/v1/posts/{post_id}/holders",
            json={
                "officer_code": "former",
                "until": (now + DAY).isoformat(),
                "stands_in": True,
            },
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["posts"][0]["stands_in"]

        incident = reported(ctx, "D2", "RUBBISH-1")

        assert owner(ctx, incident) == "manager-D2"
        assert look(ctx, incident)["owner"]["officer_name"] == "某former"
        act(ctx, "former", incident, "acknowledge")
        # when the time is over the work is somebody's all the same
        set_clock(ctx, now + DAY)
        assert hand_over_stranded(ctx) >= 1
        assert owner(ctx, incident) in ("manager-D1", "manager-D3")

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            pytest.param({"officer_code": "nobody"}, 404, None, id="nobody of that code"),
            pytest.param(
                {"officer_code": "former", "stands_in": True}, 409, "no_end", id="for ever"
            ),
            pytest.param(
                {"officer_code": "manager-D2"}, 409, "overlaps", id="who holds it already"
            ),
            pytest.param({"officer_code": "dispatch-dongcheng"}, 409, "own_post", id="to oneself"),
        ],
    )
    def test_refusals(
        self,
        lead: TestClient,
        tiny_city: TinyCity,
        body: dict[str, Any],
        status: int,
        code: str | None,
    ) -> None:
        post_id = tiny_city.post_ids["manager-D2"]

        answer = lead.post(f"/api/v1/posts/{post_id}/holders", json=body)

        assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text


class TestWhoLeaves:
    def test_everything_they_had_is_given_to_others_in_one_transaction(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        mine = [reported(ctx, "D4", "RUBBISH-1") for _ in range(3)]
        assert {owner(ctx, one) for one in mine} == {"manager-D4"}

        answer = lead.post(f"/api/v1/officers/{tiny_city.officer_ids['manager-D4']}/end")

        assert answer.status_code == 200, answer.text
        assert (answer.json()["handed_over"], answer.json()["posts"]) == (3, [])
        for one in mine:
            shown = look(ctx, one)
            assert (shown["owner"] is None) is not (shown["queue"] is None)
            assert owner(ctx, one) != "manager-D4"
            assert "task_cancelled" in kinds(lead, one)
        again = lead.post(f"/api/v1/officers/{tiny_city.officer_ids['manager-D4']}/end")
        assert again.status_code == 404

    def test_where_nobody_can_take_it_a_dispatcher_has_it(
        self, ctx: Context, signed_in: SignIn, tiny_city: TinyCity
    ) -> None:
        incident = reported(ctx, "D1", "ROAD-1")
        assert owner(ctx, incident) == "works-city"

        answer = signed_in("dispatcher_city").post(
            f"/api/v1/officers/{tiny_city.officer_ids['works-city']}/end"
        )

        assert answer.json()["handed_over"] == 1
        shown = look(ctx, incident)
        assert shown["owner"] is None
        assert shown["queue"]["reason"] == "nobody_available"
        assert shown["queue"]["division"]["code"] == CITY

    def test_a_post_with_others_keeps_its_work(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        incident = reported(ctx, "D1", "MANHOLE-1")
        first = look(ctx, incident)["owner"]["officer_name"]
        post_id = tiny_city.post_ids["handler-dongcheng"]
        officer_id = tiny_city.officer_ids[first.removeprefix("某")]

        answer = lead.delete(f"/api/v1/posts/{post_id}/holders/{officer_id}")

        assert answer.json()["handed_over"] == 1, answer.text
        shown = look(ctx, incident)["owner"]
        assert shown["code"] == "handler-dongcheng"
        assert shown["officer_name"] != first

    def test_a_recheck_goes_to_neither_the_solver_nor_who_has_left(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        incident = reported(ctx, "D4", "RUBBISH-1")
        handled(ctx, "manager-D4", incident)
        checker = owner(ctx, incident)
        assert checker is not None

        lead.post(f"/api/v1/officers/{tiny_city.officer_ids[checker]}/end")

        shown = look(ctx, incident)
        assert shown["state"] == "rechecking"
        assert owner(ctx, incident) not in (checker, "manager-D4")

    def test_suspended_work_waits_before_a_dispatcher(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        incident = reported(ctx, "D4", "RUBBISH-1")
        act(ctx, "manager-D4", incident, "acknowledge")
        with ctx.database.begin() as connection:
            connection.execute(
                text("UPDATE incident SET suspended_until = :until WHERE incident_id = :id"),
                {"until": ctx.clock.now() + 30 * DAY, "id": incident},
            )

        lead.post(f"/api/v1/officers/{tiny_city.officer_ids['manager-D4']}/end")

        shown = look(ctx, incident)
        assert shown["queue"]["reason"] == "holder_left"
        assert shown["state"] == "handling"

    def test_it_is_told_by_id_only(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        officer_id = tiny_city.officer_ids["manager-D5"]
        shown = lead.post(f"/api/v1/officers/{officer_id}/end").json()

        with ctx.database.begin() as connection:
            kind, body, keys = connection.execute(
                text(
                    "SELECT kind, body, scope_keys FROM event WHERE subject = 'officer' "
                    "AND subject_id = :id ORDER BY seq DESC LIMIT 1"
                ),
                {"id": str(officer_id)},
            ).one()
        assert kind == "officer_ended"
        assert body == {
            "posts": [tiny_city.post_ids["manager-D5"]],
            "handed_over": shown["handed_over"],
        }
        assert {DONGCHENG, DONGCHENG_2, CITY, "*"} == set(keys)


class TestWhoMay:
    @pytest.mark.parametrize(
        ("login", "post", "status"),
        [
            pytest.param("dispatcher", "manager-D1", 200, id="below their own division"),
            pytest.param("dispatcher", "manager-N1", 403, id="in another town"),
            pytest.param("dispatcher", "works-city", 403, id="above it"),
            pytest.param("dispatcher", "dispatch-D1", 403, id="a post that brings rights"),
            pytest.param("grid_supervisor", "manager-D1", 200, id="supervisors lead patrols"),
            pytest.param("grid_supervisor", "handler-dongcheng", 403, id="and nobody higher"),
            pytest.param("operator", "dispatch-D1", 200, id="who runs the service gives rights"),
        ],
    )
    def test_who_says_who_holds_a_post(
        self, signed_in: SignIn, tiny_city: TinyCity, login: str, post: str, status: int
    ) -> None:
        answer = signed_in(login).post(
            f"/api/v1/posts/{tiny_city.post_ids[post]}/holders", json={"officer_code": "former"}
        )

        assert answer.status_code == status, answer.text
        if status == 403:
            assert slug(answer) == "outside-your-area"

    def test_who_also_serves_elsewhere_is_not_ended_from_here(
        self, lead: TestClient, signed_in: SignIn, tiny_city: TinyCity
    ) -> None:
        officer_id = tiny_city.officer_ids["manager-D1"]
        signed_in("dispatcher_city").post(
            f"/api/v1/posts/{tiny_city.post_ids['works-city']}/holders",
            json={"officer_code": "manager-D1"},
        )

        answer = lead.post(f"/api/v1/officers/{officer_id}/end")

        assert (answer.status_code, slug(answer)) == (403, "outside-your-area")
        assert len(lead.get(f"/api/v1/officers/{officer_id}").json()["posts"]) == 2

    def test_somebody_elses_people_are_nobody(self, lead: TestClient, tiny_city: TinyCity) -> None:
        officer_id = tiny_city.officer_ids["manager-N1"]
        assert lead.get(f"/api/v1/officers/{officer_id}").status_code == 404

    @pytest.mark.parametrize("what", ["posts", "vacancies", "gaps"])
    def test_lists_end_at_the_border_of_ones_division(
        self, lead: TestClient, signed_in: SignIn, what: str
    ) -> None:
        for client, division, status in (
            (lead, DONGCHENG, 200),
            (lead, DONGCHENG_1, 200),
            (lead, NANCHENG, 403),
            (lead, CITY, 403),
            (lead, "999999999999", 404),
            (signed_in("planner"), CITY, 200),
        ):
            answer = client.get(f"/api/v1/{what}", params={"division": division})
            assert answer.status_code == status, (division, answer.text)


class TestLists:
    def test_posts_with_who_is_there_and_their_work(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        reported(ctx, "D3", "RUBBISH-1")
        away(lead, tiny_city.officer_ids["manager-D2"], ctx.clock.now() + DAY)

        items = lead.get("/api/v1/posts", params={"division": DONGCHENG}).json()["items"]

        by_code = {item["code"]: item for item in items}
        assert [item["code"] for item in items] == sorted(by_code)
        assert by_code["manager-D3"]["open_task_minutes"] >= 20
        assert by_code["manager-D3"]["grid"]["grid_id"] == tiny_city.grid_ids["D3"]
        [holder] = by_code["manager-D2"]["holders"]
        assert (holder["name"], holder["is_away"]) == ("某manager-D2", True)
        assert "manager-N1" not in by_code
        vacant = lead.get("/api/v1/posts", params={"division": DONGCHENG, "vacant": "true"}).json()
        assert [item["code"] for item in vacant["items"]] == ["manager-D2"]

    def test_vacancies_of_the_four_roles_grid_by_grid(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        """D1 has a manager, an assistant, and its community a policeman and a supervisor."""
        away(lead, tiny_city.officer_ids["manager-D2"], ctx.clock.now() + DAY)
        lead.post(f"/api/v1/officers/{tiny_city.officer_ids['manager-D3']}/end")

        items = lead.get("/api/v1/vacancies", params={"division": DONGCHENG_1}).json()["items"]

        lacking = {(item["grid"]["code"], item["duty"]): item["lack"] for item in items}
        codes = {name: tiny_city.grid_code(name) for name in ("D1", "D2", "D3")}
        assert lacking == {
            (codes["D2"], "grid_manager"): "away",
            (codes["D2"], "grid_assistant"): "no_post",
            (codes["D3"], "grid_manager"): "vacant",
            (codes["D3"], "grid_assistant"): "no_post",
        }

    def test_gaps_are_those_that_decisions_met(
        self, ctx: Context, lead: TestClient, tiny_city: TinyCity
    ) -> None:
        away(lead, tiny_city.officer_ids["manager-D5"], ctx.clock.now() + DAY)
        for _ in range(2):
            reported(ctx, "D5", "RUBBISH-1")

        items = lead.get("/api/v1/gaps", params={"division": DONGCHENG_2, "days": 1}).json()[
            "items"
        ]

        [gap] = [item for item in items if item["grid"]["grid_id"] == tiny_city.grid_ids["D5"]]
        assert (gap["tier"], gap["shortfall"], gap["count"]) == ("patrol", "nobody_on_shift", 2)
        elsewhere = lead.get("/api/v1/gaps", params={"division": DONGCHENG_1, "days": 1}).json()
        assert tiny_city.grid_ids["D5"] not in {i["grid"]["grid_id"] for i in elsewhere["items"]}
