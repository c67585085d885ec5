"""The life-cycle as a table: which step leads from where to where, by whom, under which guards.

To change the life-cycle, change rows: the database, the diagram in `docs/life-cycle.md`
and what people are offered follow from them.
"""

from dataclasses import dataclass

from gridsvc.core.life_cycle import Guard, Role, State, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One allowed step. Of several from a state, the first whose guards hold is taken."""

    origin: State
    step: Step
    target: State
    roles: frozenset[Role]
    guards: tuple[Guard, ...] = ()


def _from(
    origins: tuple[State, ...],
    step: Step,
    target: State | None,
    roles: set[Role],
    *guards: Guard,
) -> tuple[Transition, ...]:
    """Write one row per origin; without a target the state stays."""
    return tuple(
        Transition(
            origin=origin,
            step=step,
            target=target or origin,
            roles=frozenset(roles),
            guards=guards,
        )
        for origin in origins
    )


_S, _D, _A, _R = Role.SYSTEM, Role.DISPATCHER, Role.ASSIGNEE, Role.REPORTER
_OPEN = tuple(state for state in State if state.is_open)
_AT_INTAKE = (State.REPORTED, State.FILED)
_WAITING = (State.FILED, State.RETURNED)
_GIVEN = (State.DISPATCHED, State.HANDLING)
_ASKED = (State.VERIFYING, State.RECHECKING)

#: the whole life-cycle; to add a step, add rows
STEPS: tuple[Transition, ...] = (
    # before filing
    *_from(
        (State.REPORTED,), Step.REQUEST_VERIFY, State.VERIFYING, {_S, _D}, Guard.NOT_VERIFIED_YET
    ),
    *_from((State.VERIFYING,), Step.VERIFY_CONFIRM, State.REPORTED, {_A}),
    # who went there says there is nothing; whether to void is for the dispatcher to decide
    *_from((State.VERIFYING,), Step.VERIFY_DENY, State.REPORTED, {_A}, Guard.REASON_GIVEN),
    *_from((State.REPORTED,), Step.FILE, State.FILED, {_S}, Guard.CONDITION_CHOSEN),
    *_from(
        (State.REPORTED,),
        Step.ACCEPT,
        State.FILED,
        {_S, _D},
        Guard.CONDITION_CHOSEN,
        Guard.VERIFIED_WHERE_ASKED,
    ),
    # the inspector's fix on the spot: closed, but for the share that somebody else re-checks
    *(
        row
        for target, drawn in (
            (State.CLOSED, Guard.NOT_SAMPLED),
            (State.RECHECKING, Guard.SAMPLED),
        )
        for row in _from(
            _AT_INTAKE,
            Step.SELF_FIX,
            target,
            {_R},
            Guard.SELF_FIX_ALLOWED,
            Guard.PHOTO_PAIR,
            drawn,
        )
    ),
    # giving it to somebody; moving it from one to another needs a reason
    *_from(_WAITING, Step.DISPATCH, State.DISPATCHED, {_S, _D}, Guard.POST_CHOSEN),
    # what an unsatisfied reporter opened again stands before the supervisor too
    *_from(
        (State.FILED,),
        Step.DISPATCH,
        State.DISPATCHED,
        {Role.SUPERVISOR},
        Guard.POST_CHOSEN,
        Guard.REOPENED,
    ),
    *_from(
        _GIVEN,
        Step.DISPATCH,
        State.DISPATCHED,
        {_S, _D},
        Guard.NOT_SUSPENDED,
        Guard.POST_CHOSEN,
        Guard.REASON_GIVEN,
    ),
    *_from(_ASKED, Step.DISPATCH, None, {_S, _D}, Guard.POST_CHOSEN, Guard.REASON_GIVEN),
    # solving it
    *_from((State.DISPATCHED,), Step.ACKNOWLEDGE, State.HANDLING, {_A}),
    *_from(_ASKED, Step.ACKNOWLEDGE, None, {_A}),
    *_from(_GIVEN, Step.HANDLE, State.RECHECKING, {_A}, Guard.AFTER_PHOTO),
    *_from(_GIVEN, Step.RETURN, State.RETURNED, {_A}, Guard.NOT_SUSPENDED, Guard.REASON_GIVEN),
    # showing that it is solved
    *_from(
        (State.RECHECKING,),
        Step.RECHECK_PASS,
        State.CLOSED,
        {_A},
        Guard.CHECKER_IS_NOT_SOLVER,
    ),
    # 返工 goes back to the post that had it; a failed self-fix is dispatched for the first time
    *(
        row
        for target, history in (
            (State.DISPATCHED, Guard.WAS_DISPATCHED),
            (State.FILED, Guard.NEVER_DISPATCHED),
        )
        for row in _from(
            (State.RECHECKING,),
            Step.RECHECK_FAIL,
            target,
            {_A},
            Guard.CHECKER_IS_NOT_SOLVER,
            Guard.REASON_GIVEN,
            history,
        )
    ),
    *_from(
        (State.REPORTED, State.VERIFYING, State.FILED, *_GIVEN, State.RETURNED),
        Step.VOID,
        State.VOIDED,
        {_D},
        Guard.REASON_GIVEN,
    ),
    # back to where it was filed, or reported if it never was; what else is voided stays so
    *(
        row
        for target, known in ((State.FILED, (Guard.CONDITION_KNOWN,)), (State.REPORTED, ()))
        for row in _from(
            (State.VOIDED,), Step.UNJOIN, target, {_D}, Guard.JOINED, Guard.REASON_GIVEN, *known
        )
    ),
    # 延期: while it is asked for, the clock runs; a refusal is free and not counted
    *_from(
        (State.HANDLING,),
        Step.REQUEST_EXTENSION,
        None,
        {_A},
        Guard.NOTHING_ASKED,
        Guard.NOT_SUSPENDED,
        Guard.NOT_OVERDUE,
        Guard.EXTENSIONS_LEFT,
        Guard.REASON_GIVEN,
    ),
    *_from(
        (State.HANDLING,),
        Step.APPROVE_EXTENSION,
        None,
        {Role.APPROVER},
        Guard.EXTENSION_ASKED,
        Guard.NOT_THE_ASKER,
        Guard.NOT_OVERDUE,
        Guard.EXTENSIONS_LEFT,
    ),
    *_from(
        (State.HANDLING,),
        Step.REFUSE_EXTENSION,
        None,
        {Role.APPROVER},
        Guard.EXTENSION_ASKED,
        Guard.NOT_THE_ASKER,
        Guard.REASON_GIVEN,
    ),
    # 挂账: once, with an end; whoever has it keeps it
    *_from(
        (State.HANDLING,),
        Step.REQUEST_SUSPENSION,
        None,
        {_A},
        Guard.NOTHING_ASKED,
        Guard.NEVER_SUSPENDED,
        Guard.REASON_GIVEN,
        Guard.END_CHOSEN,
    ),
    *_from(
        (State.HANDLING,),
        Step.APPROVE_SUSPENSION,
        None,
        {Role.COMMANDER},
        Guard.SUSPENSION_ASKED,
        Guard.NOT_THE_ASKER,
        Guard.END_AHEAD,
    ),
    *_from(
        (State.HANDLING,),
        Step.REFUSE_SUSPENSION,
        None,
        {Role.COMMANDER},
        Guard.SUSPENSION_ASKED,
        Guard.NOT_THE_ASKER,
        Guard.REASON_GIVEN,
    ),
    *_from((State.HANDLING,), Step.RESUME, None, {_S, Role.COMMANDER}, Guard.SUSPENDED),
    # 分级应对: a person confirms the level suggested, or chooses another; who has it may change
    *_from(
        tuple(state for state in _OPEN if state is not State.RECHECKING),
        Step.CHOOSE_LEVEL,
        None,
        {_D},
        Guard.NOT_SUSPENDED,
        Guard.LEVEL_CHOSEN,
    ),
    # from above
    *_from(_OPEN, Step.SUPERVISE, None, {Role.SUPERVISOR}, Guard.NOTE_GIVEN, Guard.END_CHOSEN),
    *_from(
        _OPEN,
        Step.FORCE_CLOSE,
        State.CLOSED,
        {Role.HEAD},
        Guard.CHECKER_IS_NOT_SOLVER,
        Guard.REASON_GIVEN,
    ),
    # 申诉: once, for time alone; two reviewers must agree
    *_from(
        (State.CLOSED,),
        Step.APPEAL,
        None,
        {Role.RESPONSIBLE},
        Guard.NOTHING_ASKED,
        Guard.WAS_LATE,
        Guard.NEVER_APPEALED,
        Guard.REASON_GIVEN,
    ),
    *_from(
        (State.CLOSED,),
        Step.GRANT_APPEAL,
        None,
        {Role.REVIEWER},
        Guard.APPEAL_ASKED,
        Guard.NOT_THE_ASKER,
        Guard.ANOTHER_REVIEWER,
    ),
    *_from(
        (State.CLOSED,),
        Step.REJECT_APPEAL,
        None,
        {Role.REVIEWER},
        Guard.APPEAL_ASKED,
        Guard.NOT_THE_ASKER,
        Guard.ANOTHER_REVIEWER,
        Guard.REASON_GIVEN,
    ),
    # 回访: asked once
    *_from((State.CLOSED,), Step.SATISFIED, None, {Role.SENDER}, Guard.NOT_ANSWERED_YET),
    *(
        row
        for target, known in ((State.FILED, (Guard.CONDITION_KNOWN,)), (State.REPORTED, ()))
        for row in _from(
            (State.CLOSED,),
            Step.UNSATISFIED,
            target,
            {Role.SENDER},
            Guard.NOT_ANSWERED_YET,
            *known,
        )
    ),
)

#: the rows of STEPS by where they start
STEPS_FROM: dict[tuple[State, Step], tuple[Transition, ...]] = {
    (state, step): rows
    for state in State
    for step in Step
    if (rows := tuple(t for t in STEPS if t.origin is state and t.step is step))
}
