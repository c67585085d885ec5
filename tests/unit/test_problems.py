"""Errors as problem documents: the table, and what must never be told."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError, OperationalError
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from gridsvc.api.headers import install_headers
from gridsvc.api.problem_kinds import HTTP_KINDS, KINDS
from gridsvc.api.problems import TYPE_PREFIX, install_problems, kind_of
from gridsvc.core.action import IllegalStep
from gridsvc.core.geo.datum import UnknownDatum

SECRET = "Zhang San, 13800000000"


class Order(BaseModel):
    phone: str
    count: int


def raising(error: Exception) -> FastAPI:
    app = FastAPI()

    @app.get("/broken/{name}")
    def broken(name: str) -> None:
        raise error

    @app.post("/orders")
    def order(body: Order) -> None: ...

    install_problems(app)
    install_headers(app)
    return app


def ask(error: Exception) -> Any:
    with TestClient(raising(error), raise_server_exceptions=False) as client:
        return client.get("/broken/someone?lon=113.7")


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (IllegalStep("wrong_state", "not now"), 409, "illegal-step"),
        (UnknownDatum("mars"), 422, "unknown-datum"),
        (OperationalError("SELECT 1", {}, Exception("refused")), 503, "no-database"),
        (IntegrityError("INSERT", {"phone": SECRET}, Exception(SECRET)), 500, "unexpected"),
        (KeyError(SECRET), 500, "unexpected"),
    ],
)
def test_an_exception_has_its_status_and_type(error: Exception, status: int, slug: str) -> None:
    answer = ask(error)

    document = answer.json()
    assert answer.status_code == document["status"] == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert document["type"] == TYPE_PREFIX + slug
    assert document["request_id"] == answer.headers["X-Request-ID"]


def test_an_unexpected_error_tells_nothing_of_the_inside_to_the_client_or_the_log() -> None:
    with capture_logs() as lines:
        answer = ask(ValueError(SECRET))

    assert answer.status_code == 500
    assert set(answer.json()) == {"type", "title", "status", "request_id"}
    told = [line for line in lines if line["log_level"] != "debug"]
    assert SECRET not in json.dumps(told)
    [unexpected] = [line for line in told if line["event"] == "unexpected_error"]
    assert unexpected["error"] == "ValueError"
    assert any("test_problems.py" in frame for frame in unexpected["frames"])


def test_the_access_line_holds_the_template_and_not_what_was_asked_about() -> None:
    with capture_logs() as lines:
        ask(UnknownDatum("mars"))

    [line] = [line for line in lines if line["event"] == "request"]
    assert line["route"] == "/broken/{name}"
    assert (line["method"], line["status"]) == ("GET", 422)
    assert "someone" not in str(line)
    assert "113.7" not in str(line)


def test_an_invalid_request_names_the_fields_and_does_not_repeat_what_was_sent() -> None:
    with TestClient(raising(ValueError())) as client:
        answer = client.post("/orders", json={"phone": [SECRET], "count": SECRET})

    document = answer.json()
    assert answer.status_code == 422
    assert document["type"] == TYPE_PREFIX + "invalid-request"
    assert [found["loc"] for found in document["errors"]] == [["body", "phone"], ["body", "count"]]
    assert all(found["msg"] for found in document["errors"])
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/no", 404), ("PUT", "/orders", 405)]
)
def test_what_the_framework_refuses_is_a_problem_too(method: str, path: str, status: int) -> None:
    with TestClient(raising(ValueError())) as client:
        answer = client.request(method, path)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == TYPE_PREFIX + HTTP_KINDS[status][0]


def test_types_are_not_used_for_two_meanings() -> None:
    slugs = [kind.slug for kind in KINDS.values()]

    assert len(set(slugs)) == len(slugs)
    for status, (slug, _) in HTTP_KINDS.items():
        same = [kind for kind in KINDS.values() if kind.slug == slug]
        assert all(kind.status == status for kind in same)


def test_every_exception_has_a_row() -> None:
    class Surprise(LookupError): ...

    assert kind_of(Surprise()).status == 500
