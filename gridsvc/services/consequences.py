"""What follows from each step of the life-cycle: tasks, queues, clocks and new decisions."""

from collections.abc import Callable

from gridsvc.core.action import Standing as Party
from gridsvc.core.dispatch.decision import Purpose
from gridsvc.core.dispatch.reason import QueueReason
from gridsvc.core.life_cycle import State, Step
from gridsvc.core.matter import FilingCondition
from gridsvc.core.post import PostId
from gridsvc.core.step_reason import StepReason
from gridsvc.core.task import TaskState
from gridsvc.services import approvals, levels, oversight
from gridsvc.services.action_draft import ActionDraft, NobodyAvailable
from gridsvc.services.ask import Ask
from gridsvc.services.casework import Case
from gridsvc.services.desk import Desk
from gridsvc.services.report_draft import UnknownMatter

#: Stands for the post that the engine will find, where it is asked whether one may be given.
ANY_POST = PostId(0)


def acknowledge(desk: Desk, by: Party, _: ActionDraft) -> None:
    """Say that the task has been seen; who says so has it from now on."""
    desk.case.take(Step.ACKNOWLEDGE, by)
    desk.acknowledge(by.officer_id)
    desk.case.note("acknowledged", officer=by.officer_id)


def handle(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Say that it is solved, with proof; somebody else goes to look."""
    case = desk.case
    case.take(Step.HANDLE, by, photo_slots=draft.photo_slots)
    desk.finish_tasks(TaskState.DONE, by.officer_id)
    desk.stop_all_clocks()
    case.note("handled", officer=by.officer_id, action=str(draft.action_id))
    case.settle(Ask(purpose=Purpose.RECHECK, excluded_officers=case.incident.solvers))


def return_it(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Give it back to the dispatcher with a reason; the limit of handling runs on.

    Where authority is lacking it rises one level: to the dispatcher of those who have it.
    """
    case = desk.case
    case.take(Step.RETURN, by, reason=draft.reason)
    desk.finish_tasks(TaskState.RETURNED, by.officer_id)
    desk.stop_acknowledge_clock()
    case.note("returned", officer=by.officer_id, reason=draft.reason)
    ladder = case.world.rules.ladder
    above = ladder.above(case.incident.level or ladder.lowest)
    if draft.reason == StepReason.NEEDS_AUTHORITY and above is not None:
        levels.take_command(case, above)
        case.note("raised", level=above)
    case.enqueue_at_command(QueueReason.RETURNED)


def dispatch(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Give it to a chosen post, or to whom the engine finds; nobody there changes nothing."""
    case = desk.case
    # Before anything else: whether it may be done at all is not for the engine to say, and
    # giving it again to the post that has it takes no step that would be judged later.
    case.after(draft.step, by, post_id=draft.post_id or ANY_POST, reason=draft.reason)
    purpose = {
        State.VERIFYING: Purpose.VERIFY,
        State.REPORTED: Purpose.VERIFY,
        State.RECHECKING: Purpose.RECHECK,
    }.get(case.incident.state, Purpose.REDISPATCH)
    had = frozenset(task.post_id for task in desk.open_tasks)
    desk.cancel_tasks()
    desk.leave_queue()
    desk.stop_acknowledge_clock()
    if purpose is not Purpose.REDISPATCH:
        desk.stop_all_clocks()
    decision = case.settle(
        Ask(
            purpose=purpose,
            chosen_post=draft.post_id,
            excluded_posts=had | desk.returned_posts() if draft.post_id is None else frozenset(),
            excluded_officers=(
                case.incident.solvers if purpose is Purpose.RECHECK else frozenset()
            ),
            # a level that was raised stays raised
            raised_to=case.incident.level if purpose is Purpose.REDISPATCH else None,
            handle_clock=desk.handle_clock() if purpose is Purpose.REDISPATCH else None,
        ),
        by=by,
        reason=draft.reason,
    )
    if decision.assignment is None:
        raise NobodyAvailable(decision.shortfalls)


def request_verify(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Send somebody to see whether it exists."""
    dispatch(desk, by, draft)


def accept(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Admit a report and file it under a condition; it is dispatched at once."""
    case = desk.case
    condition = chosen_condition(case, draft)
    case.take(Step.ACCEPT, by, condition=condition, reason=draft.reason)
    desk.cancel_tasks()
    desk.leave_queue()
    desk.stop_all_clocks()
    case.note("accepted", condition=condition.code)
    case.settle(Ask(purpose=Purpose.FIRST, chosen_post=draft.post_id))


def chosen_condition(case: Case, draft: ActionDraft) -> FilingCondition:
    """Return the condition that the dispatcher chose, or the one the reporter did."""
    code = draft.condition or case.incident.condition
    condition = None if code is None else case.world.reference.conditions.get(code)
    if condition is None or condition.matter_code != case.incident.matter:
        raise UnknownMatter(
            f"choose one of the conditions of matter {case.incident.matter}: "
            f"{', '.join(c.code for c in case.matter.conditions)}"
        )
    return condition


def void(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """End it without work, with a reason."""
    desk.case.take(Step.VOID, by, reason=draft.reason)
    desk.cancel_tasks()
    desk.leave_queue()
    desk.stop_all_clocks()
    desk.case.note("voided", reason=draft.reason)


def verified(step: Step, kind: str) -> Callable[[Desk, Party, ActionDraft], None]:
    """Return what follows when somebody has been there and says what they found."""

    def follow(desk: Desk, by: Party, draft: ActionDraft) -> None:
        case = desk.case
        case.take(step, by, reason=draft.reason)
        desk.finish_tasks(TaskState.DONE, by.officer_id)
        desk.stop_all_clocks()
        case.note(kind, officer=by.officer_id)
        case.settle(Ask(purpose=Purpose.FIRST))

    return follow


def recheck_pass(desk: Desk, by: Party, _: ActionDraft) -> None:
    """Close it: somebody other than the solver has seen that it is solved."""
    case = desk.case
    case.take(Step.RECHECK_PASS, by)
    desk.finish_tasks(TaskState.DONE, by.officer_id)
    desk.leave_queue()
    desk.stop_all_clocks()
    case.note("closed", officer=by.officer_id)


def recheck_fail(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Send it back to be done again."""
    case = desk.case
    case.take(Step.RECHECK_FAIL, by, reason=draft.reason)
    desk.finish_tasks(TaskState.DONE, by.officer_id)
    desk.leave_queue()
    desk.stop_all_clocks()
    case.note("rework", officer=by.officer_id, reason=draft.reason)
    case.settle(Ask(purpose=Purpose.REWORK), reason="rework")


def self_fix(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Put it right on the spot, with a photo from before and one from after."""
    case = desk.case
    case.take(Step.SELF_FIX, by, photo_slots=draft.photo_slots)
    desk.cancel_tasks()
    desk.leave_queue()
    desk.stop_all_clocks()
    case.note("self_fixed", closed=not case.incident.is_open)
    case.settle(Ask(purpose=Purpose.FIRST, self_fix=True, has_photo_pair=True))


CONSEQUENCES: dict[Step, Callable[[Desk, Party, ActionDraft], None]] = {
    Step.ACKNOWLEDGE: acknowledge,
    Step.HANDLE: handle,
    Step.RETURN: return_it,
    Step.DISPATCH: dispatch,
    Step.REQUEST_VERIFY: request_verify,
    Step.ACCEPT: accept,
    Step.VOID: void,
    Step.VERIFY_CONFIRM: verified(Step.VERIFY_CONFIRM, "verified"),
    Step.VERIFY_DENY: verified(Step.VERIFY_DENY, "found_nothing"),
    Step.RECHECK_PASS: recheck_pass,
    Step.RECHECK_FAIL: recheck_fail,
    Step.SELF_FIX: self_fix,
    Step.REQUEST_EXTENSION: approvals.request_extension,
    Step.APPROVE_EXTENSION: approvals.approve_extension,
    Step.REFUSE_EXTENSION: approvals.refuse_extension,
    Step.REQUEST_SUSPENSION: approvals.request_suspension,
    Step.APPROVE_SUSPENSION: approvals.approve_suspension,
    Step.REFUSE_SUSPENSION: approvals.refuse_suspension,
    Step.RESUME: approvals.resume,
    Step.CHOOSE_LEVEL: levels.choose_level,
    Step.SUPERVISE: oversight.supervise,
    Step.FORCE_CLOSE: oversight.force_close,
    Step.APPEAL: oversight.appeal,
    Step.GRANT_APPEAL: oversight.grant_appeal,
    Step.REJECT_APPEAL: oversight.reject_appeal,
    Step.SATISFIED: oversight.satisfied,
    Step.UNSATISFIED: oversight.unsatisfied,
}
