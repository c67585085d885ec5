"""Every endpoint against every role, by real requests: the table below is the rule.

What an endpoint then shows is a matter of scope; here it is only whether somebody is let
in (anything but 401 and 403), sent to sign in (401), or turned away (403). A route that
is not in the table fails, so that nobody adds one without saying who it is for.
"""

import re
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Mount
from starlette.testclient import TestClient

from gridsvc.api.security import CSRF_HEADER, access_of
from tests.city import OFFICER_OF_ROLE, PARTNER_KEY, PASSWORD, TinyCity

NOBODY = "nobody"
PARTNER = "partner"
ROLES = (*list(OFFICER_OF_ROLE)[:14], PARTNER)

WORKERS = {
    *("grid_manager", "grid_assistant", "participant"),
    *("handler", "grid_police", "enforcement_officer"),
}
READERS = (WORKERS - {"participant"}) | {
    *("grid_supervisor", "dispatcher", "liaison", "planner", "analyst"),
}
REPORTERS = WORKERS | {"grid_supervisor", "dispatcher", "resident"}
DISPATCHERS = {"dispatcher"}
#: The service then turns away whose post is not over the city.
LEADS = {"dispatcher", "grid_supervisor", "operator"}
RULE_EDITORS = {"planner", "analyst", "dispatcher"}
OPERATORS = {"operator"}
SIGNED_IN = set(ROLES)
ANYBODY = SIGNED_IN | {NOBODY}

#: Who may call what; everybody else is turned away, and nobody signs in without an account.
TABLE: dict[str, set[str]] = {
    "POST /api/v1/auth/sign-in": ANYBODY,
    "GET /api/v1/auth/session": SIGNED_IN,
    "DELETE /api/v1/auth/session": SIGNED_IN,
    # What the city is made of is no secret among those who work for it or report to it.
    "GET /api/v1/adjacency": SIGNED_IN,
    "GET /api/v1/divisions": SIGNED_IN,
    "GET /api/v1/generations/current": SIGNED_IN,
    "GET /api/v1/geocode": SIGNED_IN,
    "GET /api/v1/geocode/reverse": SIGNED_IN,
    "GET /api/v1/grids": SIGNED_IN,
    "GET /api/v1/grids/{grid_id}": SIGNED_IN,
    "GET /api/v1/grids/{grid_id}/mini": SIGNED_IN,
    "GET /api/v1/locate": SIGNED_IN,
    "GET /api/v1/matters": SIGNED_IN,
    "GET /tiles/g{generation}/{layer}/{z}/{x}/{y}.mvt": SIGNED_IN,
    "GET /api/v1/openapi.json": SIGNED_IN,
    # A reporter follows their own report; the scope keeps all others from them.
    "GET /api/v1/board": SIGNED_IN,
    "GET /api/v1/incidents": SIGNED_IN,
    "GET /api/v1/incidents/{incident_id}": SIGNED_IN,
    "GET /api/v1/photos/{sha256}": SIGNED_IN,
    "GET /api/v1/stream": SIGNED_IN,
    # Who else was asked, with what load, is for those who work on incidents.
    "GET /api/v1/incidents/{incident_id}/events": READERS,
    "GET /api/v1/incidents/{incident_id}/explain": READERS,
    "GET /api/v1/incidents/{incident_id}/candidates": DISPATCHERS,
    "POST /api/v1/incidents/{incident_id}/actions": WORKERS | DISPATCHERS | {"grid_supervisor"},
    # Told before reporting; what lies outside of one's scope has neither number nor words.
    "GET /api/v1/reports/suggestions": REPORTERS,
    "GET /api/v1/incidents/{incident_id}/duplicates": READERS,
    "POST /api/v1/incidents/{incident_id}/contacts": DISPATCHERS,
    "POST /api/v1/incidents/{incident_id}/join": DISPATCHERS,
    "POST /api/v1/incidents/{incident_id}/unjoin": DISPATCHERS,
    "PUT /api/v1/reports/{report_id}": REPORTERS,
    # One's own, and whether what one reported is solved.
    "GET /api/v1/reports": REPORTERS,
    "PUT /api/v1/incidents/{incident_id}/satisfaction": REPORTERS,
    "PUT /api/v1/photos/{sha256}": REPORTERS | WORKERS,
    "GET /api/v1/tasks": WORKERS,
    # Made by who dispatches; taken by participants alone, which the service sees to.
    "GET /api/v1/offers": WORKERS | DISPATCHERS,
    "PUT /api/v1/offers/{offer_id}": DISPATCHERS,
    "POST /api/v1/offers/{offer_id}/withdraw": DISPATCHERS,
    "POST /api/v1/offers/{offer_id}/take": WORKERS,
    "POST /api/v1/offers/{offer_id}/release": WORKERS,
    "POST /api/v1/offers/{offer_id}/done": WORKERS,
    # Who decides at which level, and those who look at how well that went.
    "GET /api/v1/incidents/{incident_id}/level": DISPATCHERS,
    "GET /api/v1/indicators/levels": DISPATCHERS | {"analyst"},
    "PUT /api/v1/demo/clock": OPERATORS,
    # Whoever works on incidents may know by which rules they are routed.
    "GET /api/v1/rules": READERS,
    "GET /api/v1/rules/{version}": READERS,
    "POST /api/v1/rules": RULE_EDITORS,
    "PUT /api/v1/rules/{version}": RULE_EDITORS,
    "POST /api/v1/rules/{version}/propose": RULE_EDITORS,
    "POST /api/v1/rules/{version}/open": RULE_EDITORS,
    "POST /api/v1/rules/{version}/withdraw": RULE_EDITORS,
    "POST /api/v1/rules/{version}/dry-run": RULE_EDITORS,
    # Staff are looked at by those who lead them and by planners; figures are for nobody else.
    "GET /api/v1/posts": LEADS | {"planner"},
    "GET /api/v1/vacancies": LEADS | {"planner"},
    "GET /api/v1/gaps": LEADS | {"planner"},
    "GET /api/v1/officers/{officer_id}": LEADS | {"planner"},
    "POST /api/v1/officers/{officer_id}/leave": LEADS,
    "DELETE /api/v1/officers/{officer_id}/leave/{leave_id}": LEADS,
    "POST /api/v1/officers/{officer_id}/end": LEADS,
    "POST /api/v1/posts/{post_id}/holders": LEADS,
    "DELETE /api/v1/posts/{post_id}/holders/{officer_id}": LEADS,
    # Who somebody was goes when they leave, or ask for it; what happened stays.
    "DELETE /api/v1/officers/{officer_id}/person": OPERATORS,
    "DELETE /api/v1/accounts/{account_id}": OPERATORS,
    "GET /healthz": ANYBODY,
    "GET /readyz": ANYBODY,
    "GET /metrics": OPERATORS,
}


