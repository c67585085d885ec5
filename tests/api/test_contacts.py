"""How a reporter may be reached: opened by a dispatcher alone, by an act that is written down."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from gridsvc.core.keeping import TEXTS_KEPT
from gridsvc.services.context import Context
from gridsvc.services.erasing import erase_resident
from gridsvc.services.forgetting import forget_incidents
from tests.api.wire import act_on, got, problem_of, put_report, report_in
from tests.city import TinyCity
from tests.deeds import set_clock

Clients = Callable[[str], httpx2.Client]
NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
NUMBER = "138-0000-4419"
WHY = "现场找不到，回电核实位置"


@pytest.fixture(autouse=True)
def noon(ctx: Context) -> None:
    set_clock(ctx, NOON)


@pytest.fixture
def incident(client_of: Clients) -> dict[str, Any]:
    """The incident of a resident who said how to reach them."""
    report = put_report(client_of("resident"), place="D2", condition="RUBBISH-1", contact=NUMBER)
    found: dict[str, Any] = report["incident"]
    return found


def opened(client: httpx2.Client, incident: dict[str, Any], reason: str = WHY) -> Any:
    return client.post(f"/incidents/{incident['incident_id']}/contacts", json={"reason": reason})


def reads(ctx: Context) -> list[tuple[str, str, str]]:
    with ctx.database.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT login, subject_id, reason FROM logged_read JOIN account USING (account_id) "
                "WHERE logged_read.kind = 'reporter_contact' ORDER BY read_id"
            )
        )
        return [tuple(row) for row in rows]


def test_a_dispatcher_opens_it_and_that_is_written_down(
    ctx: Context, client_of: Clients, incident: dict[str, Any]
) -> None:
    before = reads(ctx)
    answer = opened(client_of("dispatcher"), incident)

    assert answer.status_code == 200, answer.text
    [contact] = answer.json()["items"]
    assert contact["contact"] == NUMBER
    assert reads(ctx) == [*before, ("dispatcher", incident["incident_id"], WHY)]


@pytest.mark.parametrize("login", ["dispatcher", "dispatcher_city", "grid_manager", "handler"])
def test_it_stands_in_nothing_that_is_read(
    client_of: Clients, incident: dict[str, Any], login: str
) -> None:
    client = client_of(login)
    path = f"/incidents/{incident['incident_id']}"
    for address in (path, f"{path}/events", f"{path}/explain", "/incidents", "/tasks"):
        answer = client.get(address)
        assert NUMBER not in answer.text
        assert NUMBER[:8] not in answer.text
    if client.get(path).status_code == 200:
        assert got(client, path)["has_contact"] is login.startswith("dispatcher")


@pytest.mark.parametrize("login", ["handler", "grid_manager", "grid_supervisor", "resident"])
def test_nobody_else_opens_it(
    ctx: Context, client_of: Clients, incident: dict[str, Any], login: str
) -> None:
    before = reads(ctx)
    problem_of(opened(client_of(login), incident), 403, "not-allowed")
    assert reads(ctx) == before


@pytest.mark.parametrize("reason", ["", " "])
def test_a_reason_is_asked_for(client_of: Clients, incident: dict[str, Any], reason: str) -> None:
    problem_of(opened(client_of("dispatcher"), incident, reason), 422, "invalid-request")


def test_there_may_be_none(client_of: Clients) -> None:
    incident = put_report(client_of("resident"), place="D2", condition="RUBBISH-1")["incident"]
    desk = client_of("dispatcher")

    assert got(desk, f"/incidents/{incident['incident_id']}")["has_contact"] is False
    assert opened(desk, incident).json() == {"items": []}


def test_sent_again_it_is_the_same_and_with_another_number_it_is_not(client_of: Clients) -> None:
    resident, name = client_of("resident"), uuid4()
    body = report_in("D2", "RUBBISH-1", contact=NUMBER)
    assert resident.put(f"/reports/{name}", json=body).status_code == 201
    assert resident.put(f"/reports/{name}", json=body).status_code == 200
    answer = resident.put(f"/reports/{name}", json=body | {"contact": "139-0000-4419"})
    problem_of(answer, 409, "report-conflict")


class TestInTheDatabase:
    def test_the_service_cannot_read_it(self, ctx: Context) -> None:
        with (
            ctx.database.begin() as connection,
            pytest.raises(ProgrammingError, match="permission denied") as refused,
        ):
            connection.execute(text("SELECT contact FROM report_contact"))
        assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)

    def test_the_function_keeps_to_the_scope_and_writes_nothing_down_beyond_it(
        self, ctx: Context, tiny_city: TinyCity, incident: dict[str, Any]
    ) -> None:
        call = text("SELECT contact FROM open_contacts(:incident, :account, now(), 'x')")
        given = {
            "incident": incident["incident_id"],
            "account": tiny_city.account_ids["dispatcher"],
        }
        before = reads(ctx)
        with ctx.database.begin(("no-such-place",)) as connection:
            assert connection.execute(call, given).all() == []
        assert reads(ctx) == before

        with ctx.database.begin() as connection:
            assert connection.execute(call, given).scalars().all() == [NUMBER]
        assert len(reads(ctx)) == len(before) + 1


def test_it_goes_with_the_texts(ctx: Context, client_of: Clients, incident: dict[str, Any]) -> None:
    desk = client_of("dispatcher")
    incident = got(desk, f"/incidents/{incident['incident_id']}")
    assert act_on(desk, incident, "void", reason="nothing_there").status_code == 200
    set_clock(ctx, NOON + TEXTS_KEPT)
    forget_incidents(ctx)

    assert opened(desk, incident).json() == {"items": []}


def test_it_goes_with_the_account(
    ctx: Context, client_of: Clients, tiny_city: TinyCity, incident: dict[str, Any]
) -> None:
    erase_resident(ctx, tiny_city.account_ids["resident"])

    assert opened(client_of("dispatcher"), incident).json() == {"items": []}
