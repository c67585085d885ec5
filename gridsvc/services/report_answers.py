"""What the senders of reports are told, read for all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services.context import Context
from gridsvc.services.incident_view import Shown, shown_incident
from gridsvc.services.incidents import for_reporter
from gridsvc.services.report_draft import ReportDraft
from gridsvc.services.reports import TakenReport
from gridsvc.store.incident_pages import incidents_whole
from gridsvc.store.photos import missing_of_reports


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAnswer:
    """What became of a report, as its sender may see it."""

    taken: TakenReport
    #: SHA-256 of the photographs named that have not arrived.
    missing_photos: tuple[str, ...]
    incident: Shown


def answers_to(
    ctx: Context, taken: Sequence[tuple[Actor, ReportDraft, TakenReport]]
) -> list[ReportAnswer]:
    """Return the answer to each report taken in, in their order.

    Whoever sent a report sees its incident, so the statements need no scope of their own.
    """
    if not taken:
        return []
    now = ctx.clock.now()
    with ctx.database.begin() as connection:
        ground = ctx.ground.stamped(connection)
        index, reference = ground.at(now), ground.reference()
        rows = incidents_whole(connection, [one.receipt.incident_id for _, _, one in taken])
        named = [draft.report_id for _, draft, _ in taken if draft.photos]
        missing = missing_of_reports(connection, named) if named else {}
    answers = []
    for actor, draft, one in taken:
        shown = shown_incident(rows[one.receipt.incident_id], index, reference, now)
        answers.append(
            ReportAnswer(
                taken=one,
                missing_photos=missing.get(draft.report_id, ()),
                incident=shown if actor.may(Permission.INCIDENT_READ) else for_reporter(shown),
            )
        )
    return answers
