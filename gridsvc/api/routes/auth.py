"""`/auth`: sign in, say who is signed in, sign out."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, StringConstraints

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.security import (
    COOKIE,
    OPEN,
    ContextDep,
    CrossSite,
    CurrentVisitor,
    SecurityDep,
    SignedIn,
    require,
)
from gridsvc.core.actor import Actor, HeldPost
from gridsvc.services import accounts

router = APIRouter(prefix="/auth", tags=["auth"], responses=PROBLEMS)


class SignInIn(BaseModel):
    """What a sign-in form sends."""

    login: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    #: bounded, because its hash is costly
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class GridRef(BaseModel):
    """A grid by id and code."""

    grid_id: int
    code: str


class DivisionRef(BaseModel):
    """A division by code, with its name and level."""

    code: str
    name: str
    level: str


class DepartmentRef(BaseModel):
    """A department by code, with its name."""

    code: str
    name: str


class HeldPostOut(BaseModel):
    """A post held now; over one grid or over one division."""

    post_id: int
    code: str
    duty: str
    tier: str | None
    grid: GridRef | None
    division: DivisionRef | None
    department: DepartmentRef | None

    @classmethod
    def of(cls, post: HeldPost) -> "HeldPostOut":
        """Return the wire form of a post."""
        grid = None
        if post.grid_id is not None and post.grid_code is not None:
            grid = GridRef(grid_id=post.grid_id, code=post.grid_code)
        department = None
        if post.department_code is not None:
            department = DepartmentRef(
                code=post.department_code, name=post.department_name or post.department_code
            )
        return cls(
            post_id=post.post_id,
            code=post.code,
            duty=post.duty,
            tier=post.tier,
            grid=grid,
            division=DivisionRef(
                code=post.division_code, name=post.division_name, level=post.division_level
            )
            if grid is None
            else None,
            department=department,
        )


class ScopeOut(BaseModel):
    """Where somebody works: the divisions of their posts (of a grid, its community)."""

    divisions: list[str]
    home: str
    #: west, south, east, north in degrees of EPSG:4490; null before any land was loaded
    bbox: tuple[float, float, float, float] | None


class ClockOut(BaseModel):
    """Business time now, and how many of its seconds pass in one."""

    now: AwareDatetime
    rate: float


class SessionOut(BaseModel):
    """Who is signed in, what they may do, and where they stand."""

    account_id: str
    login: str
    name: str
    kind: str
    officer_id: int | None
    permissions: list[str]
    posts: list[HeldPostOut]
    scope: ScopeOut
    #: to be sent as X-CSRF-Token with everything that changes something
    csrf: str
    demo: bool
    clock: ClockOut
    generation: int


@router.post("/sign-in", operation_id="signIn", dependencies=[OPEN])
def sign_in(
    body: SignInIn, request: Request, response: Response, ctx: ContextDep, security: SecurityDep
) -> SessionOut:
    """Open a session of twelve hours and set its cookie.

    401 for a wrong login or password, 429 with `Retry-After` after five wrong ones, 503
    when too many sign in at once.
    """
    # JSON alone keeps forms of other sites out; this keeps their scripts out too.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise CrossSite("sign in on our own page")
    session = accounts.sign_in(ctx, body.login, body.password)
    former = request.cookies.get(COOKIE)
    if former:
        accounts.sign_out(ctx, former)
        security.recent.forget(accounts.digest_of(former))
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=int(accounts.SESSION_LASTS.total_seconds()),
        **cookie_form(request, security.cookie_secure),
    )
    return session_out(session.actor, session.csrf, accounts.standing_of(ctx, session.actor))


@router.get("/session", operation_id="getSession")
def get_session(visitor: CurrentVisitor, actor: SignedIn, ctx: ContextDep) -> SessionOut:
    """Say who is signed in; 401 when nobody is."""
    return session_out(actor, visitor.csrf or "", accounts.standing_of(ctx, actor))


@router.delete("/session", operation_id="signOut", status_code=204, dependencies=[require()])
def sign_out(request: Request, ctx: ContextDep, security: SecurityDep) -> Response:
    """End the session; its cookie opens nothing from now on."""
    token = request.cookies.get(COOKIE, "")
    accounts.sign_out(ctx, token)
    security.recent.forget(accounts.digest_of(token))
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, **cookie_form(request, security.cookie_secure))
    return response


def cookie_form(request: Request, secure: bool) -> dict[str, Any]:
    """Return the attributes by which setting and clearing the cookie must agree."""
    return {
        "path": "/",
        "httponly": True,
        "samesite": "lax",
        "secure": secure or request.url.scheme == "https",
    }


def session_out(actor: Actor, csrf: str, standing: accounts.Standing) -> SessionOut:
    """Return the wire form of a session."""
    return SessionOut(
        account_id=str(actor.account_id),
        login=actor.login,
        name=actor.name,
        kind=actor.kind,
        officer_id=actor.officer_id,
        permissions=sorted(actor.permissions),
        posts=[HeldPostOut.of(post) for post in actor.posts],
        scope=ScopeOut(
            divisions=list(standing.division_codes), home=standing.home_city, bbox=standing.bbox
        ),
        csrf=csrf,
        demo=standing.is_demo,
        clock=ClockOut(now=standing.now, rate=standing.clock_rate),
        generation=standing.generation,
    )
