"""The same thing told twice: suggested by nearness, joined and unjoined by a person."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Text, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from starlette.testclient import TestClient

from gridsvc.core.actor import Actor
from gridsvc.core.permission import AccountKind
from gridsvc.services.context import Context
from gridsvc.store.duplicates import NEAR
from tests.api.conftest import SignIn
from tests.city import TinyCity
from tests.deeds import act, claim, draft, handled, look, officer, reported, send, set_clock

#: A Monday noon in Dongguan; every test has a day and a spot of its own.
NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
#: One metre to the east, in degrees, at 23° north.
METRE = 1 / 102_500


class Spots:
    """Places in grid D1 that lie more than 50 m from each other, one after the other."""

    def __init__(self) -> None:
        self.taken = 0

    def next(self) -> tuple[float, float]:
        self.taken += 1
        return 113.7005 + 0.001 * (self.taken % 8), 23.0005 + 0.001 * (self.taken // 8)


SPOTS = Spots()


@pytest.fixture
def spot(ctx: Context) -> tuple[float, float]:
    set_clock(ctx, NOON)
    return SPOTS.next()


@pytest.fixture
def desk(signed_in: SignIn) -> TestClient:
    return signed_in("dispatcher")


def east(spot: tuple[float, float], metres: float) -> tuple[float, float]:
    return spot[0] + metres * METRE, spot[1]


def resident(city: TinyCity) -> Actor:
    account = city.account_ids["resident"]
    return Actor(
        account_id=account, login="resident", kind=AccountKind.RESIDENT, scope=(f"a{account}",)
    )


def told_by_resident(ctx: Context, city: TinyCity, place: tuple[float, float]) -> UUID:
    [taken] = send(ctx, resident(city), draft(ctx, place, None, matter="RUBBISH", note="门口"))
    return taken.receipt.incident_id


def suggested(desk: TestClient, incident_id: UUID) -> list[str]:
    answer = desk.get(f"/api/v1/incidents/{incident_id}/duplicates")
    assert answer.status_code == 200, answer.text
    return [item["incident_id"] for item in answer.json()["suggested"]]


def join(desk: TestClient, one: UUID, into: UUID, **given: Any) -> Any:
    body = {"action_id": str(uuid4()), "into": str(into), "reason": "same_thing"}
    body |= given
    body.setdefault("version", desk.get(f"/api/v1/incidents/{one}").json()["version"])
    return desk.post(f"/api/v1/incidents/{one}/join", json=body)


def unjoin(desk: TestClient, one: UUID) -> Any:
    version = desk.get(f"/api/v1/incidents/{one}").json()["version"]
    body = {"action_id": str(uuid4()), "version": version, "reason": "other_thing"}
    return desk.post(f"/api/v1/incidents/{one}/unjoin", json=body)


def kinds(desk: TestClient, incident_id: UUID) -> list[str]:
    events = desk.get(f"/api/v1/incidents/{incident_id}/events").json()["items"]
    return [event["kind"] for event in events]


class TestSuggestions:
    @pytest.mark.parametrize(
        ("metres", "hours", "condition", "expected"),
        [
            pytest.param(45, 0, "RUBBISH-1", True, id="near in place and time"),
            pytest.param(55, 0, "RUBBISH-1", False, id="farther than 50 m"),
            pytest.param(10, 23, "RUBBISH-2", True, id="another condition of the matter"),
            pytest.param(10, 25, "RUBBISH-1", False, id="more than a day apart"),
            pytest.param(10, 0, "MANHOLE-1", False, id="another matter"),
        ],
    )
    def test_both_suggest_each_other_or_neither_does(
        self,
        ctx: Context,
        desk: TestClient,
        spot: tuple[float, float],
        metres: float,
        hours: float,
        condition: str,
        expected: bool,
    ) -> None:
        one = reported(ctx, spot, "RUBBISH-1")
        set_clock(ctx, NOON + timedelta(hours=hours))
        other = reported(ctx, east(spot, metres), condition)

        assert (str(other) in suggested(desk, one)) is expected
        assert (str(one) in suggested(desk, other)) is expected

    def test_a_suggestion_shows_what_a_person_compares(
        self, ctx: Context, desk: TestClient, spot: tuple[float, float]
    ) -> None:
        one, other = (reported(ctx, place, "RUBBISH-1") for place in (spot, east(spot, 30)))

        [shown] = desk.get(f"/api/v1/incidents/{one}/duplicates").json()["suggested"]

        assert shown["number"] == look(ctx, other)["number"]
        assert shown["distance_m"] == pytest.approx(30, abs=0.5)
        assert shown["note"] != ""
        assert shown["state"] == "dispatched"

    def test_what_was_closed_lately_is_suggested_and_what_was_voided_is_not(
        self, ctx: Context, desk: TestClient, spot: tuple[float, float]
    ) -> None:
        closed, voided, one = (reported(ctx, spot, "RUBBISH-1") for _ in range(3))
        handled(ctx, "manager-D1", closed)
        act(ctx, look(ctx, closed)["owner"]["code"], closed, "recheck_pass")
        act(ctx, "dispatch-dongcheng", voided, "void", reason="not_admitted")

        assert suggested(desk, one) == [str(closed)]

    def test_before_reporting_a_resident_hears_that_something_is_known_but_not_what_was_said(
        self, ctx: Context, signed_in: SignIn, tiny_city: TinyCity, spot: tuple[float, float]
    ) -> None:
        reported(ctx, east(spot, 23), "RUBBISH-1")
        told_by_resident(ctx, tiny_city, spot)
        where = {"lon": spot[0], "lat": spot[1], "matter": "RUBBISH", "datum": "cgcs2000"}

        mine, other = (
            signed_in("resident").get("/api/v1/reports/suggestions", params=where).json()["items"]
        )

        assert (mine["note"], mine["distance_m"]) == ("门口", 0)
        assert mine["number"]
        assert (other["state"], other["distance_m"]) == ("dispatched", 20)
        assert [other[k] for k in ("incident_id", "number", "version", "thumb_url")] == [None] * 4
        assert other["note"] == ""

    def test_an_unknown_matter_or_a_place_beyond_earth_is_refused(self, signed_in: SignIn) -> None:
        client = signed_in("resident")
        for where in (
            {"lon": 113.7, "lat": 23, "matter": "UFO"},
            {"lon": 23, "lat": 113.7, "matter": "RUBBISH"},
        ):
            answer = client.get("/api/v1/reports/suggestions", params=where)
            assert answer.status_code == 422, answer.text

    def test_places_are_found_by_their_index(self, ctx: Context) -> None:
        values: dict[str, Any] = dict.fromkeys(("west", "south", "east", "north", "metres"), 1.0)
        values |= {"place": "SRID=4490;POINT(1 1)", "matter": "RUBBISH", "most": 5}
        values |= {"since": NOON, "until": NOON, "scope": ["*"], "but": None}
        with ctx.database.begin() as connection:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            explain = text(f"EXPLAIN {NEAR.text}").bindparams(
                bindparam("scope", type_=ARRAY(Text())), bindparam("but", type_=Uuid())
            )
            plan = "\n".join(connection.execute(explain, values).scalars())
        assert "incident_place_idx" in plan
        assert "incident_closed_at_idx" in plan


class TestJoining:
    def test_the_joined_one_ends_and_its_reporter_follows_the_main_one(
        self,
        ctx: Context,
        desk: TestClient,
        signed_in: SignIn,
        tiny_city: TinyCity,
        spot: tuple[float, float],
    ) -> None:
        main = reported(ctx, spot, "RUBBISH-1", photos=(claim("scene"),))
        twin = told_by_resident(ctx, tiny_city, east(spot, 10))
        reporter = signed_in("resident")
        assert reporter.get(f"/api/v1/incidents/{main}").status_code == 404

        answer = join(desk, twin, main)

        assert answer.status_code == 200, answer.text
        assert (answer.json()["state"], answer.json()["joined_into"]) == ("voided", str(main))
        assert answer.json()["owner"] is answer.json()["queue"] is None
        seen = reporter.get(f"/api/v1/incidents/{twin}").json()
        assert (seen["joined_into"], seen["note"]) == (str(main), "门口")
        followed = reporter.get(f"/api/v1/incidents/{main}").json()
        assert followed["state"] == "dispatched"
        # what others said and showed stays with them
        assert (followed["note"], followed["notes"], followed["photos"]) == ("", [], [])

        handled(ctx, "manager-D1", main)
        assert reporter.get(f"/api/v1/incidents/{main}").json()["state"] == "rechecking"
        assert kinds(desk, twin)[-2:] == ["voided", "joined"]
        assert "took_in" in kinds(desk, main)
        listed = desk.get(f"/api/v1/incidents/{main}/duplicates").json()
        assert [item["incident_id"] for item in listed["joined"]] == [str(twin)]
        assert listed["joined"][0]["note"] == "门口"

    def test_unjoined_it_is_filed_as_it_was_and_decided_anew(
        self, ctx: Context, desk: TestClient, spot: tuple[float, float]
    ) -> None:
        main, twin = (reported(ctx, spot, "RUBBISH-1") for _ in range(2))
        join(desk, twin, main)

        answer = unjoin(desk, twin)

        assert answer.status_code == 200, answer.text
        shown = answer.json()
        assert (shown["state"], shown["joined_into"]) == ("dispatched", None)
        assert shown["owner"]["code"] == "manager-D1"
        assert shown["closed_at"] is None
        decisions = desk.get(f"/api/v1/incidents/{twin}/explain").json()["decisions"]
        assert len(decisions) == 2
        assert kinds(desk, twin)[-2:] == ["unjoined", "task_given"]
        assert kinds(desk, main)[-1] == "gave_back"
        assert unjoin(desk, twin).status_code == 409

    def test_a_public_report_that_is_unjoined_is_verified_first(
        self,
        ctx: Context,
        desk: TestClient,
        signed_in: SignIn,
        tiny_city: TinyCity,
        spot: tuple[float, float],
    ) -> None:
        main = reported(ctx, spot, "RUBBISH-1")
        twin = told_by_resident(ctx, tiny_city, spot)
        join(desk, twin, main)

        assert unjoin(desk, twin).json()["state"] == "verifying"
        # who is no part of the main one any more does not see it
        assert signed_in("resident").get(f"/api/v1/incidents/{main}").status_code == 404

    def test_chains_are_flat_and_come_apart_where_they_were_joined(
        self, ctx: Context, desk: TestClient, spot: tuple[float, float]
    ) -> None:
        a, b, c, d = (reported(ctx, spot, "RUBBISH-1") for _ in range(4))
        join(desk, a, b)
        join(desk, d, b)
        join(desk, b, c)
        mains = [look(ctx, one)["joined_into"] for one in (a, b, c, d)]
        assert mains == [c, c, None, c]

        # named is what is joined already; the main one takes it all the same
        e = reported(ctx, spot, "RUBBISH-1")
        assert join(desk, e, a).json()["joined_into"] == str(c)

        assert unjoin(desk, b).status_code == 200
        mains = [look(ctx, one)["joined_into"] for one in (a, b, c, d, e)]
        assert mains == [b, None, None, b, b]

    def test_two_dispatchers_who_join_crosswise(
        self, ctx: Context, desk: TestClient, signed_in: SignIn, spot: tuple[float, float]
    ) -> None:
        one, other = (reported(ctx, spot, "RUBBISH-1") for _ in range(2))
        versions = {i: look(ctx, i)["version"] for i in (one, other)}
        second = signed_in("dispatcher_city")
        answers: list[Any] = []
        ready = threading.Barrier(2)

        def go(client: TestClient, mine: UUID, into: UUID) -> None:
            ready.wait(timeout=10)
            answers.append(join(client, mine, into, version=versions[mine]))

        threads = [
            threading.Thread(target=go, args=args)
            for args in ((desk, one, other), (second, other, one))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)

        assert sorted(answer.status_code for answer in answers) == [200, 409]
        [refused] = [answer.json() for answer in answers if answer.status_code == 409]
        assert refused["type"] == "urn:gridsvc:problem:stale-version"
        assert "current" in refused
        states = sorted(look(ctx, i)["state"] for i in (one, other))
        assert states == ["dispatched", "voided"]
        # and with the version of now it is still a circle
        [main] = [i for i in (one, other) if look(ctx, i)["state"] == "dispatched"]
        [twin] = {one, other} - {main}
        answer = join(desk, main, twin)
        assert (answer.status_code, answer.json()["type"]) == (
            409,
            "urn:gridsvc:problem:circular-join",
        )

    def test_the_same_action_again_is_the_same_success(
        self, ctx: Context, desk: TestClient, spot: tuple[float, float]
    ) -> None:
        main, twin = (reported(ctx, spot, "RUBBISH-1") for _ in range(2))
        given = {"action_id": str(uuid4()), "version": look(ctx, twin)["version"]}

        first, again = (join(desk, twin, main, **given) for _ in range(2))
        other = join(desk, twin, main, **given, reason="same_cause")

        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json()["version"] == again.json()["version"]
        assert (other.status_code, other.json()["type"]) == (
            409,
            "urn:gridsvc:problem:action-conflict",
        )

    def test_nothing_is_joined_into_what_had_ended_before_it_was_seen(
        self, ctx: Context, desk: TestClient, spot: tuple[float, float]
    ) -> None:
        ended = reported(ctx, spot, "RUBBISH-1")
        seen_before = reported(ctx, spot, "RUBBISH-1")
        handled(ctx, "manager-D1", ended)
        set_clock(ctx, NOON + timedelta(hours=1))
        act(ctx, look(ctx, ended)["owner"]["code"], ended, "recheck_pass")
        set_clock(ctx, NOON + timedelta(hours=2))
        seen_after = reported(ctx, spot, "RUBBISH-1")

        refused = join(desk, seen_after, ended)
        assert (refused.status_code, refused.json()["code"]) == (409, "main_has_ended")
        assert join(desk, seen_before, ended).status_code == 200

    def test_who_is_not_over_both_does_not_join_them(
        self, ctx: Context, desk: TestClient, signed_in: SignIn, spot: tuple[float, float]
    ) -> None:
        here, there = reported(ctx, spot, "RUBBISH-1"), reported(ctx, "N1", "RUBBISH-1")

        unseen = join(desk, here, there)
        assert (unseen.status_code, unseen.json()["type"]) == (
            404,
            "urn:gridsvc:problem:unknown-incident",
        )
        assert join(signed_in("dispatcher_nancheng"), there, here, version=1).status_code == 404
        assert look(ctx, here)["state"] == look(ctx, there)["state"] == "dispatched"

    def test_other_needs_words(
        self, ctx: Context, desk: TestClient, spot: tuple[float, float]
    ) -> None:
        one, other = (reported(ctx, spot, "RUBBISH-1") for _ in range(2))

        assert join(desk, one, other, reason="other").status_code == 422
        assert join(desk, one, other, reason="other", note="同一堆").status_code == 200

    def test_no_report_is_lost(self, ctx: Context, desk: TestClient) -> None:
        place = SPOTS.next()
        actor = officer(ctx, "manager-D1")
        first, second = draft(ctx, place), draft(ctx, place)
        [a], [b] = send(ctx, actor, first), send(ctx, actor, second)
        join(desk, a.receipt.incident_id, b.receipt.incident_id)

        [again] = send(ctx, actor, first)

        assert again.receipt == a.receipt
        assert not again.is_new
