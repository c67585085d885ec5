"""Accounts: signing in and out, and finding out who asks.

Sessions last `SESSION_LASTS` from sign-in and are not prolonged: a shift is shorter,
no read has to write, and a stolen cookie dies with the day. Sessions and lock-outs go
by the machine's time, because a demo whose day plays in minutes would sign everybody
out in one of them, and lift a lock-out in a second. Which posts are held goes by
business time.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gridsvc.core.actor import Actor
from gridsvc.core.officer import OfficerId
from gridsvc.core.permission import AccountKind, permissions_of
from gridsvc.core.scope import scope_of_actor
from gridsvc.services import passwords
from gridsvc.services.clock import machine_now
from gridsvc.services.context import Context
from gridsvc.store import accounts, divisions, generations, identities
from gridsvc.store.identities import Identity
from gridsvc.store.installation import installation

SESSION_LASTS = timedelta(hours=12)
FAILURES_ALLOWED = 5
LOCK_LASTS = timedelta(minutes=15)
#: Accounts are not incidents: these transactions see none.
NO_INCIDENTS: tuple[str, ...] = ()


class WrongCredentials(Exception):
    """No account has this login and password; which of the two was wrong is not told."""

    def __init__(self) -> None:
        super().__init__("no account has this login and password")


class SignInLocked(Exception):
    """Too many wrong passwords; the same for logins that nobody has."""

    def __init__(self, until: datetime, now: datetime) -> None:
        super().__init__(f"too many wrong passwords; try again after {until.isoformat()}")
        self.until = until
        self.retry_after_s = max(1, round((until - now).total_seconds()))


class ActingRefused(Exception):
    """Acting for another is for one machine account, in a demo database only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session just opened; the token is told to the browser and stored nowhere."""

    token: str
    csrf: str
    expires_at: datetime
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSession:
    """Who a session belongs to, and the word that its unsafe requests must bring."""

    actor: Actor
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where somebody stands: the divisions in their scope, and the city's clock and generation."""

    division_codes: tuple[str, ...]
    home_city: str
    #: west, south, east, north in EPSG:4490; the home city's when their own have no land
    bbox: tuple[float, float, float, float] | None
    now: datetime
    clock_rate: float
    is_demo: bool
    #: 0 before any grids were loaded
    generation: int


def sign_in(ctx: Context, login: str, password: str) -> NewSession:
    """Open a session, or raise `WrongCredentials`, `SignInLocked` or `TooManySignIns`.

    Every attempt is recorded. The account is judged before the costly check, and again
    after it under a row lock: guesses made at the same time count one by one, and a
    right one among too many opens nothing.
    """
    with ctx.database.begin(NO_INCIDENTS) as connection:
        known = accounts.credentials(connection, login)
        if known is None:
            locked_until = _unknown_locked_until(connection, login)
        else:
            locked_until = known.locked_until

    password_hash = None if known is None else known.password_hash
    is_right = not _is_after(locked_until, machine_now()) and passwords.is_right_password(
        password, password_hash
    )
    fresh_hash = None
    if is_right and password_hash is not None and passwords.is_dated(password_hash):
        fresh_hash = passwords.hash_password(password)

    # Refusals are carried out of the transaction as values: raised inside, they would undo
    # their own record.
    answer: NewSession | SignInLocked | WrongCredentials
    with ctx.database.begin(NO_INCIDENTS) as connection:
        if known is None:
            answer = _refuse_unknown(connection, login)
        else:
            answer = _judge(ctx, connection, login, is_right)
            if fresh_hash is not None and isinstance(answer, NewSession):
                accounts.set_password_hash(connection, known.account_id, fresh_hash)
    if isinstance(answer, Exception):
        raise answer
    return answer


def sign_out(ctx: Context, token: str) -> None:
    """End a session; ending one that is gone is the same success."""
    with ctx.database.begin(NO_INCIDENTS) as connection:
        accounts.delete_session(connection, digest_of(token))


def session_of(ctx: Context, token: str) -> KnownSession | None:
    """Return whose session a cookie is, None when it is unknown, ended or expired."""
    with ctx.database.begin(NO_INCIDENTS) as connection:
        found = identities.session_identity(
            connection, digest_of(token), machine_now=machine_now(), now=ctx.clock.now()
        )
    if found is None or found.csrf is None or found.expires_at is None:
        return None
    return KnownSession(actor=actor_of(found), csrf=found.csrf, expires_at=found.expires_at)


