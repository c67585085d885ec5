"""What somebody reported and what became of it: each step, and never who took it."""

from datetime import datetime
from uuid import UUID

from gridsvc.core.actor import Actor
from gridsvc.core.heard import HEARD
from gridsvc.core.life_cycle import Step
from gridsvc.services.context import Context
from gridsvc.services.incident_view import Shown, shown_incident
from gridsvc.services.incidents import for_reporter
from gridsvc.services.rules import rules_in_force
from gridsvc.services.standing import standing_of, steps_open
from gridsvc.services.timing import timing_of
from gridsvc.store import incident_pages as pages
from gridsvc.store.incidents import incidents_now
from gridsvc.store.own_reports import progress_of, reports_by

#: What a reporter may still say.
_OWN_STEPS = (Step.SATISFIED, Step.UNSATISFIED)


def own_reports(
    ctx: Context, actor: Actor, limit: int, before: tuple[datetime, UUID] | None = None
) -> list[Shown]:
    """Return reports of the actor's own, the newest first, each with its incident and progress."""
    now = ctx.clock.now()
    with ctx.database.begin(actor.scope) as connection:
        mine = reports_by(connection, actor.account_id, limit, before)
        ids = sorted({report.incident_id for report in mine})
        index = ctx.ground.at(connection, now)
        reference = ctx.ground.reference(connection)
        whole = pages.incidents_whole(connection, ids)
        stored = incidents_now(connection, ids)
        progress = progress_of(connection, ids, HEARD)
        rules = rules_in_force(connection, now)
    shown = []
    for report in mine:
        one = stored[report.incident_id]
        steps = steps_open(
            standing_of(actor, one, (), rules.ladder),
            one.incident,
            timing_of(one, now),
            reference.matters[one.incident.matter],
            rules.self_fix_recheck_share,
        )
        shown.append(
            {
                "report_id": report.report_id,
                "observed_at": report.observed_at,
                "received_at": report.received_at,
                "flags": list(report.flags),
                "incident": for_reporter(
                    shown_incident(whole[report.incident_id], index, reference, now)
                ),
                "progress": [{"kind": kind, "at": at} for kind, at in progress[report.incident_id]],
                "asked_for_satisfaction": any(step in _OWN_STEPS for step in steps),
            }
        )
    return shown
