"""The load that grids and divisions carry, as frames for analysis.

Nothing here says who works or who lives there: counts only, and none of a group of fewer than
five people by itself. There are no figures of officers, because nobody is to be ranked by them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import shapely
from sqlalchemy import RowMapping

from gridsvc.core.instant import check_aware
from gridsvc.services.context import Context
from gridsvc.services.ground import NoGeneration
from gridsvc.store.workload import COUNTS, load_of_divisions, load_of_grids

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def grid_workload(ctx: Context, since: datetime, until: datetime) -> "GeoDataFrame":
    """Return one row for each home grid in force at `until`, in the order of their codes.

    `open_incidents`, `late_incidents` among them, `late_share` (late of open, null where none
    is open) and `open_task_minutes` are as of `until`; `received_incidents` those that came in
    [since, until). Where `is_withheld`, people and counts are null: fewer than five people live
    there, or it hides such a grid from being found by subtraction. Outlines are in EPSG:4490,
    areas in m². Raises ValueError for an instant without zone or an
    empty span, `NoGeneration` before any grids were loaded.
    """
    _check_span(since, until)
    with ctx.database.begin() as connection:
        return _frame(load_of_grids(connection, since, until))


def division_workload(ctx: Context, since: datetime, until: datetime) -> "GeoDataFrame":
    """Return one row for each home division: the city, its towns, their communities.

    Columns as in `grid_workload`, withheld grids included, and `grids`, how many it has. The
    city also counts what lies in none of its grids. Divisions without land have no outline.
    """
    _check_span(since, until)
    with ctx.database.begin() as connection:
        return _frame(load_of_divisions(connection, since, until))


def _check_span(since: datetime, until: datetime) -> None:
    check_aware(since=since, until=until)
    if since >= until:
        raise ValueError(f"the span from {since} to {until} is empty")


def _frame(rows: Iterable[RowMapping]) -> "GeoDataFrame":
    import geopandas
    import pandas as pd

    table = pd.DataFrame([dict(row) for row in rows])
    if table.empty:
        raise NoGeneration("no grids have been loaded: run `gridsvc import grids` first")
    outlines = shapely.from_wkb([None if w is None else bytes(w) for w in table.pop("outline")])
    whole = dict.fromkeys(("households", "population", *COUNTS), "Int64")
    table = table.astype(whole)
    is_open = table["open_incidents"].where(table["open_incidents"] > 0)
    table["late_share"] = (table["late_incidents"] / is_open).astype("Float64")
    return geopandas.GeoDataFrame(table, geometry=outlines, crs="EPSG:4490")
