"""Changes of who holds what: leave, standing in, and an officer who leaves for good."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping
from sqlalchemy.exc import IntegrityError

from gridsvc.core.actor import Actor
from gridsvc.core.duty import Duty
from gridsvc.core.officer import OfficerId
from gridsvc.core.roster import RosterRefused
from gridsvc.core.scope import EVERY
from gridsvc.services.context import Context
from gridsvc.services.handover import hand_over_all
from gridsvc.services.incident_view import Shown
from gridsvc.services.jurisdiction import check_over, is_over
from gridsvc.services.roster_lists import LEADS, LOOKERS
from gridsvc.store import roster
from gridsvc.store.database import EVERYTHING
from gridsvc.store.events import Event, append_events, last_seq_of


class UnknownOfficer(LookupError):
    """There is no such officer, post or leave, or none that the actor leads."""


def officer_shown(ctx: Context, actor: Actor, officer_id: int) -> Shown:
    """Return an officer with the posts they hold and when they are away."""
    now = ctx.clock.now()
    with ctx.database.begin(EVERYTHING) as connection:
        return _shown(connection, _led(connection, actor, officer_id, now, LOOKERS), now)


def give_leave(
    ctx: Context,
    actor: Actor,
    officer_id: int,
    since: datetime | None,
    until: datetime,
    *,
    hands_over: bool,
) -> Shown:
    """Let an officer be away; work they have now is given to others when it begins at once."""
    now = ctx.clock.now()
    start = max(since or now, now)
    if until <= start:
        raise RosterRefused("empty_span", "leave ends after it begins, and not in the past")
    with ctx.database.begin(EVERYTHING) as connection:
        officer = _led(connection, actor, officer_id, now, LEADS)
        leave_id = _once(
            lambda: roster.add_leave(connection, officer_id, start, until),
            "the officer is away within this span already",
        )
        handed = 0
        if hands_over and start <= now:
            posts = [held["post_id"] for held in roster.holdings_from(connection, officer_id, now)]
            handed = hand_over_all(
                connection,
                ctx.ground.apart(),
                OfficerId(officer_id),
                posts,
                now,
                actor.account_id,
            )
        _tell(connection, actor, officer, "leave_given", now, leave=leave_id, handed_over=handed)
        return _shown(connection, officer, now) | {"handed_over": handed}


def end_leave(ctx: Context, actor: Actor, officer_id: int, leave_id: int) -> Shown:
    """Let an officer be back now, or give a leave up that has not begun."""
    now = ctx.clock.now()
    with ctx.database.begin(EVERYTHING) as connection:
        officer = _led(connection, actor, officer_id, now, LEADS)
        if not roster.end_leave(connection, officer_id, leave_id, now):
            raise UnknownOfficer(f"officer {officer_id} has no leave {leave_id} that goes on")
        _tell(connection, actor, officer, "leave_ended", now, leave=leave_id)
        return _shown(connection, officer, now)


def add_holder(
    ctx: Context,
    actor: Actor,
    post_id: int,
    officer_code: str,
    since: datetime | None,
    until: datetime | None,
    *,
    stands_in: bool,
) -> Shown:
    """Let an officer hold a post, or stand in on it until an instant."""
    now = ctx.clock.now()
    start = max(since or now, now)
    if until is not None and until <= start:
        raise RosterRefused("empty_span", "a holding ends after it begins, and not in the past")
    if stands_in and until is None:
        raise RosterRefused("no_end", "who stands in does so until an instant")
    with ctx.database.begin(EVERYTHING) as connection:
        post = roster.one_post(connection, post_id, now)
        officer = roster.officer_coded(connection, officer_code)
        if post is None or officer is None:
            raise UnknownOfficer(f"there is no post {post_id} or no officer {officer_code!r}")
        check_staffing(actor, post["duty"], post["path"])
        if officer["officer_id"] == actor.officer_id:
            raise RosterRefused("own_post", "nobody gives a post to themselves")
        _once(
            lambda: roster.add_holding(
                connection, post_id, officer["officer_id"], start, until, stands_in=stands_in
            ),
            "the officer holds the post within this span already",
        )
        _tell(
            connection,
            actor,
            officer,
            "holder_added",
            now,
            divisions=post["path"],
            post=post_id,
            stands_in=stands_in,
        )
        return _shown(connection, officer, now)


def remove_holder(ctx: Context, actor: Actor, post_id: int, officer_id: int) -> Shown:
    """Let an officer hold a post no longer; what they have of it is given to others."""
    now = ctx.clock.now()
    with ctx.database.begin(EVERYTHING) as connection:
        post = roster.one_post(connection, post_id, now)
        officer = roster.officer_held(connection, officer_id)
        if post is None or officer is None:
            raise UnknownOfficer(f"there is no post {post_id} or no officer {officer_id}")
        check_staffing(actor, post["duty"], post["path"])
        return _leave_posts(ctx, connection, actor, officer, post_id, now)


def end_officer(ctx: Context, actor: Actor, officer_id: int) -> Shown:
    """Let an officer hold nothing any more; all that they have is given to others at once."""
    now = ctx.clock.now()
    with ctx.database.begin(EVERYTHING) as connection:
        officer = _led(connection, actor, officer_id, now, LEADS)
        for held in roster.holdings_from(connection, officer_id, now):
            check_staffing(actor, held["duty"], held["path"])
        return _leave_posts(ctx, connection, actor, officer, None, now)


def _leave_posts(
    ctx: Context,
    connection: Connection,
    actor: Actor,
    officer: RowMapping,
    post_id: int | None,
    now: datetime,
) -> Shown:
    officer_id = officer["officer_id"]
    divisions = {
        code for held in roster.holdings_from(connection, officer_id, now) for code in held["path"]
    }
    posts = roster.end_holdings(connection, officer_id, post_id, now)
    if not posts:
        raise UnknownOfficer(f"officer {officer_id} does not hold that")
    handed = hand_over_all(
        connection, ctx.ground.apart(), OfficerId(officer_id), posts, now, actor.account_id
    )
    kind = "officer_ended" if post_id is None else "holder_removed"
    _tell(
        connection,
        actor,
        officer,
        kind,
        now,
        divisions=divisions,
        posts=sorted(posts),
        handed_over=handed,
    )
    return _shown(connection, officer, now) | {"handed_over": handed}


def check_staffing(actor: Actor, duty: str, path: Collection[str]) -> None:
    """Raise `OutsideYourArea` where the actor may not say who holds a post.

    Duties that command or run the service bring rights: those are for who runs it alone.
    """
    leads = LEADS if Duty(duty).tier is not None else (Duty.OPERATOR,)
    check_over(actor, path, leads, f"this {duty} post")


def _led(
    connection: Connection,
    actor: Actor,
    officer_id: int,
    now: datetime,
    leads: Collection[Duty],
) -> RowMapping:
    """Lock and return an officer one of whose posts the actor leads; else there is none."""
    officer = roster.officer_held(connection, officer_id)
    if officer is None or not any(
        is_over(actor, held["path"], leads)
        for held in roster.holdings_from(connection, officer_id, now)
    ):
        raise UnknownOfficer(f"there is no officer {officer_id} in your area")
    return officer


def _shown(connection: Connection, officer: RowMapping, now: datetime) -> Shown:
    officer_id = officer["officer_id"]
    return {
        "officer_id": officer_id,
        "code": officer["code"],
        "name": officer["name"],
        "posts": [dict(held) for held in roster.holdings_from(connection, officer_id, now)],
        "leaves": [dict(leave) for leave in roster.leaves_from(connection, officer_id, now)],
    }


def _tell(
    connection: Connection,
    actor: Actor,
    officer: RowMapping,
    kind: str,
    now: datetime,
    divisions: Collection[str] | None = None,
    **body: Any,
) -> None:
    subject_id = str(officer["officer_id"])
    if divisions is None:
        held = roster.holdings_from(connection, officer["officer_id"], now)
        divisions = {code for one in held for code in one["path"]}
    event = Event(
        subject="officer",
        subject_id=subject_id,
        seq=last_seq_of(connection, "officer", subject_id) + 1,
        kind=kind,
        at=now,
        account_id=actor.account_id,
        body=body,
        scope_keys=sorted({EVERY, *divisions}),
    )
    append_events(connection, [event])


def _once(write: Any, otherwise: str) -> Any:
    """Write, or refuse where a span would overlap another of its kind."""
    try:
        return write()
    except IntegrityError:
        raise RosterRefused("overlaps", otherwise) from None
