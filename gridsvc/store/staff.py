"""Where there are posts, whoever holds them: what rules and plans are held against."""

from datetime import datetime

from sqlalchemy import Connection, text

from gridsvc.core.department import DepartmentCode
from gridsvc.core.dispatch.rule_finding import Cover
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.duty import TIER_OF_DUTY, Duty

_PLACES = text(
    """
    SELECT DISTINCT p.duty, p.department_code, d.level,
           coalesce(p.division_code, g.community_code) AS division_code
    FROM post p LEFT JOIN division d ON d.code = p.division_code
    LEFT JOIN grid g ON g.grid_id = p.grid_id
    WHERE p.valid @> CAST(:at AS timestamptz)
    """
)


def places_with_posts(connection: Connection, at: datetime) -> list[Cover]:
    """Return over which divisions there are posts that may be given tasks, at an instant.

    A post over one grid counts for its community, at the lowest level.
    """
    rows = connection.execute(_PLACES, {"at": at})
    found = []
    for row in rows:
        duty = Duty(row.duty)
        if duty.tier is None or not duty.is_paid:
            continue
        found.append(
            Cover(
                tier=TIER_OF_DUTY[duty],
                department=None
                if row.department_code is None
                else DepartmentCode(row.department_code),
                level=None if row.level is None else Level(row.level),
                division=DivisionCode(row.division_code),
            )
        )
    return found
