"""Who holds what, who is away, and where nobody is: as lists, and as single changes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Connection, RowMapping, Text, bindparam, insert, text
from sqlalchemy.dialects.postgresql import ARRAY, Range

from gridsvc.store.tables.people import OfficerLeaveRow, PostHolderRow

_AT = "CAST(:at AS timestamptz)"
_AWAY = (
    f"EXISTS (SELECT FROM officer_leave l WHERE l.officer_id = h.officer_id AND l.valid @> {_AT})"
)
_POSTS = f"""
WITH found AS MATERIALIZED (
    SELECT p.*, g.code AS grid_code, d.code AS place_code, d.path
    FROM post p LEFT JOIN grid g ON g.grid_id = p.grid_id
    JOIN division d ON d.code = coalesce(p.division_code, g.community_code)
    WHERE p.valid @> {_AT} AND {{condition}}
)
SELECT p.post_id, p.code, p.duty, p.department_code, p.is_backup, p.shift, p.grid_id,
       p.grid_code, p.place_code AS division_code, p.path, coalesce(w.minutes, 0) AS minutes,
       coalesce(h.holders, '[]') AS holders
FROM found p
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
               'officer_id', h.officer_id, 'code', o.code, 'name', n.name,
               'since', lower(h.valid), 'until', upper(h.valid),
               'stands_in', h.stands_in, 'is_away', {_AWAY}
           ) ORDER BY o.code) AS holders
    FROM post_holder h JOIN officer o USING (officer_id)
    LEFT JOIN officer_person n USING (officer_id)
    WHERE h.post_id = p.post_id AND h.valid @> {_AT}
) h ON true
LEFT JOIN open_minutes_of((SELECT array_agg(post_id) FROM found)) w ON w.post_id = p.post_id
ORDER BY p.code
"""
_POSTS_BELOW = text(_POSTS.format(condition=":division = ANY(d.path)"))
_ONE_POST = text(_POSTS.format(condition="p.post_id = :post_id"))
_VACANCIES = text(
    f"""
    SELECT g.grid_id, g.code AS grid_code, g.community_code, r.duty,
           count(DISTINCT p.post_id) AS posts, count(h.officer_id) AS holders,
           count(h.officer_id) FILTER (WHERE NOT {_AWAY}) AS present
    FROM grid g JOIN division c ON c.code = g.community_code AND c.is_home
    JOIN grid_version v ON v.grid_id = g.grid_id AND v.valid @> {_AT}
    CROSS JOIN unnest(:duties) WITH ORDINALITY r (duty, place)
    LEFT JOIN post p ON p.duty = r.duty AND p.valid @> {_AT}
        AND (p.grid_id = g.grid_id OR p.division_code = ANY(c.path))
    LEFT JOIN post_holder h ON h.post_id = p.post_id AND h.valid @> {_AT}
    WHERE :division = ANY(c.path)
    GROUP BY g.grid_id, g.code, g.community_code, r.duty, r.place
    HAVING count(h.officer_id) FILTER (WHERE NOT {_AWAY}) = 0
    ORDER BY g.code, r.place
    """
).bindparams(bindparam("duties", type_=ARRAY(Text())))
_GAPS = text(
    """
    SELECT CAST(e.body->>'grid' AS bigint) AS grid_id, g.code AS grid_code,
           e.body->>'tier' AS tier, e.body->>'department' AS department, s.shortfall,
           count(*) AS count, min(e.at) AS first_at, max(e.at) AS last_at
    FROM event e CROSS JOIN jsonb_array_elements_text(e.body->'shortfalls') s (shortfall)
    LEFT JOIN grid g ON g.grid_id = CAST(e.body->>'grid' AS bigint)
    WHERE e.kind = 'coverage_gap' AND e.at >= :since AND e.at <= :until
      AND :division = ANY(e.scope_keys)
    GROUP BY 1, 2, 3, 4, 5 ORDER BY count(*) DESC, g.code, 3, 4, 5 LIMIT :most
    """
)
_HOLDINGS = text(
    f"""
    SELECT h.post_id, p.code, p.duty, d.code AS division_code, d.path, g.code AS grid_code,
           lower(h.valid) AS since, upper(h.valid) AS until, h.stands_in
    FROM post_holder h JOIN post p USING (post_id)
    LEFT JOIN grid g ON g.grid_id = p.grid_id
    JOIN division d ON d.code = coalesce(p.division_code, g.community_code)
    WHERE h.officer_id = :officer AND NOT isempty(h.valid)
      AND (upper(h.valid) IS NULL OR upper(h.valid) > {_AT})
    ORDER BY p.code
    """
)
_LEAVES = text(
    f"""
    SELECT leave_id, lower(valid) AS since, upper(valid) AS until FROM officer_leave
    WHERE officer_id = :officer AND NOT isempty(valid) AND upper(valid) > {_AT} ORDER BY valid
    """
)
_OFFICER = """
SELECT o.officer_id, o.code, n.name FROM officer o LEFT JOIN officer_person n USING (officer_id)
WHERE {condition} FOR UPDATE OF o
"""
#: A span that ends now; what had not begun has never been.
_ENDED = f"""CASE WHEN lower(valid) >= {_AT} THEN 'empty'::tstzrange
             ELSE tstzrange(lower(valid), {_AT}) END"""
_END_HOLDINGS = text(
    f"""
    UPDATE post_holder SET valid = {_ENDED}
    WHERE officer_id = :officer AND (CAST(:post AS bigint) IS NULL OR post_id = :post)
      AND NOT isempty(valid) AND (upper(valid) IS NULL OR upper(valid) > {_AT})
    RETURNING post_id
    """
)
_END_LEAVE = text(
    f"""
    UPDATE officer_leave SET valid = {_ENDED}
    WHERE leave_id = :leave AND officer_id = :officer AND NOT isempty(valid)
      AND upper(valid) > {_AT} RETURNING leave_id
    """
)
#: Given to somebody who is gone, or to a post that nobody is present on.
_STRANDED = text(
    f"""
    SELECT DISTINCT t.incident_id FROM task t WHERE t.finished_at IS NULL
    AND (:posts IS NULL OR t.post_id = ANY(:posts))
    AND (
        t.officer_id = ANY(:gone) OR NOT EXISTS (
            SELECT FROM post p JOIN post_holder h USING (post_id)
            WHERE p.post_id = t.post_id AND p.valid @> {_AT} AND h.valid @> {_AT}
              AND NOT {_AWAY}
        )
    ) ORDER BY t.incident_id
    """
).bindparams(
    bindparam("gone", type_=ARRAY(BigInteger())), bindparam("posts", type_=ARRAY(BigInteger()))
)


def posts_below(connection: Connection, division: str, at: datetime) -> list[RowMapping]:
    """Return the posts over a division and all that lies in it, with holders and open minutes."""
    return list(connection.execute(_POSTS_BELOW, {"division": division, "at": at}).mappings())


def one_post(connection: Connection, post_id: int, at: datetime) -> RowMapping | None:
    """Return a post that exists at an instant, with its holders."""
    found = connection.execute(_ONE_POST, {"post_id": post_id, "at": at})
    return found.mappings().one_or_none()


def roles_lacking(
    connection: Connection, division: str, duties: Collection[str], at: datetime
) -> list[RowMapping]:
    """Return each grid of a division in each role that nobody present holds over it."""
    values = {"division": division, "duties": list(duties), "at": at}
    return list(connection.execute(_VACANCIES, values).mappings())


def gaps_found(
    connection: Connection, division: str, since: datetime, until: datetime, most: int
) -> list[RowMapping]:
    """Return what decisions of a span lacked in a division, the most frequent first."""
    values = {"division": division, "since": since, "until": until, "most": most}
    return list(connection.execute(_GAPS, values).mappings())


def officer_held(connection: Connection, officer_id: int) -> RowMapping | None:
    """Lock and return an officer by id; whoever changes the roster of one holds the officer."""
    statement = text(_OFFICER.format(condition="o.officer_id = :officer"))
    return connection.execute(statement, {"officer": officer_id}).mappings().one_or_none()


def officer_coded(connection: Connection, code: str) -> RowMapping | None:
    """Lock and return an officer by code."""
    statement = text(_OFFICER.format(condition="o.code = :code"))
    return connection.execute(statement, {"code": code}).mappings().one_or_none()


def holdings_from(connection: Connection, officer_id: int, at: datetime) -> list[RowMapping]:
    """Return the posts that an officer holds at an instant or will hold."""
    return list(connection.execute(_HOLDINGS, {"officer": officer_id, "at": at}).mappings())


def leaves_from(connection: Connection, officer_id: int, at: datetime) -> list[RowMapping]:
    """Return when an officer is away, from an instant on."""
    return list(connection.execute(_LEAVES, {"officer": officer_id, "at": at}).mappings())


def add_holding(
    connection: Connection,
    post_id: int,
    officer_id: int,
    since: datetime,
    until: datetime | None,
    *,
    stands_in: bool,
) -> None:
    """Let an officer hold a post for a span; an integrity error where they hold it already."""
    connection.execute(
        insert(PostHolderRow).values(
            post_id=post_id,
            officer_id=officer_id,
            valid=Range(since, until),
            stands_in=stands_in,
        )
    )


def end_holdings(
    connection: Connection, officer_id: int, post_id: int | None, at: datetime
) -> list[int]:
    """End what an officer holds, of one post or all, and return the posts."""
    values = {"officer": officer_id, "post": post_id, "at": at}
    return list(connection.execute(_END_HOLDINGS, values).scalars())


def add_leave(connection: Connection, officer_id: int, since: datetime, until: datetime) -> int:
    """Let an officer be away for a span; an integrity error where they are away already."""
    return connection.execute(
        insert(OfficerLeaveRow)
        .values(officer_id=officer_id, valid=Range(since, until))
        .returning(OfficerLeaveRow.leave_id)
    ).scalar_one()


def end_leave(connection: Connection, officer_id: int, leave_id: int, at: datetime) -> bool:
    """End an officer's leave, and tell whether there was one to end."""
    values = {"officer": officer_id, "leave": leave_id, "at": at}
    return connection.execute(_END_LEAVE, values).scalar_one_or_none() is not None


def stranded_incidents(
    connection: Connection, gone: Sequence[int], posts: Sequence[int] | None, at: datetime
) -> list[UUID]:
    """Return the incidents whose task nobody is there to do, or somebody who is gone has.

    Of some posts, or of all.
    """
    values = {"gone": list(gone), "posts": None if posts is None else list(posts), "at": at}
    return list(connection.execute(_STRANDED, values).scalars())