def machine_of(ctx: Context, key: str, acting_for: str | None = None) -> Actor | None:
    """Return whose API key this is, None when it is unknown or revoked.

    `acting_for` is an officer's code; `ActingRefused` is raised when acting is not
    allowed to this account, not in this database, or there is no such officer.
    """
    with ctx.database.begin(NO_INCIDENTS) as connection:
        found = identities.key_identity(
            connection, digest_of(key), now=ctx.clock.now(), acting_for=acting_for
        )
    if found is None:
        return None
    if acting_for is None:
        return actor_of(found)
    if not ctx.clock.is_demo():
        raise ActingRefused("acting for an officer is possible in a demo database only")
    if not found.may_act_for:
        raise ActingRefused("this account may not act for others")
    if found.officer_id is None:
        raise ActingRefused(f"there is no officer with the code {acting_for}")
    return actor_of(found, is_acted_for=True)


def actor_of(found: Identity, *, is_acted_for: bool = False) -> Actor:
    """Return somebody with what follows from the posts they hold."""
    kind = AccountKind.PERSON if is_acted_for else found.kind
    return Actor(
        account_id=found.account_id,
        login=found.login,
        kind=found.kind,
        officer_id=None if found.officer_id is None else OfficerId(found.officer_id),
        name=found.officer_name or found.login,
        posts=found.posts,
        permissions=permissions_of(kind, (post.duty for post in found.posts)),
        scope=scope_of_actor(found.account_id, found.posts),
        is_acted_for=is_acted_for,
    )


def standing_of(ctx: Context, actor: Actor) -> Standing:
    """Return where somebody stands now, for their first screen."""
    now = ctx.clock.now()
    codes = actor.division_codes
    with ctx.database.begin(NO_INCIDENTS) as connection:
        here = installation(connection)
        home = "" if here is None else here.home_city
        bbox = divisions.bounds_4490(connection, codes, now) or divisions.bounds_4490(
            connection, [home], now
        )
        generation = generations.generation_in_force(connection, now)
    return Standing(
        division_codes=codes,
        home_city=home,
        bbox=bbox,
        now=now,
        clock_rate=ctx.clock.rate(),
        is_demo=ctx.clock.is_demo(),
        generation=0 if generation is None else generation.generation,
    )


def digest_of(secret: str) -> bytes:
    """Return what is stored of a token or key: with 256 random bits, plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).digest()


def unknown_login_digest(login: str) -> bytes:
    """Return the two bytes by which attempts on an unknown login are counted.

    Few enough that what was typed, perhaps a password in the wrong field, cannot be found.
    """
    return digest_of(login)[:2]


def _judge(
    ctx: Context, connection: Connection, login: str, is_right: bool
) -> NewSession | SignInLocked | WrongCredentials:
    now = machine_now()
    account = accounts.credentials(connection, login, lock=True)
    if account is None:  # disabled meanwhile
        return WrongCredentials()
    account_id = account.account_id
    if account.locked_until is not None and account.locked_until > now:
        accounts.add_sign_in(connection, account_id=account_id, at=now, outcome="locked")
        return SignInLocked(account.locked_until, now)
    if not is_right:
        accounts.add_sign_in(connection, account_id=account_id, at=now, outcome="wrong_password")
        locked_until = accounts.count_failure(
            connection, account_id, FAILURES_ALLOWED, now + LOCK_LASTS
        )
        return WrongCredentials() if locked_until is None else SignInLocked(locked_until, now)
    accounts.add_sign_in(connection, account_id=account_id, at=now, outcome="signed_in")
    accounts.clear_failures(connection, account_id)
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    accounts.add_session(
        connection,
        token_digest=digest_of(token),
        account_id=account_id,
        csrf=csrf,
        created_at=now,
        expires_at=now + SESSION_LASTS,
    )
    found = identities.session_identity(
        connection, digest_of(token), machine_now=now, now=ctx.clock.now()
    )
    assert found is not None
    return NewSession(token=token, csrf=csrf, expires_at=now + SESSION_LASTS, actor=actor_of(found))


def _refuse_unknown(connection: Connection, login: str) -> SignInLocked | WrongCredentials:
    """Record and refuse, exactly as a known login with a wrong password is refused."""
    now = machine_now()
    digest = unknown_login_digest(login)
    was_locked = _is_after(_unknown_locked_until(connection, login), now)
    accounts.add_sign_in(
        connection,
        account_id=None,
        at=now,
        outcome="locked" if was_locked else "unknown",
        login_digest=digest,
    )
    locked_until = _unknown_locked_until(connection, login)
    if locked_until is not None and locked_until > now:
        return SignInLocked(locked_until, now)
    return WrongCredentials()


def _unknown_locked_until(connection: Connection, login: str) -> datetime | None:
    """Every fifth failure locks, as it does for a login that exists."""
    count, last_at = accounts.unknown_login_failures(connection, unknown_login_digest(login))
    if last_at is None or count % FAILURES_ALLOWED != 0:
        return None
    return last_at + LOCK_LASTS


def _is_after(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now
