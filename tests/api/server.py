"""The application behind real HTTP: uvicorn in a thread, on a port of its own."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn

from gridsvc.api.app import create_app
from gridsvc.services.context import Context


@dataclass(frozen=True, slots=True)
class Server:
    """A running service."""

    url: str
    ctx: Context


class QuietServer(uvicorn.Server):
    """A server that leaves signals to the tests."""

    def install_signal_handlers(self) -> None:
        """Do nothing: a thread may not take signals."""


@pytest.fixture(scope="module")
def server(ctx: Context) -> Iterator[Server]:
    """The service over the tiny city, reachable on the loopback."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    running = QuietServer(
        uvicorn.Config(
            create_app(ctx), log_config=None, access_log=False, timeout_graceful_shutdown=2
        )
    )
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not running.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    yield Server(url=f"http://127.0.0.1:{port}", ctx=ctx)
    running.should_exit = True
    thread.join(timeout=20)
    listening.close()
