"""The real application behind a real port: uvicorn in a thread, spoken to over HTTP."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI

from gridsvc.api.app import create_app
from gridsvc.api.security import ACT_AS_HEADER, CSRF_HEADER, install_security
from gridsvc.services.context import Context
from tests.city import PASSWORD, SIMULATOR_KEY

#: Longer than anything here takes; a test that waits for so long has failed.
PATIENCE_S = 60.0


@dataclass(slots=True)
class Server:
    """A running server, and clients of it."""

    url: str
    ctx: Context
    app: FastAPI
    _uvicorn: uvicorn.Server
    _thread: threading.Thread
    _clients: list[httpx2.Client] = field(default_factory=list)

    @classmethod
    def start(cls, ctx: Context) -> "Server":
        """Serve a context on a free port."""
        app = create_app(ctx)
        install_security(app, believed_s=0)
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, log_config=None, access_log=False, timeout_graceful_shutdown=5, lifespan="on"
        )
        server = uvicorn.Server(config)
        is_up = threading.Event()

        async def serve() -> None:
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            while not server.started and not serving.done():
                await asyncio.sleep(0.01)
            is_up.set()
            await serving

        thread = threading.Thread(target=lambda: asyncio.run(serve()), name="server")
        thread.start()
        assert is_up.wait(PATIENCE_S)
        assert server.started
        port = listening.getsockname()[1]
        return cls(f"http://127.0.0.1:{port}", ctx, app, server, thread)

    def stop(self) -> None:
        """Stop as on a signal, and hang up every client."""
        for client in self._clients:
            client.close()
        self._uvicorn.should_exit = True
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    def visitor(self) -> httpx2.Client:
        """Return a client that is not signed in."""
        client = httpx2.Client(base_url=f"{self.url}/api/v1", timeout=PATIENCE_S)
        self._clients.append(client)
        return client

    def signed_in(self, login: str) -> httpx2.Client:
        """Return a client signed in with one of the logins of `tests.city.OFFICER_OF_ROLE`."""
        client = self.visitor()
        answer = client.post("/auth/sign-in", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers[CSRF_HEADER] = answer.json()["csrf"]
        return client

    def acting_as(self, officer: str) -> httpx2.Client:
        """Return a client that acts for an officer; all of them share one account."""
        client = self.visitor()
        client.headers["Authorization"] = f"Bearer {SIMULATOR_KEY}"
        client.headers[ACT_AS_HEADER] = officer
        return client


@pytest.fixture(scope="module")
def server(ctx: Context) -> Iterator[Server]:
    """A server over the tiny city, one for each test module."""
    running = Server.start(ctx)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client_of(server: Server) -> Callable[[str], httpx2.Client]:
    """Returns the one client of this module that is signed in with a login."""
    known: dict[str, httpx2.Client] = {}

    def client_of(login: str) -> httpx2.Client:
        if login not in known:
            known[login] = server.signed_in(login)
        return known[login]

    return client_of
