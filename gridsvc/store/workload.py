"""What lies on grids and divisions at an instant: counts and minutes, never whose they are.

An incident counts where its owners are, for that is where the work is; what lies in no grid
of the home city counts for the city alone.
"""

from datetime import datetime

from sqlalchemy import Connection, RowMapping, text

#: Fewer people than this are never counted by themselves.
SMALLEST_GROUP = 5

#: Open and late at `until`, received in [since, until), minutes of tasks still to be done.
COUNTS = ("open_incidents", "late_incidents", "received_incidents", "open_task_minutes")

_LOAD = """
load AS (
    SELECT i.owner_grid_id, i.community_code, i.town_code, i.city_code,
           count(*) FILTER (WHERE i.is_open) AS open_incidents,
           count(*) FILTER (WHERE i.is_open AND i.due_at <= :until) AS late_incidents,
           count(*) FILTER (WHERE i.received_at >= :since) AS received_incidents,
           coalesce(sum(t.minutes), 0) AS open_task_minutes
    FROM (
        SELECT *, coalesce(closed_at > :until, true) AS is_open
        FROM incident WHERE received_at < :until
    ) i
    LEFT JOIN (
        SELECT incident_id, sum(minutes) AS minutes FROM task
        WHERE created_at < :until AND coalesce(finished_at > :until, true)
        GROUP BY incident_id
    ) t ON t.incident_id = i.incident_id
    WHERE i.is_open OR i.received_at >= :since
    GROUP BY i.owner_grid_id, i.community_code, i.town_code, i.city_code
)"""
_SUMS = ", ".join(f"coalesce(sum(load.{name}), 0)::bigint AS {name}" for name in COUNTS)


def _unless_withheld(*columns: str) -> str:
    return ", ".join(
        f"CASE WHEN NOT is_withheld THEN {column} END AS {column}" for column in columns
    )


#: A grid with a handful of people would be found by subtracting its neighbours from their
#: community, so the emptiest ones are withheld together until five people are among them.
_GRIDS = f"""
WITH {_LOAD}, counted AS (
    SELECT g.grid_id, {_SUMS}
    FROM grid g LEFT JOIN load ON load.owner_grid_id = g.grid_id GROUP BY g.grid_id
), place AS (
    SELECT g.grid_id, g.code, g.kind, c.code AS community_code, c.name AS community,
           t.code AS town_code, t.name AS town, v.households, v.population, v.area_m2, v.outline,
           v.population BETWEEN 1 AND :most_withheld AS is_small,
           coalesce(sum(v.population) OVER emptier, 0) AS people_in_emptier
    FROM grid g
    JOIN grid_version v ON v.grid_id = g.grid_id AND v.valid @> CAST(:until AS timestamptz)
    JOIN division c ON c.code = g.community_code AND c.is_home
    LEFT JOIN division t ON t.code = c.parent_code
    WINDOW emptier AS (PARTITION BY c.code ORDER BY nullif(v.population, 0), g.code
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), told AS (
    SELECT *, coalesce(population > 0 AND bool_or(is_small) OVER (PARTITION BY community_code)
                       AND people_in_emptier <= :most_withheld, false) AS is_withheld
    FROM place
)
SELECT grid_id, code, kind, community_code, community, town_code, town, area_m2, is_withheld,
       {_unless_withheld("households", "population", *COUNTS)},
       ST_AsBinary(outline) AS outline
FROM told JOIN counted USING (grid_id)
ORDER BY code
"""

_DIVISIONS = f"""
WITH {_LOAD}, people AS (
    SELECT d.code, count(*) AS grids, sum(v.households)::bigint AS households,
           sum(v.population)::bigint AS population
    FROM grid g
    JOIN grid_version v ON v.grid_id = g.grid_id AND v.valid @> CAST(:until AS timestamptz)
    JOIN division c ON c.code = g.community_code
    JOIN division d ON d.code = ANY(c.path)
    GROUP BY d.code
), told AS (
    SELECT d.code, d.name, d.name_en, d.level, d.parent_code, cardinality(d.path) AS depth,
           coalesce(p.grids, 0) AS grids, p.households, p.population, n.*,
           coalesce(p.population BETWEEN 1 AND :most_withheld, false) AS is_withheld,
           o.outline
    FROM division d
    CROSS JOIN LATERAL (
        SELECT {_SUMS} FROM load WHERE d.code IN (community_code, town_code, city_code)
    ) n
    LEFT JOIN people p ON p.code = d.code
    LEFT JOIN division_outline o
        ON o.division_code = d.code AND o.valid @> CAST(:until AS timestamptz)
    WHERE d.is_home
)
SELECT code, name, name_en, level, parent_code, grids, is_withheld,
       {_unless_withheld("households", "population", *COUNTS)},
       ST_AsBinary(outline) AS outline
FROM told ORDER BY depth, code
"""


def load_of_grids(connection: Connection, since: datetime, until: datetime) -> list[RowMapping]:
    """Return every home grid in force at `until`, by code; `outline` is WKB in EPSG:4490.

    Of a withheld grid the people and the counts are null.
    """
    return _rows(connection, _GRIDS, since, until)


def load_of_divisions(connection: Connection, since: datetime, until: datetime) -> list[RowMapping]:
    """Return every home division, city first, then by code; its people are those of its grids.

    `outline` is WKB in EPSG:4490, null for a division without land.
    """
    return _rows(connection, _DIVISIONS, since, until)


def _rows(
    connection: Connection, statement: str, since: datetime, until: datetime
) -> list[RowMapping]:
    values = {"since": since, "until": until, "most_withheld": SMALLEST_GROUP - 1}
    return list(connection.execute(text(statement), values).mappings())
