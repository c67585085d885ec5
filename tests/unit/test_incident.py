from dataclasses import replace
from uuid import UUID

import pytest

from gridsvc.core.action import Action, IllegalStep
from gridsvc.core.incident import Verification
from gridsvc.core.life_cycle import Role, State, Step
from gridsvc.core.matter import MatterCode
from gridsvc.core.post import PostId
from gridsvc.core.progress import steps_for
from gridsvc.core.report import PhotoSlot
from tests.domain_builders import (
    DUMPING,
    LITTLE,
    RUBBISH,
    condition,
    incident,
)
from tests.plays import (
    ACCEPT,
    ACKNOWLEDGE,
    CHECKING,
    CONFIRM,
    DENY,
    DISPATCH,
    DISPATCHING,
    FAIL,
    FILE,
    GIVEN,
    HANDLE,
    HANDLER,
    HANDLING,
    IN_TIME,
    LATE,
    PASS,
    REPORTER,
    REPORTING,
    REQUEST_VERIFY,
    RETURN,
    SAMPLED_SELF_FIX,
    SELF_FIX,
    VOID,
    after,
    who,
)


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        pytest.param([*GIVEN, HANDLE, PASS], State.CLOSED, id="an inspector's report"),
        pytest.param(
            [REQUEST_VERIFY, CONFIRM, ACCEPT, DISPATCH, HANDLE, PASS],
            State.CLOSED,
            id="a resident's report",
        ),
        pytest.param([REQUEST_VERIFY, DENY, VOID], State.VOIDED, id="there was nothing there"),
        pytest.param([REQUEST_VERIFY, DENY, ACCEPT], State.FILED, id="accepted all the same"),
        pytest.param([*GIVEN, RETURN], State.RETURNED, id="退单"),
        pytest.param([*GIVEN, RETURN, DISPATCH], State.DISPATCHED, id="退单, then a new dispatch"),
        pytest.param([*GIVEN, HANDLE, FAIL], State.DISPATCHED, id="返工"),
        pytest.param([*GIVEN, HANDLE, FAIL, HANDLE, PASS], State.CLOSED, id="返工, then solved"),
        pytest.param([FILE, SELF_FIX], State.CLOSED, id="自行处置"),
        pytest.param([SELF_FIX], State.CLOSED, id="自行处置 at once"),
        pytest.param([FILE, SAMPLED_SELF_FIX], State.RECHECKING, id="自行处置, drawn for 核查"),
        pytest.param([FILE, SAMPLED_SELF_FIX, FAIL], State.FILED, id="自行处置 that failed"),
        pytest.param([FILE, DISPATCH, DISPATCH], State.DISPATCHED, id="re-routed with a reason"),
    ],
)
def test_the_main_chain(actions: list[Action], expected: State) -> None:
    assert after(incident(), *actions).state is expected


@pytest.mark.parametrize(
    ("before", "action", "code"),
    [
        pytest.param([], DISPATCH, "wrong_state", id="nothing is dispatched unfiled"),
        pytest.param([FILE], replace(DISPATCH, post_id=None), "post_chosen", id="to nobody"),
        pytest.param([], replace(FILE, condition=None), "condition_chosen", id="no condition"),
        pytest.param(
            [],
            replace(FILE, condition=condition(matter_code=MatterCode("noise"))),
            "condition_chosen",
            id="the condition of another matter",
        ),
        pytest.param(GIVEN, replace(RETURN, reason=" "), "reason_given", id="退单 without reason"),
        pytest.param(GIVEN, replace(VOID, reason=None), "reason_given", id="作废 without reason"),
        pytest.param(GIVEN, replace(DISPATCH, reason=None), "reason_given", id="re-route without"),
        pytest.param(
            GIVEN,
            replace(HANDLE, photo_slots=frozenset({PhotoSlot.BEFORE})),
            "after_photo",
            id="no photo of the result",
        ),
        pytest.param(
            [*GIVEN, HANDLE], replace(PASS, by=HANDLING), "checker_is_not_solver", id="own check"
        ),
        pytest.param(
            [*GIVEN, HANDLE], replace(FAIL, by=HANDLING), "checker_is_not_solver", id="own blame"
        ),
        pytest.param(
            [FILE, SAMPLED_SELF_FIX],
            replace(PASS, by=who(REPORTER, Role.ASSIGNEE)),
            "checker_is_not_solver",
            id="the inspector checks their own fix",
        ),
        pytest.param(
            [*GIVEN, RETURN], ACKNOWLEDGE, "wrong_state", id="退单 moves by dispatch only"
        ),
        pytest.param([*GIVEN, RETURN], HANDLE, "wrong_state", id="退单 is not handled"),
        pytest.param(GIVEN, replace(HANDLE, by=REPORTING), "not_yours", id="somebody else's task"),
        pytest.param([], replace(ACCEPT, by=HANDLING), "not_yours", id="受理 is the dispatcher's"),
        pytest.param([], replace(SELF_FIX, by=HANDLING), "not_yours", id="not who reported it"),
        pytest.param(
            [], replace(SELF_FIX, matter=DUMPING), "self_fix_allowed", id="not this matter"
        ),
        pytest.param(
            [],
            replace(SELF_FIX, photo_slots=frozenset({PhotoSlot.AFTER})),
            "photo_pair",
            id="自行处置 without its photo pair",
        ),
        pytest.param(
            [REQUEST_VERIFY, CONFIRM], REQUEST_VERIFY, "not_verified_yet", id="核实 twice"
        ),
        pytest.param(
            [REQUEST_VERIFY, DENY],
            replace(ACCEPT, reason=None),
            "verified_where_asked",
            id="accepting what was denied, without reason",
        ),
    ],
)
def test_refusals(before: list[Action], action: Action, code: str) -> None:
    standing = after(incident(), *before)

    with pytest.raises(IllegalStep) as refusal:
        after(standing, action)

    assert refusal.value.code == code
    assert str(refusal.value)


