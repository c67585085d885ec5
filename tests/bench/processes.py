"""Servers under measurement, each a process of its own on a port of its own."""

import socket
import subprocess
import time


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def until_it_listens(server: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until a server can be reached, or fail when it has ended."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, "the server did not start"
        time.sleep(0.1)
    raise AssertionError("the server does not listen")
