"""Who asks, and whether they may: dependencies that routes declare.

`require(Permission.TASK_WORK)` lets in whoever holds one of the permissions it names,
`require()` everybody who is signed in, and `OPEN` marks a route that asks for nothing.
A route without any of the three is a mistake that a test finds by `access_of`.
What somebody may *see* is not judged here but by the scope of the transaction.

The dependencies run on the event loop: they rarely ask the database, and a step into a
thread and back costs more than all the rest of them.
"""

import asyncio
import hmac
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services.accounts import ActingRefused, digest_of, machine_of, session_of
from gridsvc.services.context import Context

COOKIE = "gridsvc_session"
CSRF_HEADER = "X-CSRF-Token"
ACT_AS_HEADER = "X-Act-As"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Longer than any token or key of ours; what is longer is not looked up.
LONGEST_SECRET = 200
#: How long an answer about a cookie or key is believed. A revoked key, an ended post or a
#: session ended through another process is known here after so long at the latest.
BELIEVED_S = 2.0
BELIEVED_AT_MOST = 4096


class NotSignedIn(Exception):
    """No session and no key, or one that is unknown, expired or revoked."""


class NotAllowed(Exception):
    """The actor holds none of the permissions that are needed."""

    def __init__(self, needs: frozenset[Permission]) -> None:
        super().__init__(f"this needs the permission {' or '.join(sorted(needs))}")
        self.needs = needs


class NoCsrfToken(Exception):
    """A request by cookie that changes something must prove that our page sent it."""

    def __init__(self) -> None:
        super().__init__(f"send the csrf of the session answer as {CSRF_HEADER}")


class CrossSite(Exception):
    """A page of another site tried to sign somebody in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks, and how they proved it."""

    actor: Actor
    #: None for a key, which no browser sends by itself
    csrf: str | None


class RecentVisitors:
    """Answers of the last seconds, by digest, so that a burst of requests asks once.

    In this process only; signing out here forgets at once.
    """

    def __init__(self, believed_s: float = BELIEVED_S) -> None:
        self._believed_s = believed_s
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[bytes, str | None], tuple[float, Visitor]] = OrderedDict()
        self._asking: dict[tuple[bytes, str | None], asyncio.Task[Visitor | None]] = {}
        #: for measurement
        self.hits = 0
        self.misses = 0

    def get(self, digest: bytes, acting_for: str | None) -> Visitor | None:
        """Return a visitor seen within the last seconds."""
        with self._lock:
            found = self._answers.get((digest, acting_for))
            if found is None or found[0] < time.monotonic():
                self.misses += 1
                return None
            self.hits += 1
            return found[1]

    def put(self, digest: bytes, acting_for: str | None, visitor: Visitor) -> None:
        """Remember a visitor; those who proved nothing are not remembered."""
        with self._lock:
            self._answers[digest, acting_for] = (time.monotonic() + self._believed_s, visitor)
            self._answers.move_to_end((digest, acting_for))
            while len(self._answers) > BELIEVED_AT_MOST:
                self._answers.popitem(last=False)

    async def ask(
        self, digest: bytes, acting_for: str | None, look_up: Callable[[], Visitor | None]
    ) -> Visitor | None:
        """Look somebody up in a thread; who asks for the same meanwhile gets the same answer.

        Otherwise everybody who waits for a slow answer would make it slower.
        """
        key = (digest, acting_for)
        task = self._asking.get(key)
        if not self._believed_s or task is None or task.get_loop() != asyncio.get_running_loop():
            task = asyncio.create_task(run_in_threadpool(look_up))
            self._asking[key] = task
            task.add_done_callback(lambda done: self._asked(key, done))
        return await asyncio.shield(task)

    def _asked(self, key: tuple[bytes, str | None], done: "asyncio.Task[Visitor | None]") -> None:
        if self._asking.get(key) is done:
            del self._asking[key]
        if not done.cancelled() and done.exception() is None:
            visitor = done.result()
            if visitor is not None:
                self.put(*key, visitor)

    def forget(self, digest: bytes) -> None:
        """Ask anew for a session that has ended."""
        with self._lock:
            self._answers.pop((digest, None), None)


@dataclass(frozen=True, slots=True)
class Security:
    """What one application's sign-ins depend on."""

    #: Whether the cookie is sent over TLS only, whatever this process sees of the scheme.
    cookie_secure: bool
    recent: RecentVisitors


