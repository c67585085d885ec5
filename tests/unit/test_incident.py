from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.core.action import SYSTEM, Action, Standing
from gridsvc.core.incident import GUARDS, IllegalStep, Incident, IncidentId, Verification
from gridsvc.core.life_cycle import STEPS, TERMINAL_STATES, Guard, Role, State, Step
from gridsvc.core.matter import MatterCode
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import PostId
from gridsvc.core.report import PhotoSlot
from tests.domain_builders import DUMPING, LITTLE, RUBBISH, condition, incident

REPORTER, HANDLER, CHECKER, DISPATCHER = (OfficerId(n) for n in (7, 8, 9, 10))
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
    }
    return Action(step=step, by=by, **{**full, **given})


DISPATCHING = who(DISPATCHER, Role.DISPATCHER)
HANDLING = who(HANDLER, Role.ASSIGNEE)
CHECKING = who(CHECKER, Role.ASSIGNEE)
REPORTING = who(REPORTER, Role.REPORTER)


def after(start: Incident, *actions: Action) -> Incident:
    for action in actions:
        start = start.after(action)
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
        standing.after(action)

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
    moved = rechecking.after(replace(DISPATCH, post_id=PostId(99)))
    assert (moved.state, moved.post_id) == (State.RECHECKING, 1)


def test_a_photo_of_the_result_only_where_asked() -> None:
    quiet = condition(needs_after_photo=False)
    handled = after(incident(), *GIVEN).after(
        replace(HANDLE, condition=quiet, photo_slots=frozenset())
    )
    assert handled.state is State.RECHECKING


def test_the_steps_that_a_person_is_offered() -> None:
    handling = after(incident(), *GIVEN)
    assert handling.steps_for(HANDLING) == (Step.HANDLE, Step.RETURN)
    assert handling.steps_for(DISPATCHING) == (Step.DISPATCH, Step.VOID)
    assert handling.steps_for(REPORTING) == ()

    rechecking = handling.after(HANDLE)
    assert rechecking.steps_for(HANDLING) == (Step.ACKNOWLEDGE,)
    assert Step.RECHECK_PASS in rechecking.steps_for(CHECKING)
    assert incident().steps_for(REPORTING, RUBBISH) == (Step.SELF_FIX,)
    assert incident().steps_for(REPORTING, DUMPING) == ()


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


# The table as a whole


def reachable(start: State) -> set[State]:
    found, todo = {start}, [start]
    while todo:
        state = todo.pop()
        new = {t.target for t in STEPS if t.origin is state} - found
        found |= new
        todo += new
    return found


def test_every_state_is_reached_and_every_open_one_can_end() -> None:
    assert reachable(State.REPORTED) == set(State)
    assert all(reachable(s) & TERMINAL_STATES for s in State)
    assert all(State.CLOSED in reachable(s) for s in State if s is not State.VOIDED)


def test_nothing_leaves_the_end_but_what_was_wrongly_joined() -> None:
    leaving = [t for t in STEPS if t.origin in TERMINAL_STATES]
    assert {t.step for t in leaving} == {Step.UNJOIN}
    assert all(Guard.JOINED in t.guards for t in leaving)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param([FILE], State.FILED, id="what was filed is filed again"),
        pytest.param(GIVEN, State.FILED, id="whoever had it, it is given anew"),
        pytest.param([REQUEST_VERIFY, DENY], State.REPORTED, id="what was not filed is reported"),
    ],
)
def test_what_is_unjoined_goes_back_to_before_its_dispatch(
    before: list[Action], expected: State
) -> None:
    voided = after(replace(incident(), condition=None), *before, VOID)

    with pytest.raises(IllegalStep) as refused:
        voided.after(UNJOIN)
    assert refused.value.code == "joined"
    restored = after(replace(voided, joined_into=IncidentId(UUID(int=9))), UNJOIN)
    assert (restored.state, restored.joined_into, restored.post_id) == (expected, None, None)


def test_only_a_new_dispatch_moves_a_returned_incident() -> None:
    leaving = {t.step for t in STEPS if t.origin is State.RETURNED}
    assert leaving == {Step.DISPATCH, Step.VOID}


def test_every_step_and_guard_is_used_and_every_guard_is_judged() -> None:
    assert {t.step for t in STEPS} == set(Step)
    assert {guard for t in STEPS for guard in t.guards} == set(Guard) == set(GUARDS)


actions = st.builds(
    step,
    st.sampled_from(Step),
    st.builds(
        Standing,
        officer_id=st.sampled_from([REPORTER, HANDLER, CHECKER]),
        roles=st.just(frozenset(Role)) | st.frozensets(st.sampled_from(Role)),
    ),
    reason=st.sampled_from([None, "a reason"]),
    photo_slots=st.frozensets(st.sampled_from(PhotoSlot)),
    recheck_share=st.sampled_from([0.0, 1.0]),
)


@given(st.lists(actions, max_size=40))
def test_no_play_of_steps_breaks_the_rules(plays: list[Action]) -> None:
    current = incident()
    solvers: set[OfficerId] = set()
    for action in plays:
        before = current
        try:
            current = current.after(action)
        except IllegalStep:
            assert current is before
            continue
        assert before.is_open
        if before.state is State.RETURNED:
            assert action.step in {Step.DISPATCH, Step.VOID}
        if action.step in {Step.HANDLE, Step.SELF_FIX} and action.by.officer_id:
            solvers.add(action.by.officer_id)
        if before.state is State.RECHECKING and not current.is_open:
            assert action.by.officer_id not in solvers
        assert action.step in before.steps_for(action.by, action.matter, action.recheck_share)
