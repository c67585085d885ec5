"""Holdings: who holds a duty, and where."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from gridsvc.core.duty import Duty
from gridsvc.core.officer import OfficerId
from gridsvc.store.tables.grids import DivisionRow, GridRow, holds
from gridsvc.store.tables.people import OfficerPersonRow, OfficerRow, PostHolderRow, PostRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An officer on a post, with the place as a reader would name it."""

    officer_id: OfficerId
    #: empty when it has been erased
    officer_name: str
    #: of the division the post is over; for a grid, its community's
    level: str
    is_home: bool
    #: None for a post over a whole city
    town_code: str | None
    #: the division's name, and the grid's code for a post over a grid
    where: str


def holdings_of(connection: Connection, duty: Duty, now: datetime) -> tuple[Holding, ...]:
    """Return everybody who holds a duty at an instant, by division, post and officer code."""
    rows = connection.execute(
        select(
            OfficerRow.officer_id,
            OfficerPersonRow.name,
            DivisionRow.name.label("division_name"),
            DivisionRow.level,
            DivisionRow.is_home,
            DivisionRow.path,
            GridRow.code.label("grid_code"),
        )
        .select_from(PostRow)
        .join(PostHolderRow, PostHolderRow.post_id == PostRow.post_id)
        .join(OfficerRow, OfficerRow.officer_id == PostHolderRow.officer_id)
        .outerjoin(OfficerPersonRow, OfficerPersonRow.officer_id == OfficerRow.officer_id)
        .outerjoin(GridRow, GridRow.grid_id == PostRow.grid_id)
        .join(
            DivisionRow,
            DivisionRow.code == func.coalesce(PostRow.division_code, GridRow.community_code),
        )
        .where(
            PostRow.duty == duty.value,
            holds(PostRow.valid, now),
            holds(PostHolderRow.valid, now),
        )
        .order_by(DivisionRow.code, PostRow.code, OfficerRow.code)
    )
    return tuple(
        Holding(
            officer_id=OfficerId(row.officer_id),
            officer_name=row.name or "",
            level=row.level,
            is_home=row.is_home,
            town_code=row.path[1] if len(row.path) > 1 else None,
            where=" ".join(filter(None, (row.division_name, row.grid_code))),
        )
        for row in rows
    )
