"""Identities: whom a cookie or key belongs to, and which posts they hold; one statement each.

Whether a session still runs is judged by the machine's time, which posts are held by a
business instant. The difference matters in a demo, where the two run apart.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, null, select

from gridsvc.core.actor import HeldPost
from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.duty import Duty
from gridsvc.core.grid import GridCode, GridId
from gridsvc.core.officer import OfficerId
from gridsvc.core.permission import AccountKind
from gridsvc.core.post import PostCode, PostId
from gridsvc.store.tables.accounts import AccountRow, ApiKeyRow, SessionRow
from gridsvc.store.tables.grids import DivisionRow, GridRow, holds
from gridsvc.store.tables.matters import DepartmentRow
from gridsvc.store.tables.people import OfficerPersonRow, OfficerRow, PostHolderRow, PostRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The answer to one cookie or key: the account, its officer and the posts held."""

    account_id: UUID
    login: str
    kind: AccountKind
    may_act_for: bool
    #: the account's officer, or the one acted for; None also when nobody has that code
    officer_id: OfficerId | None
    officer_name: str | None
    #: None for a key
    csrf: str | None = None
    expires_at: datetime | None = None
    posts: tuple[HeldPost, ...] = ()


def session_identity(
    connection: Connection, token_digest: bytes, *, machine_now: datetime, now: datetime
) -> Identity | None:
    """Return who a session cookie belongs to and what they hold at `now`; one statement."""
    who = (
        select(
            *_ACCOUNT_COLUMNS,
            AccountRow.officer_id.label("officer_id"),
            SessionRow.csrf.label("csrf"),
            SessionRow.expires_at.label("expires_at"),
        )
        .join(SessionRow, SessionRow.account_id == AccountRow.account_id)
        .where(
            SessionRow.token_digest == token_digest,
            SessionRow.expires_at > machine_now,
            AccountRow.disabled_at.is_(None),
        )
    )
    return _identity(connection, who, now)


def key_identity(
    connection: Connection, key_digest: bytes, *, now: datetime, acting_for: str | None = None
) -> Identity | None:
    """Return who an API key belongs to; one statement.

    With an officer code in `acting_for`, and an account that may act for others, the
    officer and posts are that officer's. Whether acting is allowed here is for the caller.
    """
    officer_id: ColumnElement[int | None] = AccountRow.officer_id.expression
    if acting_for is not None:
        acted_for = (
            select(OfficerRow.officer_id).where(OfficerRow.code == acting_for).scalar_subquery()
        )
        officer_id = case((AccountRow.may_act_for, acted_for), else_=AccountRow.officer_id)
    who = (
        select(
            *_ACCOUNT_COLUMNS,
            officer_id.label("officer_id"),
            null().label("csrf"),
            null().label("expires_at"),
        )
        .join(ApiKeyRow, ApiKeyRow.account_id == AccountRow.account_id)
        .where(
            ApiKeyRow.key_digest == key_digest,
            ApiKeyRow.revoked_at.is_(None),
            AccountRow.disabled_at.is_(None),
        )
    )
    return _identity(connection, who, now)


_ACCOUNT_COLUMNS = (
    AccountRow.account_id,
    AccountRow.login,
    AccountRow.kind,
    AccountRow.may_act_for,
)


def _identity(
    connection: Connection, who: Select[*tuple[Any, ...]], now: datetime
) -> Identity | None:
    person = who.cte("who")
    rows = connection.execute(
        select(
            person,
            OfficerPersonRow.name.label("officer_name"),
            PostRow.post_id,
            PostRow.code.label("post_code"),
            PostRow.duty,
            PostRow.grid_id,
            GridRow.code.label("grid_code"),
            DivisionRow.code.label("division_code"),
            DivisionRow.name.label("division_name"),
            DivisionRow.level.label("division_level"),
            DivisionRow.path.label("division_path"),
            PostRow.department_code,
            DepartmentRow.name.label("department_name"),
        )
        .select_from(person)
        .outerjoin(OfficerPersonRow, OfficerPersonRow.officer_id == person.c.officer_id)
        .outerjoin(
            PostHolderRow,
            and_(PostHolderRow.officer_id == person.c.officer_id, holds(PostHolderRow.valid, now)),
        )
        .outerjoin(
            PostRow,
            and_(PostRow.post_id == PostHolderRow.post_id, holds(PostRow.valid, now)),
        )
        .outerjoin(GridRow, GridRow.grid_id == PostRow.grid_id)
        .outerjoin(
            DivisionRow,
            DivisionRow.code == func.coalesce(PostRow.division_code, GridRow.community_code),
        )
        .outerjoin(DepartmentRow, DepartmentRow.code == PostRow.department_code)
        .order_by(PostRow.code)
    ).all()
    if not rows:
        return None
    first = rows[0]
    return Identity(
        account_id=first.account_id,
        login=first.login,
        kind=AccountKind(first.kind),
        may_act_for=first.may_act_for,
        officer_id=first.officer_id,
        officer_name=first.officer_name,
        csrf=first.csrf,
        expires_at=first.expires_at,
        posts=tuple(
            HeldPost(
                post_id=PostId(row.post_id),
                code=PostCode(row.post_code),
                duty=Duty(row.duty),
                grid_id=None if row.grid_id is None else GridId(row.grid_id),
                grid_code=None if row.grid_code is None else GridCode(row.grid_code),
                division_code=DivisionCode(row.division_code),
                division_name=row.division_name,
                division_level=Level(row.division_level),
                division_path=tuple(DivisionCode(code) for code in row.division_path),
                department_code=(
                    None if row.department_code is None else DepartmentCode(row.department_code)
                ),
                department_name=row.department_name,
            )
            for row in rows
            if row.post_id is not None
        ),
    )