def test_what_the_steps_write_down() -> None:
    returned = after(incident(), *GIVEN, RETURN)
    assert (returned.return_count, returned.post_id) == (1, None)

    reworked = after(incident(), *GIVEN, HANDLE, FAIL)
    assert (reworked.rework_count, reworked.post_id, reworked.department) == (1, 1, "cg")
    assert reworked.solvers == {HANDLER}

    filed = after(incident(), REQUEST_VERIFY, CONFIRM, ACCEPT)
    assert (filed.condition, filed.verification) == (LITTLE.code, Verification.CONFIRMED)


def test_giving_a_recheck_to_another_leaves_the_responsibility() -> None:
    rechecking = after(incident(), *GIVEN, HANDLE)
    moved = after(rechecking, replace(DISPATCH, post_id=PostId(99)))
    assert (moved.state, moved.post_id) == (State.RECHECKING, 1)


def test_a_photo_of_the_result_only_where_asked() -> None:
    quiet = condition(needs_after_photo=False)
    handled = after(incident(), *GIVEN, replace(HANDLE, condition=quiet, photo_slots=frozenset()))
    assert handled.state is State.RECHECKING


def test_the_steps_that_a_person_is_offered() -> None:
    handling = after(incident(), *GIVEN)
    assert steps_for(handling, HANDLING, IN_TIME) == (
        *(Step.HANDLE, Step.RETURN, Step.REQUEST_EXTENSION, Step.REQUEST_SUSPENSION),
    )
    assert steps_for(handling, HANDLING, LATE) == (
        *(Step.HANDLE, Step.RETURN, Step.REQUEST_SUSPENSION),
    )
    assert steps_for(handling, DISPATCHING, IN_TIME) == (
        *(Step.DISPATCH, Step.VOID, Step.CHOOSE_LEVEL),
    )
    assert steps_for(handling, REPORTING, IN_TIME) == ()

    rechecking = after(handling, HANDLE)
    assert steps_for(rechecking, HANDLING, IN_TIME) == (Step.ACKNOWLEDGE,)
    assert Step.RECHECK_PASS in steps_for(rechecking, CHECKING, IN_TIME)
    assert steps_for(incident(), REPORTING, IN_TIME, RUBBISH) == (Step.SELF_FIX,)
    assert steps_for(incident(), REPORTING, IN_TIME, DUMPING) == ()


def test_the_rechecked_share_is_drawn_by_the_id() -> None:
    many = [incident(incident_id=UUID(int=n)) for n in range(4000)]
    drawn = {i.incident_id for i in many if i.is_sampled(0.05)}

    # 4,000 × 5 % = 200, standard deviation 14
    assert 140 < len(drawn) < 260
    assert drawn <= {i.incident_id for i in many if i.is_sampled(0.10)}
    assert not any(i.is_sampled(0.0) for i in many)
    assert all(i.is_sampled(1.0) for i in many)


def test_instants_carry_their_zone() -> None:
    with pytest.raises(ValueError, match="received_at"):
        incident(received_at=incident().received_at.replace(tzinfo=None))
