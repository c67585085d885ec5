"""The life-cycle of an incident 案件 as data: states, steps, who may, under which guards.

The terms follow the national usage: 核实 verify comes before filing (does the
reported thing exist?), 核查 re-check after disposal (is it fixed?). Being overdue is
a fact about a clock and never a state. Guards are named here and judged in `incident`.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where an incident stands."""

    REPORTED = "reported"  # 上报: awaits verification or acceptance
    VERIFYING = "verifying"  # 核实
    FILED = "filed"  # 立案: awaits dispatch
    DISPATCHED = "dispatched"  # 派遣
    HANDLING = "handling"  # 处置中
    RECHECKING = "rechecking"  # 待核查
    RETURNED = "returned"  # 退单: awaits a new dispatch
    CLOSED = "closed"  # 结案
    VOIDED = "voided"  # 作废

    @property
    def is_open(self) -> bool:
        """Whether somebody must still own the incident."""
        return self not in TERMINAL_STATES


TERMINAL_STATES = frozenset({State.CLOSED, State.VOIDED})


class Step(StrEnum):
    """What is done to an incident."""

    REQUEST_VERIFY = "request_verify"
    VERIFY_CONFIRM = "verify_confirm"
    VERIFY_DENY = "verify_deny"
    FILE = "file"
    ACCEPT = "accept"  # 受理 and 立案 in one act of the dispatcher
    DISPATCH = "dispatch"
    ACKNOWLEDGE = "acknowledge"
    HANDLE = "handle"
    RETURN = "return"
    RECHECK_PASS = "recheck_pass"
    RECHECK_FAIL = "recheck_fail"  # 返工
    SELF_FIX = "self_fix"  # 自行处置
    VOID = "void"
    UNJOIN = "unjoin"  # it was taken for the same as another one, and is not


class Role(StrEnum):
    """What somebody is to one incident; a duty alone gives no right to act on it."""

    SYSTEM = "system"
    DISPATCHER = "dispatcher"  # of a division over the incident
    ASSIGNEE = "assignee"  # holds its open task
    REPORTER = "reporter"  # the officer who reported it


class Guard(StrEnum):
    """A condition on a step, beyond the state and the role."""

    REASON_GIVEN = "reason_given"
    CONDITION_CHOSEN = "condition_chosen"
    POST_CHOSEN = "post_chosen"
    AFTER_PHOTO = "after_photo"
    PHOTO_PAIR = "photo_pair"
    SELF_FIX_ALLOWED = "self_fix_allowed"
    CHECKER_IS_NOT_SOLVER = "checker_is_not_solver"
    NOT_VERIFIED_YET = "not_verified_yet"
    VERIFIED_WHERE_ASKED = "verified_where_asked"
    #: these two choose between the two ends of a failed re-check
    WAS_DISPATCHED = "was_dispatched"
    NEVER_DISPATCHED = "never_dispatched"
    #: and these two between the two ends of a self-fix
    SAMPLED = "sampled"
    NOT_SAMPLED = "not_sampled"
    JOINED = "joined"
    CONDITION_KNOWN = "condition_known"


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
    *_from(
        _GIVEN,
        Step.DISPATCH,
        State.DISPATCHED,
        {_S, _D},
        Guard.POST_CHOSEN,
        Guard.REASON_GIVEN,
    ),
    *_from(_ASKED, Step.DISPATCH, None, {_S, _D}, Guard.POST_CHOSEN, Guard.REASON_GIVEN),
    # solving it
    *_from((State.DISPATCHED,), Step.ACKNOWLEDGE, State.HANDLING, {_A}),
    *_from(_ASKED, Step.ACKNOWLEDGE, None, {_A}),
    *_from(_GIVEN, Step.HANDLE, State.RECHECKING, {_A}, Guard.AFTER_PHOTO),
    *_from(_GIVEN, Step.RETURN, State.RETURNED, {_A}, Guard.REASON_GIVEN),
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
)

#: the rows of STEPS by where they start
STEPS_FROM: dict[tuple[State, Step], tuple[Transition, ...]] = {
    (state, step): rows
    for state in State
    for step in Step
    if (rows := tuple(t for t in STEPS if t.origin is state and t.step is step))
}
