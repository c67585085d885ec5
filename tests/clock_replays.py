"""Whether every stored clock stands where its own history says."""

from sqlalchemy import text

from gridsvc.core.dispatch.clock import Stage
from gridsvc.core.dispatch.clock_history import clock_after
from gridsvc.services.context import Context
from gridsvc.store import clocks


def wrongly_counted(ctx: Context) -> list[int]:
    """Return the clocks whose end is not the one counted anew from their start."""
    wrong = []
    now = ctx.clock.now()
    with ctx.database.begin() as connection:
        ctx.ground.at(connection, now)
        calendar = ctx.ground.reference(connection).calendar
        rows = connection.execute(text("SELECT DISTINCT incident_id FROM stage_clock"))
        for (incident_id,) in list(rows):
            for clock in clocks.clocks_of(connection, incident_id):
                changes = clocks.changes_of(connection, clock.clock_id)
                stand = clock_after(
                    Stage(clock.stage), clock.starts_at, clock.limit, changes, calendar, 0.8
                )
                if (stand.due_at, stand.paused_at) != (clock.due_at, clock.paused_at):
                    wrong.append(clock.clock_id)
    return wrong
