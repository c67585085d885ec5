"""Counts behind the figures about levels, within the transaction's scope."""

from datetime import datetime

from sqlalchemy import Connection, text

_SOLVED = text(
    """
    SELECT solved_level, count(*) AS incidents FROM incident
    WHERE closed_at >= :since AND state = 'closed' AND NOT is_force_closed
      AND solved_level IS NOT NULL
      AND :division IN (community_code, town_code, city_code)
    GROUP BY solved_level
    """
)
_CHOICES = text(
    """
    SELECT count(*) AS made,
           count(*) FILTER (WHERE body->>'level' = body->>'suggested') AS confirmed
    FROM event WHERE kind = 'level_chosen' AND at >= :since AND :division = ANY(scope_keys)
    """
)


def solved_by_level(connection: Connection, division: str, since: datetime) -> dict[str, int]:
    """Return how many closed incidents were solved, by the level that was in command then."""
    rows = connection.execute(_SOLVED, {"division": division, "since": since})
    return {row.solved_level: row.incidents for row in rows}


def choices_since(connection: Connection, division: str, since: datetime) -> tuple[int, int]:
    """Return how often a level was chosen by a person, and how often it was the one suggested."""
    row = connection.execute(_CHOICES, {"division": division, "since": since}).one()
    return row.made, row.confirmed
