"""The table of the life-cycle as a whole."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.core.action import Action, IllegalStep, Standing
from gridsvc.core.guard import GUARDS
from gridsvc.core.incident import IncidentId
from gridsvc.core.life_cycle import TERMINAL_STATES, Guard, Role, State, Step
from gridsvc.core.officer import OfficerId
from gridsvc.core.progress import steps_for
from gridsvc.core.report import PhotoSlot
from gridsvc.core.transition import STEPS
from tests.domain_builders import (
    incident,
)
from tests.plays import (
    AFTER_THE_END,
    CHECKER,
    DENY,
    DISPATCH,
    FILE,
    FORCE,
    GIVEN,
    HANDLE,
    HANDLER,
    IN_TIME,
    LATE,
    PASS,
    REPORTER,
    REQUEST_VERIFY,
    RETURN,
    UNJOIN,
    VOID,
    after,
    step,
)


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


#: how each state is come to; the guards are judged, which the table alone does not show
WAY_TO: dict[State, list[Action]] = {
    State.REPORTED: [],
    State.VERIFYING: [REQUEST_VERIFY],
    State.FILED: [FILE],
    State.DISPATCHED: [FILE, DISPATCH],
    State.HANDLING: [*GIVEN],
    State.RECHECKING: [*GIVEN, HANDLE],
    State.RETURNED: [*GIVEN, RETURN],
    State.CLOSED: [*GIVEN, HANDLE, PASS],
    State.VOIDED: [VOID],
}


@pytest.mark.parametrize("state", State)
def test_every_state_is_come_to_and_every_open_one_ends_under_its_guards(state: State) -> None:
    there = after(incident(), *WAY_TO[state])

    assert there.state is state
    if state.is_open:
        assert after(there, FORCE).state is State.CLOSED
    if state.is_open and state is not State.RECHECKING:
        assert after(there, VOID).state is State.VOIDED


def test_nothing_leaves_the_end_but_what_was_wrongly_joined_or_is_not_solved_after_all() -> None:
    leaving = [t for t in STEPS if t.origin in TERMINAL_STATES]
    assert {t.step for t in leaving} == {Step.UNJOIN, *AFTER_THE_END}
    assert {t.step for t in leaving if t.target is not t.origin} == {Step.UNJOIN, Step.UNSATISFIED}
    assert all(Guard.JOINED in t.guards for t in leaving if t.origin is State.VOIDED)


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
        after(voided, UNJOIN)
    assert refused.value.code == "joined"
    restored = after(replace(voided, joined_into=IncidentId(UUID(int=9))), UNJOIN)
    assert (restored.state, restored.joined_into, restored.post_id) == (expected, None, None)


def test_only_a_new_dispatch_moves_a_returned_incident() -> None:
    leaving = {t.step for t in STEPS if t.origin is State.RETURNED and t.target is not t.origin}
    assert leaving == {Step.DISPATCH, Step.VOID, Step.FORCE_CLOSE}


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
    timing=st.sampled_from([IN_TIME, LATE]),
)


@given(st.lists(actions, max_size=40))
def test_no_play_of_steps_breaks_the_rules(plays: list[Action]) -> None:
    current = incident()
    solvers: set[OfficerId] = set()
    for action in plays:
        before = current
        try:
            current = after(current, action)
        except IllegalStep:
            assert current is before
            continue
        assert before.is_open or action.step in {Step.UNJOIN, *AFTER_THE_END}
        if before.state is State.RETURNED and current.state is not before.state:
            assert action.step in {Step.DISPATCH, Step.VOID, Step.FORCE_CLOSE}
        assert current.extension_count <= 2
        assert current.suspension_count <= 1
        assert current.reopen_count <= 1
        assert before.exempted_at is None or current.exempted_at == before.exempted_at
        if not current.is_open:
            assert not current.is_suspended
        if action.step in {Step.HANDLE, Step.SELF_FIX} and action.by.officer_id:
            solvers.add(action.by.officer_id)
        if before.state is State.RECHECKING and not current.is_open:
            assert action.by.officer_id not in solvers
        assert action.step in steps_for(
            before, action.by, action.timing, action.matter, action.recheck_share
        )
    if current.is_open:
        assert not after(current, FORCE).is_open  # whatever was done to it, it can be ended
