"""What follows when somebody looks from above, and what may still be said after closing."""

from datetime import datetime, timedelta

from gridsvc.core.action import Standing as Party
from gridsvc.core.dispatch.clock import Stage, start_clock
from gridsvc.core.dispatch.reason import QueueReason
from gridsvc.core.matter import Limit, LimitKind
from gridsvc.services.action_draft import ActionDraft
from gridsvc.services.desk import Desk
from gridsvc.services.given_work import new_clock
from gridsvc.store.tasks import NewClock

_HOUR = timedelta(hours=1)


def supervise(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Demand something by a date; it moves nothing, and everybody sees it."""
    case = desk.case
    case.take(draft.step, by, until=draft.until, has_note=draft.has_note)
    above = case.incident.supervision
    assert above is not None
    desk.stop_clocks(Stage.SUPERVISE.value)
    desk.ledger.clocks.append(_demand_clock(desk, above.until))
    case.note(
        "supervised",
        officer=by.officer_id,
        level=above.level,
        until=above.until.isoformat(),
        action=str(draft.action_id),
    )


def _demand_clock(desk: Desk, until: datetime) -> NewClock:
    world = desk.case.world
    limit = Limit(amount=(until - desk.now) / _HOUR, kind=LimitKind.URGENT_HOURS)
    clock = start_clock(Stage.SUPERVISE, desk.now, limit, world.reference.calendar, world.rules)
    return new_clock(desk.incident_id, None, clock)


def force_close(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Close it without proof, with a reason; the incident says so for ever."""
    case = desk.case
    case.take(draft.step, by, reason=draft.reason)
    desk.cancel_tasks()
    desk.leave_queue()
    desk.stop_all_clocks()
    case.note("force_closed", officer=by.officer_id, reason=draft.reason)


def appeal(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Ask that a breach be taken out of the statistic."""
    desk.case.take(draft.step, by, reason=draft.reason)
    desk.case.note("appealed", officer=by.officer_id, reason=draft.reason)


def grant_appeal(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Agree; the second to agree exempts it. That it was late stays written down."""
    case = desk.case
    case.take(draft.step, by)
    case.note("appeal_granted", officer=by.officer_id)
    if case.incident.exempted_at is not None:
        case.note("exempted")


def reject_appeal(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Disagree; both had to agree, so that ends it."""
    desk.case.take(draft.step, by, reason=draft.reason)
    desk.case.note("appeal_rejected", officer=by.officer_id, reason=draft.reason)


def satisfied(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Remember that the reporter is satisfied."""
    desk.case.take(draft.step, by)
    desk.case.note("satisfied", action=str(draft.action_id))


def unsatisfied(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Open it again before the level above; it has no clock until it is given to somebody."""
    case = desk.case
    case.take(draft.step, by)
    desk.show_no_clock()
    case.note("unsatisfied", action=str(draft.action_id))
    case.note("reopened", state=case.incident.state.value)
    case.enqueue_above(QueueReason.UNSATISFIED)
