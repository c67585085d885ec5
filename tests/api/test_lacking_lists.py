"""Lists that lack what running incidents need: refused or routed with a message, owned always.

A rule set with a hole is in `test_rules`, an officer who leaves with tasks in `test_roster`,
two desks at once and a stale version in `test_incidents`.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from gridsvc.services.context import Context
from gridsvc.services.importing.matters import import_matters
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


@pytest.fixture
def withdraw(ctx: Context, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Withdraws the matter RUBBISH from an instant on, by a file as a city would send one."""
    head = "code,name,name_en,category,department,entry_tier,self_fix"
    with ctx.database.begin() as connection:
        row = connection.execute(
            text(
                "SELECT code, name, name_en, category, department_code, entry_tier, "
                "self_fix::int FROM matter WHERE code = 'RUBBISH'"
            )
        ).one()
    cells = ",".join(str(cell) for cell in row)
    path = tmp_path / "matters.csv"

    def load(*more: str) -> None:
        lines = [f"{head},withdrawn_at", f"{cells},{more[0]}"] if more else [head, cells]
        path.write_text("\n".join(lines), encoding="utf-8")
        assert import_matters(ctx, [path]).is_written

    yield load
    load("")


def test_a_matter_withdrawn_while_in_use_takes_no_more_and_loses_nothing(
    ctx: Context, phone: TestClient, desk: TestClient, withdraw: Callable[..., None]
) -> None:
    running = put_report(phone, place="D1", condition="RUBBISH-2")
    known_id, known = str(uuid4()), report_in("D1", "RUBBISH-2", observed_at=NOON.isoformat())
    assert phone.put(f"/reports/{known_id}", json=known).status_code == 201

    withdraw("2026-06-15T12:00+08:00")

    # what is seen from then on is refused in words, by the city's time
    answer = phone.put(f"/reports/{uuid4()}", json=report_in("D1", "RUBBISH-2"))
    assert "since 2026-06-15 12:00" in problem_of(answer, 422, "withdrawn-matter")["detail"]
    [shown] = [m for m in phone.get("/matters").json()["items"] if m["code"] == "RUBBISH"]
    assert shown["withdrawn_at"] is not None
    # what a phone without signal had seen before is taken in, and owned
    before = (NOON - timedelta(minutes=1)).isoformat()
    late = put_report(phone, place="D1", condition="RUBBISH-2", observed_at=before)
    assert late["incident"]["owner"] is not None
    # what is known is known, and what is running goes its way
    assert phone.put(f"/reports/{known_id}", json=known).status_code == 200
    owner = running["incident"]["owner"]
    assert owner is not None
    voided = act_on(desk, running["incident"], "void", reason="not_admitted")
    assert voided.status_code == 200, voided.text
    # a list without the column takes nothing back
    withdraw()
    answer = phone.put(f"/reports/{uuid4()}", json=report_in("D1", "RUBBISH-2"))
    problem_of(answer, 422, "withdrawn-matter")
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
