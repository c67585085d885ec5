"""What every answer carries, and the line that is logged about it.

Plain ASGI, because a middleware that wraps responses would buffer the event stream.
"""

import re
import time
import traceback
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridsvc.api.metrics import count_request
from gridsvc.api.problems import problem_for

#: Our own origin only. MapLibre reads images from data and
#: blob URLs; nothing else is loosened, so no inline script or style runs.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(), payment=()",
}
REQUEST_ID = "X-Request-ID"
#: A proxy's id is taken over when it is one; anything else could forge log lines.
PROXY_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

log = structlog.get_logger("gridsvc.access")


def install_headers(app: FastAPI) -> None:
    """Put both middlewares around an application; call it after every other middleware."""
    app.add_middleware(RequestLog)
    app.add_middleware(SecurityHeaders)


class SecurityHeaders:
    """Adds the headers that tell browsers what our pages never do."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; a header that a route set itself stays."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_api = scope["path"].startswith("/api/")
        is_tls = scope["scheme"] == "https"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if is_api:
                    headers.setdefault("Cache-Control", "no-store")
                if is_tls:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        await self.app(scope, receive, send_with_headers)


class RequestLog:
    """Gives a request its id, logs one line about it, and answers what nobody expected.

    The line holds the route's template, never the path, the query, a name, a login or
    an address: where somebody asked about is in them. An unexpected error is logged with
    its type and frames; its message may quote data and is kept to the debug level.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = request_id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).setdefault(REQUEST_ID, request_id)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_noting)
            except Exception as error:
                log_unexpected(error)
                if status:  # too late to say so
                    raise
                await problem_for(error, request_id=request_id)(scope, receive, send_noting)
            finally:
                seconds, route = time.perf_counter() - began, route_of(scope)
                count_request(scope["method"], route, status, seconds)
                log.info(
                    "request",
                    method=scope["method"],
                    route=route,
                    status=status,
                    ms=round(seconds * 1000, 1),
                )


def request_id_of(scope: Scope) -> str:
    """Return the proxy's id of a request, or a new one."""
    given = Headers(scope=scope).get(REQUEST_ID, "")
    return given if PROXY_ID.fullmatch(given) else uuid4().hex


def route_of(scope: Scope) -> str:
    """Return the template of the route that served a request, without what was filled in."""
    route: Any = scope.get("route")
    return getattr(route, "path", "") or "-"


def log_unexpected(error: Exception) -> None:
    """Log an error without its message."""
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    log.error("unexpected_error", error=type(error).__qualname__, frames=frames)
    log.debug("unexpected_error_message", message=str(error))
