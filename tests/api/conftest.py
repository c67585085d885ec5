"""The API served over the tiny city, and people signed in to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from gridsvc.api.headers import install_headers
from gridsvc.api.problems import install_problems
from gridsvc.api.routes import auth
from gridsvc.api.security import CSRF_HEADER, install_security
from gridsvc.services.context import Context
from tests.city import PASSWORD

SignIn = Callable[[str], TestClient]


@pytest.fixture(scope="module")
def app(ctx: Context) -> FastAPI:
    """The application over the tiny city."""
    app = FastAPI()
    app.state.context = ctx
    app.include_router(auth.router, prefix="/api/v1")
    install_problems(app)
    install_security(app, believed_s=0)
    install_headers(app)
    return app


@pytest.fixture
def visitor(app: FastAPI) -> Iterator[TestClient]:
    """A client that is not signed in."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def signed_in(app: FastAPI) -> Iterator[SignIn]:
    """Returns a client signed in with one of the logins of `tests.city.OFFICER_OF_ROLE`."""
    with ExitStack() as clients:

        def sign_in(login: str) -> TestClient:
            client = clients.enter_context(TestClient(app, raise_server_exceptions=False))
            answer = client.post(
                "/api/v1/auth/sign-in", json={"login": login, "password": PASSWORD}
            )
            assert answer.status_code == 200, answer.text
            client.headers[CSRF_HEADER] = answer.json()["csrf"]
            return client

        yield sign_in
