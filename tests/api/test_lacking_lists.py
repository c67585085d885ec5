"""Lists that lack what running incidents need: refused or routed with a message, owned always.

A rule set with a hole is in `test_rules`, an officer who leaves with tasks in `test_roster`,
two desks at once and a stale version in `test_incidents`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from gridsvc.services.context import Context
from tests.api.conftest import SignIn
from tests.api.wire import act_on, problem_of, put_report, report_in
from tests.deeds import set_clock
from tests.never import breaches

#: A Monday of the one year that the tiny city's calendar knows.
NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(ctx: Context) -> None:
    """Limits are counted within the year, whenever this runs."""
    set_clock(ctx, NOON)


def client(signed_in: SignIn, login: str) -> TestClient:
    """A client whose addresses are those under `/api/v1`."""
    found = signed_in(login)
    found.base_url = "http://testserver/api/v1"
    return found


@pytest.fixture
def phone(signed_in: SignIn) -> TestClient:
    """The phone of the manager of D1."""
    return client(signed_in, "grid_manager")


@pytest.fixture
def desk(signed_in: SignIn) -> TestClient:
    """The desk of the dispatcher of Dongcheng."""
    return client(signed_in, "dispatcher")


@pytest.fixture
def unpublished_2026(ctx: Context) -> Iterator[None]:
    """A calendar that does not know the year's make-up workdays."""
    of_year = "UPDATE calendar_year SET published = :known WHERE year = 2026"
    with ctx.database.begin() as connection:
        connection.execute(text(of_year), {"known": False})
    yield
    with ctx.database.begin() as connection:
        connection.execute(text(of_year), {"known": True})


def explained(desk: TestClient, incident: dict[str, Any]) -> dict[str, Any]:
    answer = desk.get(f"/incidents/{incident['incident_id']}/explain")
    assert answer.status_code == 200, answer.text
    decided: dict[str, Any] = answer.json()["decisions"][-1]["answer"]
    return decided


@pytest.mark.usefixtures("unpublished_2026")
def test_a_calendar_without_the_year_counts_by_weekends_and_says_so(
    ctx: Context, phone: TestClient, desk: TestClient
) -> None:
    incident = put_report(phone, place="D1", condition="RUBBISH-2")["incident"]

    shown = desk.get(f"/incidents/{incident['incident_id']}").json()
    assert shown["owner"] is not None
    assert shown["due_at"] is not None
    decided = explained(desk, incident)
    assert "calendar_unpublished" in decided["shortfalls"]
    assert any(clock["unpublished_years"] == [2026] for clock in decided["clocks"])
    assert breaches(ctx) == {}


def test_with_the_year_nothing_is_lacking(phone: TestClient, desk: TestClient) -> None:
    incident = put_report(phone, place="D1", condition="RUBBISH-2")["incident"]

    assert explained(desk, incident)["shortfalls"] == []


@pytest.mark.parametrize(
    ("matter", "condition"),
    [
        pytest.param("GONE", None, id="a matter that a phone still lists"),
        pytest.param("RUBBISH", "RUBBISH-9", id="a condition that a phone still lists"),
        pytest.param("RUBBISH", "MANHOLE-1", id="a condition that was moved to another matter"),
    ],
)
def test_what_is_no_longer_admitted_is_refused_by_its_name(
    ctx: Context, phone: TestClient, matter: str, condition: str | None
) -> None:
    body = report_in("D1", condition, matter=matter)

    answer = phone.put(f"/reports/{uuid4()}", json=body)

    assert (condition or matter) in problem_of(answer, 422, "unknown-matter")["detail"]
    assert breaches(ctx) == {}


@pytest.mark.parametrize("table", ["matter", "filing_condition"])
def test_what_incidents_refer_to_cannot_be_removed_under_them(
    ctx: Context, phone: TestClient, signed_in: SignIn, table: str
) -> None:
    incident = put_report(phone, place="D1", condition="MANHOLE-2")["incident"]
    code = {"matter": "MANHOLE", "filing_condition": "MANHOLE-2"}[table]

    with ctx.database.begin() as connection:
        connection.execute(text("SET ROLE NONE"))
        with pytest.raises(IntegrityError, match=table):
            connection.execute(text(f"DELETE FROM {table} WHERE code = :code"), {"code": code})
        connection.rollback()

    assert act_on(client(signed_in, "handler"), incident, "acknowledge").status_code == 200
