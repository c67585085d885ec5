"""Erasing a person: who they were goes from every table, and what happened stands."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from gridsvc.services.context import Context
from gridsvc.services.doctor import Severity, examine
from gridsvc.store.tables import metadata
from tests.api.wire import act_on, claim_in, got, problem_of, put_report
from tests.city import PASSWORD, TinyCity

Clients = Callable[[str], httpx2.Client]
PHONE = "13800000000"
#: What says what happened; none of it may change.
STANDING = (
    *("incident", "event", "decision", "task", "queue_entry", "stage_clock", "clock_change"),
    *("report", "action", "evidence", "officer", "post", "post_holder", "joining", "offer"),
)


def rows_of(ctx: Context, *tables: str) -> dict[str, list[str]]:
    """Every row of some tables as text, as the owner of everything sees them."""
    with ctx.database.begin() as connection:
        return {
            table: sorted(
                row[0] for row in connection.execute(text(f"SELECT t::text FROM {table} t"))
            )
            for table in tables
        }


def tables_with(ctx: Context, word: str) -> set[str]:
    # what contacts say is read by nobody; `test_contacts` sees them go
    readable = sorted(set(metadata.tables) - {"report_contact"})
    return {
        table for table, rows in rows_of(ctx, *readable).items() if any(word in row for row in rows)
    }


@pytest.fixture
def operator(client_of: Clients) -> httpx2.Client:
    return client_of("operator")


@pytest.fixture(scope="module")
def worked(ctx: Context, client_of: Clients) -> dict[str, Any]:
    """A resident's report that the handler of Dongcheng has solved."""
    with ctx.database.begin() as connection:
        connection.execute(
            text(
                "UPDATE officer_person SET phone = :phone WHERE officer_id = "
                "(SELECT officer_id FROM officer WHERE code = 'handler-dongcheng')"
            ),
            {"phone": PHONE},
        )
    incident = put_report(client_of("resident"), place="D1", condition="MANHOLE-2")["incident"]
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
    return dict(incident)


def test_who_still_works_here_is_let_go_first(
    operator: httpx2.Client, tiny_city: TinyCity, worked: dict[str, Any]
) -> None:
    address = f"/officers/{tiny_city.officer_ids['handler-dongcheng']}/person"

    refused = problem_of(operator.delete(address), 409, "roster-refused")

    assert refused["code"] == "holds_posts"


def test_an_officers_name_and_number_go_and_everything_else_stands(
    ctx: Context,
    operator: httpx2.Client,
    client_of: Clients,
    tiny_city: TinyCity,
    worked: dict[str, Any],
) -> None:
    officer_id = tiny_city.officer_ids["handler-dongcheng"]
    desk = client_of("dispatcher")
    ended = operator.post(f"/officers/{officer_id}/end")
    assert ended.status_code == 200, ended.text
    name = "某handler-dongcheng"
    assert tables_with(ctx, PHONE) == {"officer_person"}
    before = rows_of(ctx, *STANDING)

    for _ in range(2):  # again changes nothing
        answer = operator.delete(f"/officers/{officer_id}/person")
        assert answer.status_code == 204, answer.text

    after = rows_of(ctx, *STANDING)
    assert [r for r in after["event"] if r not in before["event"]] != []
    assert len(after["event"]) == len(before["event"]) + 1  # that it was done
    assert set(before["event"]) <= set(after["event"])
    assert {t: after[t] for t in STANDING if t != "event"} == {
        t: before[t] for t in STANDING if t != "event"
    }
    assert tables_with(ctx, PHONE) == set()
    with ctx.database.begin() as connection:
        left = connection.execute(
            text("SELECT count(*) FROM officer_person WHERE name = :name"), {"name": name}
        ).scalar_one()
        login = connection.execute(
            text("SELECT count(*) FROM account WHERE login = 'handler'")
        ).scalar_one()
    assert (left, login) == (0, 0)
    # their session is over, and nobody signs in as them again
    assert client_of("handler").get("/auth/session").status_code == 401
    # history is read as before, without the name
    seen = got(desk, f"/incidents/{worked['incident_id']}/events")["items"]
    assert "handled" in {event["kind"] for event in seen}
    assert all(event["actor"]["name"] != name for event in seen)
    assert got(desk, f"/incidents/{worked['incident_id']}/explain")["decisions"]
    assert [f.check for f in examine(ctx) if f.severity is Severity.BREACH] == []


def test_a_residents_account_goes_and_the_report_stands(
    ctx: Context,
    operator: httpx2.Client,
    client_of: Clients,
    tiny_city: TinyCity,
    worked: dict[str, Any],
) -> None:
    account_id = tiny_city.account_ids["resident"]
    resident = client_of("resident")
    before = rows_of(ctx, *STANDING)

    for _ in range(2):
        answer = operator.delete(f"/accounts/{account_id}")
        assert answer.status_code == 204, answer.text

    assert rows_of(ctx, *STANDING) == before
    with ctx.database.begin() as connection:
        row = connection.execute(
            text("SELECT login, password_hash FROM account WHERE account_id = :id"),
            {"id": account_id},
        ).one()
    assert (row.login, row.password_hash) == (str(account_id), None)
    assert resident.get("/auth/session").status_code == 401
    again = resident.post("/auth/sign-in", json={"login": "resident", "password": PASSWORD})
    assert again.status_code == 401
    seen = got(client_of("dispatcher"), f"/incidents/{worked['incident_id']}")
    assert seen["number"] == worked["number"]
    assert [f.check for f in examine(ctx) if f.severity is Severity.BREACH] == []


def test_only_a_residents_account_goes_this_way(
    operator: httpx2.Client, tiny_city: TinyCity
) -> None:
    for account_id in (tiny_city.account_ids["planner"], uuid4()):
        problem_of(operator.delete(f"/accounts/{account_id}"), 404, "unknown-account")
    problem_of(operator.delete("/officers/987654/person"), 404, "unknown-officer")
