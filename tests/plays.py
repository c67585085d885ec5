"""Steps that people take on an incident in tests, each with all that a guard could ask for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from gridsvc.core.action import SYSTEM, Action, Standing, Timing
from gridsvc.core.incident import Incident
from gridsvc.core.life_cycle import Role, Step
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import PostId
from gridsvc.core.progress import after as stepped
from gridsvc.core.report import PhotoSlot
from tests.domain_builders import (
    CITY,
    LITTLE,
    NOON,
    RUBBISH,
)

REPORTER, HANDLER, CHECKER, DISPATCHER, REVIEWER = (OfficerId(n) for n in (7, 8, 9, 10, 11))
#: the limit ends an hour after the step
IN_TIME = Timing(now=NOON, due_at=NOON + timedelta(hours=1))
LATE = Timing(now=NOON, due_at=NOON, breached_at=NOON)
PHOTOS = frozenset(PhotoSlot)


def who(officer: OfficerId, *roles: Role) -> Standing:
    return Standing(officer_id=officer, roles=frozenset(roles))


def step(step: Step, by: Standing, **given: Any) -> Action:
    """A step with everything a guard could ask for, but for what is given otherwise."""
    full: dict[str, Any] = {
        "reason": "wrong address",
        "photo_slots": PHOTOS,
        "matter": RUBBISH,
        "condition": LITTLE,
        "post_id": PostId(1),
        "timing": IN_TIME,
        "has_note": True,
        "until": NOON + timedelta(days=30),
    }
    return Action(step=step, by=by, **{**full, **given})


DISPATCHING = who(DISPATCHER, Role.DISPATCHER)
HANDLING = who(HANDLER, Role.ASSIGNEE)
CHECKING = who(CHECKER, Role.ASSIGNEE)
REPORTING = who(REPORTER, Role.REPORTER)


def after(start: Incident, *actions: Action) -> Incident:
    for action in actions:
        start = stepped(start, action)
    return start


FILE = step(Step.FILE, SYSTEM)
DISPATCH = step(Step.DISPATCH, SYSTEM, department="cg")
ACKNOWLEDGE = step(Step.ACKNOWLEDGE, HANDLING)
HANDLE = step(Step.HANDLE, HANDLING)
RETURN = step(Step.RETURN, HANDLING)
PASS = step(Step.RECHECK_PASS, CHECKING)
FAIL = step(Step.RECHECK_FAIL, CHECKING)
REQUEST_VERIFY = step(Step.REQUEST_VERIFY, SYSTEM)
CONFIRM = step(Step.VERIFY_CONFIRM, CHECKING)
DENY = step(Step.VERIFY_DENY, CHECKING)
ACCEPT = step(Step.ACCEPT, DISPATCHING)
VOID = step(Step.VOID, DISPATCHING)
UNJOIN = step(Step.UNJOIN, DISPATCHING)
SELF_FIX = step(Step.SELF_FIX, REPORTING)
SAMPLED_SELF_FIX = step(Step.SELF_FIX, REPORTING, recheck_share=1.0)
GIVEN = (FILE, DISPATCH, ACKNOWLEDGE)
IN_COMMAND = who(DISPATCHER, Role.APPROVER, Role.COMMANDER, Role.HEAD)
SUPERVISING = Standing(
    officer_id=DISPATCHER, roles=frozenset({Role.SUPERVISOR, Role.REVIEWER}), level=CITY
)
SENDING = who(REPORTER, Role.SENDER)
EXTEND = step(Step.REQUEST_EXTENSION, HANDLING)
LONGER = step(Step.APPROVE_EXTENSION, IN_COMMAND)
SHORTER = step(Step.REFUSE_EXTENSION, IN_COMMAND)
SUSPEND = step(Step.REQUEST_SUSPENSION, HANDLING)
HOLD = step(Step.APPROVE_SUSPENSION, IN_COMMAND)
RESUME = step(Step.RESUME, IN_COMMAND)
URGE = step(Step.SUPERVISE, SUPERVISING)
FORCE = step(Step.FORCE_CLOSE, IN_COMMAND)
APPEAL = step(Step.APPEAL, who(HANDLER, Role.RESPONSIBLE))
LATE_APPEAL = replace(APPEAL, timing=LATE)
GRANT = step(Step.GRANT_APPEAL, SUPERVISING)
REJECT = step(Step.REJECT_APPEAL, SUPERVISING)
SATISFIED = step(Step.SATISFIED, SENDING)
UNSATISFIED = step(Step.UNSATISFIED, SENDING)
#: what may still be done to an incident that has ended, without moving it
AFTER_THE_END = {
    *(Step.APPEAL, Step.GRANT_APPEAL, Step.REJECT_APPEAL, Step.SATISFIED, Step.UNSATISFIED),
}
