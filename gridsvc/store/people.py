"""Officers and posts; names and telephone numbers are read by `names_of` alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.duty import Duty
from gridsvc.core.grid import GridId
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import Holder, Post, PostCode, PostId, PostPlace
from gridsvc.core.shift import Shift
from gridsvc.store.copying import codes_in, copy_rows, reserve_ids
from gridsvc.store.tables.people import OfficerPersonRow, OfficerRow, PostHolderRow, PostRow

#: What a post is, in one statement: its place's size, its holders and the work it has.
_POSTS = """
WITH found AS MATERIALIZED (
    SELECT * FROM post p WHERE ({condition}) AND p.valid @> CAST(:at AS timestamptz)
)
SELECT p.post_id, p.code, p.duty, p.grid_id, p.division_code, p.department_code,
       p.is_backup, p.shift, d.level,
       coalesce(d.city_code, o.city_code) AS city_code,
       coalesce(o.area_m2, d.area_km2 * 1e6, 0) AS area_m2,
       h.officer_ids, h.away, coalesce(w.minutes, 0) AS minutes
FROM found p
LEFT JOIN division d ON d.code = p.division_code
-- LIMIT keeps the planner from reading all grids for the few that are asked about.
LEFT JOIN LATERAL (
    SELECT c.city_code, v.area_m2
    FROM grid g
    JOIN division c ON c.code = g.community_code
    LEFT JOIN grid_version v
        ON v.grid_id = g.grid_id AND v.valid @> CAST(:at AS timestamptz)
    WHERE g.grid_id = p.grid_id LIMIT 1
) o ON p.grid_id IS NOT NULL
LEFT JOIN LATERAL (
    SELECT array_agg(officer_id ORDER BY officer_id) AS officer_ids,
           array_agg(EXISTS (
               SELECT FROM officer_leave l WHERE l.officer_id = post_holder.officer_id
               AND l.valid @> CAST(:at AS timestamptz)
           ) ORDER BY officer_id) AS away
    FROM post_holder WHERE post_id = p.post_id AND valid @> CAST(:at AS timestamptz)
) h ON true
LEFT JOIN open_minutes_of((SELECT array_agg(post_id) FROM found)) w ON w.post_id = p.post_id
ORDER BY p.code
"""
_AT_PLACES = text(
    _POSTS.format(condition="p.grid_id = ANY(:grid_ids) OR p.division_code = ANY(:codes)")
).bindparams(
    bindparam("grid_ids", type_=ARRAY(BigInteger())), bindparam("codes", type_=ARRAY(Text()))
)
_BY_ID = text(_POSTS.format(condition="p.post_id = ANY(:post_ids)")).bindparams(
    bindparam("post_ids", type_=ARRAY(BigInteger()))
)


_NEXT_CHANGE = text(
    """
    SELECT min(bound) FROM (
        SELECT valid FROM post UNION ALL SELECT valid FROM post_holder
        UNION ALL SELECT DISTINCT valid FROM grid_version
        UNION ALL SELECT valid FROM officer_leave
    ) v, LATERAL (VALUES (lower(v.valid)), (upper(v.valid))) b (bound)
    WHERE bound > CAST(:at AS timestamptz)
    """
)
#: An array as its text, which for the thousands of posts around a batch of reports is made
#: in a tenth of the time that a list of numbers takes to adapt.
_OPEN_MINUTES = text(
    "SELECT post_id, minutes FROM open_minutes_of(CAST(CAST(:post_ids AS text) AS bigint[]))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """A post with the officers who hold it from the start."""

    code: str
    duty: Duty
    grid_id: int | None
    division_code: str | None
    department_code: str | None
    is_backup: bool
    shift: Shift
    officer_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOfficer:
    """An officer with the erasable part."""

    code: str
    name: str
    phone: str


def posts_over(
    connection: Connection, grid_ids: Sequence[int], division_codes: Sequence[str], at: datetime
) -> tuple[Post, ...]:
    """Return every post placed on one of the grids or divisions at an instant, by code.

    A post on a division covers the grids below it: name the divisions over a grid to have
    all that cover it. Holders and open task-minutes are those of the instant and of now.
    """
    rows = connection.execute(
        _AT_PLACES, {"grid_ids": list(grid_ids), "codes": list(division_codes), "at": at}
    )
    return tuple(_post(row) for row in rows)


def next_change_of_posts(connection: Connection, at: datetime) -> datetime | None:
    """Return when what `posts_over` answers changes next by the mere passing of time."""
    found: datetime | None = connection.execute(_NEXT_CHANGE, {"at": at}).scalar_one()
    return found


def open_minutes_of(connection: Connection, post_ids: Sequence[int]) -> dict[int, int]:
    """Return the minutes of open tasks of those posts that have any."""
    listed = "{" + ",".join(map(str, post_ids)) + "}"
    rows = connection.execute(_OPEN_MINUTES, {"post_ids": listed})
    return {row[0]: row[1] for row in rows}


def posts_numbered(
    connection: Connection, post_ids: Sequence[int], at: datetime
) -> dict[int, Post]:
    """Return posts that are valid at an instant by their ids."""
    rows = connection.execute(_BY_ID, {"post_ids": list(post_ids), "at": at})
    return {row.post_id: _post(row) for row in rows}


def names_of(connection: Connection, officer_ids: Sequence[int]) -> dict[int, str]:
    """Return the names of officers that have not been erased."""
    rows = connection.execute(
        select(OfficerPersonRow.officer_id, OfficerPersonRow.name).where(
            OfficerPersonRow.officer_id.in_(officer_ids)
        )
    )
    return {row.officer_id: row.name for row in rows}


def officer_ids_by_code(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    """Return the ids of the officers with these codes."""
    rows = connection.execute(
        select(OfficerRow.code, OfficerRow.officer_id).where(codes_in(OfficerRow.code, codes))
    )
    return {row.code: row.officer_id for row in rows}


def post_codes_taken(connection: Connection, codes: Sequence[str]) -> set[str]:
    """Return which of these post codes are in use."""
    return set(
        connection.execute(select(PostRow.code).where(codes_in(PostRow.code, codes))).scalars()
    )


def add_officers(connection: Connection, officers: Sequence[NewOfficer]) -> list[int]:
    """Add officers and return their ids, in the order given."""
    ids = reserve_ids(connection, OfficerRow, len(officers))
    copy_rows(
        connection,
        OfficerRow,
        ("officer_id", "code"),
        ((i, o.code) for i, o in zip(ids, officers, strict=True)),
    )
    copy_rows(
        connection,
        OfficerPersonRow,
        ("officer_id", "name", "phone"),
        ((i, o.name, o.phone) for i, o in zip(ids, officers, strict=True)),
    )
    return ids


def add_posts(
    connection: Connection, posts: Sequence[NewPost], effective_at: datetime
) -> list[int]:
    """Add posts held from an instant on, and return their ids in the order given."""
    ids = reserve_ids(connection, PostRow, len(posts))
    valid = f"[{effective_at.isoformat()},)"
    copy_rows(
        connection,
        PostRow,
        (
            *("post_id", "code", "duty", "grid_id", "division_code", "department_code"),
            *("is_backup", "shift", "valid"),
        ),
        (
            (
                *(i, p.code, p.duty, p.grid_id, p.division_code, p.department_code),
                *(p.is_backup, p.shift, valid),
            )
            for i, p in zip(ids, posts, strict=True)
        ),
    )
    copy_rows(
        connection,
        PostHolderRow,
        ("post_id", "officer_id", "valid"),
        (
            (i, officer_id, valid)
            for i, p in zip(ids, posts, strict=True)
            for officer_id in p.officer_ids
        ),
    )
    return ids


def _post(row: Any) -> Post:
    return Post(
        post_id=PostId(row.post_id),
        code=PostCode(row.code),
        duty=Duty(row.duty),
        place=PostPlace(
            grid_id=None if row.grid_id is None else GridId(row.grid_id),
            division_code=None if row.division_code is None else DivisionCode(row.division_code),
            level=None if row.level is None else Level(row.level),
            city_code=DivisionCode(row.city_code),
            area_m2=row.area_m2,
        ),
        department=None if row.department_code is None else DepartmentCode(row.department_code),
        is_backup=row.is_backup,
        shift=Shift(row.shift),
        holders=tuple(
            Holder(officer_id=OfficerId(officer_id), is_away=is_away)
            for officer_id, is_away in zip(row.officer_ids or (), row.away or (), strict=True)
        ),
        open_task_minutes=row.minutes,
    )