def install_security(
    app: FastAPI, *, cookie_secure: bool = False, believed_s: float = BELIEVED_S
) -> None:
    """Give an application what the dependencies of this module need."""
    app.state.security = Security(cookie_secure, RecentVisitors(believed_s))


async def context_of(request: Request) -> Context:
    """Return the parts that serve this application."""
    context: Context = request.app.state.context
    return context


async def security_of(request: Request) -> Security:
    """Return what this application's sign-ins depend on."""
    security: Security = request.app.state.security
    return security


async def visitor_of(request: Request) -> Visitor:
    """Return who asks, or raise `NotSignedIn`, `NoCsrfToken` or `ActingRefused`."""
    acting_for = request.headers.get(ACT_AS_HEADER)
    authorization = request.headers.get("Authorization")
    if authorization is not None:
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn("only Bearer keys are understood")
        return await _by_key(request, key.strip(), acting_for)
    if acting_for is not None:
        raise ActingRefused("only a key may act for an officer")
    token = request.cookies.get(COOKIE, "")
    visitor = await _by_session(request, token)
    if request.method not in SAFE_METHODS:
        sent = request.headers.get(CSRF_HEADER, "").encode()
        if visitor.csrf is None or not hmac.compare_digest(sent, visitor.csrf.encode()):
            raise NoCsrfToken
    return visitor


async def _by_session(request: Request, token: str) -> Visitor:
    if not token or len(token) > LONGEST_SECRET:
        raise NotSignedIn("sign in first")
    recent, digest = (await security_of(request)).recent, digest_of(token)
    visitor = recent.get(digest, None)
    if visitor is None:
        ctx = await context_of(request)

        def look_up() -> Visitor | None:
            session = session_of(ctx, token)
            return None if session is None else Visitor(actor=session.actor, csrf=session.csrf)

        visitor = await recent.ask(digest, None, look_up)
    if visitor is None:
        raise NotSignedIn("the session has ended; sign in again")
    return visitor


async def _by_key(request: Request, key: str, acting_for: str | None) -> Visitor:
    if not key or len(key) > LONGEST_SECRET:
        raise NotSignedIn("the key is not known")
    recent, digest = (await security_of(request)).recent, digest_of(key)
    visitor = recent.get(digest, acting_for)
    if visitor is None:
        ctx = await context_of(request)

        def look_up() -> Visitor | None:
            actor = machine_of(ctx, key, acting_for)
            return None if actor is None else Visitor(actor=actor, csrf=None)

        visitor = await recent.ask(digest, acting_for, look_up)
    if visitor is None:
        raise NotSignedIn("the key is not known")
    return visitor


CurrentVisitor = Annotated[Visitor, Depends(visitor_of)]


class Requirement:
    """A dependency that lets in holders of any of some permissions; of none: everybody known."""

    def __init__(self, needs: frozenset[Permission]) -> None:
        self.needs = needs

    async def __call__(self, visitor: CurrentVisitor) -> Actor:
        """Return the actor, or raise `NotAllowed`."""
        if self.needs and not self.needs & visitor.actor.permissions:
            raise NotAllowed(self.needs)
        return visitor.actor


def require(*permissions: Permission) -> Any:
    """Return the dependency of a route that needs one of these permissions, or just a sign-in.

    Use as `actor: Annotated[Actor, require(Permission.TASK_WORK)]`.
    """
    return Depends(Requirement(frozenset(permissions)))


def open_to_all() -> None:
    """Mark a route that asks for no sign-in."""


#: For the `dependencies` of a route that anybody may call.
OPEN = Depends(open_to_all)
SignedIn = Annotated[Actor, require()]
ContextDep = Annotated[Context, Depends(context_of)]
SecurityDep = Annotated[Security, Depends(security_of)]


def access_of(route: APIRoute) -> frozenset[Permission] | str | None:
    """Return what a route asks for: permissions, "signed in", "open", or None when forgotten.

    Several requirements all hold; such a route names the narrowest by itself, and this
    function refuses to choose.
    """
    calls = list(_calls_of(route.dependant))
    requirements = [call for call in calls if isinstance(call, Requirement)]
    if requirements:
        if len({requirement.needs for requirement in requirements}) > 1:
            raise ValueError(f"{route.path} has several requirements")
        return requirements[0].needs or "signed in"
    return "open" if open_to_all in calls else None


def _calls_of(dependant: Dependant) -> list[Any]:
    calls: list[Any] = []
    for inner in dependant.dependencies:
        calls += [inner.call, *_calls_of(inner)]
    return calls
