"""How far an incident reaches: where it was reported from, and by how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The divisions over every place of an incident and of those joined to it."""

    #: one set of codes for each incident
    paths: tuple[frozenset[str], ...]
    reporters: int

    def is_within(self, division: str) -> bool:
        """Tell whether all of it lies in a division."""
        return all(division in path for path in self.paths)


_REACH = text(
    """
    SELECT array_remove(ARRAY[i.community_code, i.town_code, i.city_code], NULL) AS path,
           array_agg(DISTINCT coalesce(i.reporter_officer_id::text, r.account_id::text)) AS told_by
    FROM incident i JOIN report r USING (incident_id)
    WHERE i.incident_id = :id OR i.joined_into = :id
    GROUP BY i.incident_id
    """
)


def reach_of(connection: Connection, incident_id: UUID) -> Reach:
    """Return how far an incident reaches, with those that count as the same."""
    rows: Sequence[tuple[list[str], list[str]]] = [
        (row.path, row.told_by) for row in connection.execute(_REACH, {"id": incident_id})
    ]
    return Reach(
        paths=tuple(frozenset(path) for path, _ in rows),
        reporters=len({each for _, told_by in rows for each in told_by}),
    )