@pytest.fixture(scope="module")
def clients(app: FastAPI) -> Iterator[dict[str, TestClient]]:
    """A signed-in client of each role, one with a machine's key, and one of nobody."""
    made = {role: TestClient(app, raise_server_exceptions=False) for role in (*ROLES, NOBODY)}
    made[PARTNER].headers["Authorization"] = f"Bearer {PARTNER_KEY}"
    for role, client in made.items():
        if role not in (NOBODY, PARTNER):
            sign_in(client, role)
    yield made
    for client in made.values():
        client.close()


def sign_in(client: TestClient, role: str) -> None:
    answer = client.post("/api/v1/auth/sign-in", json={"login": role, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.headers[CSRF_HEADER] = answer.json()["csrf"]


@pytest.fixture
def short_stream(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that ends, so that whoever is let in also comes out."""

    async def listen(*_: object, **__: object) -> AsyncIterator[bytes]:
        yield b": here\n\n"

    monkeypatch.setattr(app.state.hub, "listen", listen)


def filled(path: str, city: TinyCity) -> str:
    """Return a path with something possible in each of its parameters."""
    values = {
        "grid_id": city.grid_ids["D1"],
        "generation": city.generation,
        "layer": "grids",
        "z": 10,
        "x": 834,
        "y": 445,
        "sha256": "0" * 64,
        "version": 77,
        "officer_id": 7_777,
        "post_id": 7_777,
        "leave_id": 7_777,
    }
    return re.sub(r"{(\w+)}", lambda found: str(values.get(found[1], UUID(int=7))), path)


def endpoints(app: FastAPI) -> dict[str, APIRoute]:
    found = {}
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            for method in context.methods or ():
                found[f"{method} {context.path}"] = context.original_route
        elif context.name != "nothing_here":  # says 404 to everybody, whatever is asked for
            # Files of the pages; they hold nothing but our own code.
            assert isinstance(context.original_route, Mount), context
            assert context.name == "pages"
    return found


def test_every_route_is_in_the_table_and_every_row_is_a_route(app: FastAPI) -> None:
    assert set(endpoints(app)) == set(TABLE)


def test_no_route_forgot_to_say_whom_it_is_for(app: FastAPI) -> None:
    forgotten = [name for name, route in endpoints(app).items() if access_of(route) is None]

    assert forgotten == []


def test_what_is_open_without_signing_in_is_short(app: FastAPI) -> None:
    opened = {name for name, route in endpoints(app).items() if access_of(route) == "open"}

    assert opened == {"POST /api/v1/auth/sign-in", "GET /healthz", "GET /readyz"}


@pytest.mark.usefixtures("short_stream")
@pytest.mark.parametrize("role", [NOBODY, *ROLES])
@pytest.mark.parametrize("endpoint", TABLE)
def test_endpoint_by_role(
    clients: dict[str, TestClient], tiny_city: TinyCity, endpoint: str, role: str
) -> None:
    method, path = endpoint.split()
    client = clients[role]

    answer = client.request(method, filled(path, tiny_city), json=None if method == "GET" else {})

    if role in TABLE[endpoint]:
        assert answer.status_code not in (401, 403), answer.text
        assert answer.status_code < 500, answer.text
    else:
        assert answer.status_code == (401 if role == NOBODY else 403), answer.text
        assert answer.headers["Content-Type"] == "application/problem+json"
    if endpoint == "DELETE /api/v1/auth/session" and role not in (NOBODY, PARTNER):
        sign_in(client, role)


@pytest.mark.parametrize("endpoint", [row for row in TABLE if not row.startswith("GET")])
def test_whatever_changes_something_asks_a_browser_for_the_word_of_its_session(
    clients: dict[str, TestClient], tiny_city: TinyCity, endpoint: str
) -> None:
    method, path = endpoint.split()
    if path.endswith("/sign-in"):
        return
    client = clients["dispatcher"]

    answer = client.request(
        method, filled(path, tiny_city), json={}, headers={CSRF_HEADER: "another"}
    )

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:gridsvc:problem:csrf"
