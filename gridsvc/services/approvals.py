"""What follows when more time is asked for, granted or refused, and when the clock goes on."""

from datetime import datetime

from gridsvc.core.action import SYSTEM
from gridsvc.core.action import Standing as Party
from gridsvc.core.dispatch.clock import Stage
from gridsvc.core.life_cycle import Step
from gridsvc.services import clockwork
from gridsvc.services.action_draft import ActionDraft
from gridsvc.services.desk import Desk


def request_extension(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Ask for one more limit; the clock runs on."""
    desk.case.take(draft.step, by, reason=draft.reason)
    desk.case.note("extension_asked", officer=by.officer_id, reason=draft.reason)


def approve_extension(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Give the original limit once more."""
    case = desk.case
    case.take(draft.step, by)
    clock = desk.running_clock(Stage.HANDLE)
    assert clock is not None, "what is not overdue has a clock"
    stand = clockwork.extend(desk.connection, clock, case.world)
    desk.show_clock(stand)
    case.note("extended", officer=by.officer_id, due_at=stand.due_at.isoformat())


def refuse_extension(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Leave the limit as it is; a refusal counts for nothing."""
    desk.case.take(draft.step, by, reason=draft.reason)
    desk.case.note("extension_refused", officer=by.officer_id, reason=draft.reason)


def request_suspension(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Ask that the clock stand still until a date; it runs on until somebody agrees."""
    desk.case.take(draft.step, by, reason=draft.reason, until=draft.until)
    assert draft.until is not None
    desk.case.note(
        "suspension_asked",
        officer=by.officer_id,
        reason=draft.reason,
        until=draft.until.isoformat(),
    )


def approve_suspension(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Let the clock stand still; whoever has the incident keeps it."""
    case = desk.case
    case.take(draft.step, by)
    until = case.incident.suspended_until
    assert until is not None
    clock = desk.running_clock(Stage.HANDLE)
    assert clock is not None, "what is being handled has a clock"
    desk.show_clock(clockwork.pause(desk.connection, clock, case.world, until))
    case.note("suspended", officer=by.officer_id, until=until.isoformat())


def refuse_suspension(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Let the clock run on."""
    desk.case.take(draft.step, by, reason=draft.reason)
    desk.case.note("suspension_refused", officer=by.officer_id, reason=draft.reason)


def resume(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Let the clock go on before its date."""
    _resume(desk, by, desk.now, draft.reason)


def resume_at_the_end(desk: Desk, ended_at: datetime) -> None:
    """Let the clock go on from its date, however late that is noticed."""
    _resume(desk, SYSTEM, ended_at, None)


def _resume(desk: Desk, by: Party, at: datetime, reason: str | None) -> None:
    case = desk.case
    case.take(Step.RESUME, by, reason=reason)
    clock = desk.running_clock(Stage.HANDLE)
    assert clock is not None, "what was suspended has a clock"
    stand = clockwork.resume(desk.connection, clock, case.world, at)
    desk.show_clock(stand)
    case.note(
        "resumed",
        officer=by.officer_id,
        reason=reason,
        resumed_at=at.isoformat(),
        due_at=stand.due_at.isoformat(),
    )
