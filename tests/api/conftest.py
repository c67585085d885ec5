"""The API served over the tiny city, and people signed in to it.

The live feed does not run here: an application whose life-span is not entered answers
requests, and nothing else happens behind a test's back.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from gridsvc.api.app import create_app
from gridsvc.api.security import CSRF_HEADER, install_security
from gridsvc.services.context import Context
from tests.city import PASSWORD

SignIn = Callable[[str], TestClient]


@pytest.fixture(scope="module")
def app(ctx: Context) -> FastAPI:
    """The application over the tiny city; it believes no answer for longer than a request."""
    app = create_app(ctx)
    install_security(app, believed_s=0)
    return app


@pytest.fixture
def visitor(app: FastAPI) -> Iterator[TestClient]:
    """A client that is not signed in."""
    client = TestClient(app, raise_server_exceptions=False)
    yield client
    client.close()


@pytest.fixture
def signed_in(app: FastAPI) -> Iterator[SignIn]:
    """Returns a client signed in with one of the logins of `tests.city.OFFICER_OF_ROLE`."""
    with ExitStack() as clients:

        def sign_in(login: str) -> TestClient:
            client = TestClient(app, raise_server_exceptions=False)
            clients.callback(client.close)
            answer = client.post(
                "/api/v1/auth/sign-in", json={"login": login, "password": PASSWORD}
            )
            assert answer.status_code == 200, answer.text
            client.headers[CSRF_HEADER] = answer.json()["csrf"]
            return client

        yield sign_in
