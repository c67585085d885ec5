"""What leaves in files: codes, places and instants, never names or free text of people."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

#: What each export reads; `outline` or `place` is WKB in EPSG:4490.
_QUERIES = {
    "grids": """
        SELECT g.grid_id, g.code, g.community_code, c.name AS community,
               c.parent_code AS town_code, t.name AS town, c.city_code, c.is_home, g.kind,
               v.households, v.population, v.area_m2, ST_AsBinary(v.outline) AS outline
        FROM grid g
        JOIN grid_version v ON v.grid_id = g.grid_id AND v.valid @> CAST(:at AS timestamptz)
        JOIN division c ON c.code = g.community_code
        LEFT JOIN division t ON t.code = c.parent_code
        ORDER BY g.code
    """,
    "divisions": """
        SELECT d.code, d.name, d.name_en, d.level, d.parent_code, d.city_code, d.is_home,
               d.population, d.households, d.area_km2, ST_AsBinary(o.outline) AS outline
        FROM division d
        LEFT JOIN division_outline o
            ON o.division_code = d.code AND o.valid @> CAST(:at AS timestamptz)
        ORDER BY cardinality(d.path), d.is_home DESC, d.code
    """,
    "officers": """
        SELECT f.code AS officer_code, p.code AS post_code, p.duty,
               CASE WHEN p.grid_id IS NULL THEN 'division' ELSE 'grid' END AS place_kind,
               coalesce(g.code, p.division_code) AS place_code,
               p.department_code AS department, p.is_backup, p.shift
        FROM post p
        LEFT JOIN post_holder h ON h.post_id = p.post_id AND h.valid @> CAST(:at AS timestamptz)
        LEFT JOIN officer f ON f.officer_id = h.officer_id
        LEFT JOIN grid g ON g.grid_id = p.grid_id
        WHERE p.valid @> CAST(:at AS timestamptz)
        ORDER BY p.code, f.code
    """,
    "incidents": """
        SELECT CAST(i.incident_id AS text) AS incident_id, i.number, i.state, i.source,
               i.matter_code, i.condition_code, i.department_code, i.tier, i.level, i.match,
               g.code AS grid_code, i.grid_generation, i.community_code, i.town_code, i.city_code,
               i.observed_at, i.received_at, i.due_at, i.breached_at, i.closed_at,
               i.rework_count, i.return_count, i.is_joint, ST_AsBinary(i.place) AS outline
        FROM incident i LEFT JOIN grid g ON g.grid_id = i.grid_id
        WHERE i.received_at <= CAST(:at AS timestamptz)
        ORDER BY i.received_at, i.incident_id
    """,
}
KINDS = tuple(_QUERIES)


def exported_columns(connection: Connection, kind: str, at: datetime) -> dict[str, list[Any]]:
    """Return the columns of an export as of an instant; none is missing when there is no row."""
    found = connection.execute(text(_QUERIES[kind]), {"at": at})
    names = list(found.keys())
    rows = found.all()
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}
