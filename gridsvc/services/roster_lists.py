"""The roster as lists, for those who lead the people of a division or plan its grids."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from gridsvc.core.actor import Actor
from gridsvc.core.duty import Duty
from gridsvc.core.roster import FOUR_ROLES, lack_of
from gridsvc.services.context import Context
from gridsvc.services.incident_view import Shown, named
from gridsvc.services.jurisdiction import check_over
from gridsvc.services.places import NoSuchDivision
from gridsvc.store import roster
from gridsvc.store.database import EVERYTHING

#: Who leads the people of a division, and who may look at them besides.
LEADS = (Duty.DISPATCHER, Duty.GRID_SUPERVISOR, Duty.OPERATOR)
LOOKERS = (*LEADS, Duty.PLANNER)
MOST_GAPS = 500


def list_posts(
    ctx: Context, actor: Actor, division: str, duty: Duty | None, is_vacant: bool | None
) -> list[Shown]:
    """Return the posts over a division and below it with who is there, by code."""
    now = ctx.clock.now()
    with ctx.database.begin(EVERYTHING) as connection:
        check_looker(ctx, connection, actor, division, now)
        rows = roster.posts_below(connection, division, now)
        index = ctx.ground.at(connection, now)
        departments = ctx.ground.reference(connection).departments
    return [
        {
            "post_id": row["post_id"],
            "code": row["code"],
            "duty": row["duty"],
            "tier": Duty(row["duty"]).tier,
            "grid": row["grid_id"] and {"grid_id": row["grid_id"], "code": row["grid_code"]},
            "division": named(row["division_code"], index.divisions),
            "department": named(row["department_code"], departments),
            "is_backup": row["is_backup"],
            "shift": row["shift"],
            "open_task_minutes": row["minutes"],
            "holders": row["holders"],
        }
        for row in rows
        if (duty is None or row["duty"] == duty)
        and (is_vacant is None or is_vacant is not any(_present(row["holders"])))
    ]


def list_vacancies(ctx: Context, actor: Actor, division: str) -> list[Shown]:
    """Return each grid of a division and each of the four roles that nobody is there for."""
    now = ctx.clock.now()
    with ctx.database.begin(EVERYTHING) as connection:
        check_looker(ctx, connection, actor, division, now)
        rows = roster.roles_lacking(connection, division, [d.value for d in FOUR_ROLES], now)
        divisions = ctx.ground.at(connection, now).divisions
    return [
        {
            "grid": {"grid_id": row["grid_id"], "code": row["grid_code"]},
            "community": named(row["community_code"], divisions),
            "duty": row["duty"],
            "lack": lack_of(row["posts"], row["holders"], row["present"]),
        }
        for row in rows
    ]


def list_gaps(ctx: Context, actor: Actor, division: str, days: int) -> list[Shown]:
    """Return what decisions of the last days lacked in a division, the most frequent first."""
    now = ctx.clock.now()
    with ctx.database.begin(EVERYTHING) as connection:
        check_looker(ctx, connection, actor, division, now)
        departments = ctx.ground.reference(connection).departments
        rows = roster.gaps_found(connection, division, now - timedelta(days=days), now, MOST_GAPS)
    return [
        {
            "grid": row["grid_id"] and {"grid_id": row["grid_id"], "code": row["grid_code"]},
            "tier": row["tier"],
            "department": named(row["department"], departments),
            "shortfall": row["shortfall"],
            "count": row["count"],
            "first_at": row["first_at"],
            "last_at": row["last_at"],
        }
        for row in rows
    ]


def check_looker(
    ctx: Context, connection: Connection, actor: Actor, division: str, now: datetime
) -> None:
    """Raise `NoSuchDivision`, or `OutsideYourArea` where the actor has no say."""
    divisions = ctx.ground.at(connection, now).divisions
    if division not in divisions:
        raise NoSuchDivision(f"there is no division {division}")
    path: list[str] = []
    code: str | None = division
    while code is not None:
        path.append(code)
        code = divisions[code].parent_code
    check_over(actor, path, LOOKERS, f"division {division}")


def _present(holders: list[dict[str, Any]]) -> list[bool]:
    return [not holder["is_away"] for holder in holders]
