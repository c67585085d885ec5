"""Asking for time, supervision, and what may still be said after closing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gridsvc.core.action import Action, IllegalStep, Timing
from gridsvc.core.life_cycle import Role, State
from gridsvc.core.request import Request, RequestKind, Satisfaction
from tests.domain_builders import (
    CITY,
    NOON,
    incident,
)
from tests.plays import (
    APPEAL,
    DISPATCH,
    DISPATCHING,
    EXTEND,
    FILE,
    FORCE,
    GIVEN,
    GRANT,
    HANDLE,
    HANDLER,
    HOLD,
    IN_TIME,
    LATE,
    LATE_APPEAL,
    LONGER,
    PASS,
    REJECT,
    RESUME,
    RETURN,
    REVIEWER,
    SATISFIED,
    SHORTER,
    SUPERVISING,
    SUSPEND,
    UNSATISFIED,
    URGE,
    after,
    who,
)


@pytest.mark.parametrize(
    ("before", "action", "code"),
    [
        pytest.param([FILE, DISPATCH], EXTEND, "wrong_state", id="延期 before it was acknowledged"),
        pytest.param([], replace(EXTEND, reason=None), "reason_given", id="延期 without reason"),
        pytest.param([], replace(EXTEND, timing=LATE), "not_overdue", id="延期 after expiry"),
        pytest.param([EXTEND], EXTEND, "nothing_asked", id="asking twice"),
        pytest.param([EXTEND], SUSPEND, "nothing_asked", id="asking for two things"),
        pytest.param([], LONGER, "extension_asked", id="what nobody asked for"),
        pytest.param(
            [EXTEND],
            replace(LONGER, by=who(HANDLER, Role.APPROVER)),
            "not_the_asker",
            id="own 延期",
        ),
        pytest.param([EXTEND], replace(LONGER, timing=LATE), "not_overdue", id="too late to grant"),
        pytest.param([EXTEND], replace(LONGER, by=DISPATCHING), "not_yours", id="not in command"),
        pytest.param([EXTEND, LONGER] * 2, EXTEND, "extensions_left", id="a third 延期"),
        pytest.param([], replace(SUSPEND, until=None), "end_chosen", id="挂账 without an end"),
        pytest.param([], replace(SUSPEND, until=NOON), "end_chosen", id="挂账 that has ended"),
        pytest.param(
            [], replace(SUSPEND, until=NOON + timedelta(days=366)), "end_chosen", id="over a year"
        ),
        pytest.param(
            [SUSPEND],
            replace(HOLD, timing=Timing(now=NOON + timedelta(days=31))),
            "end_ahead",
            id="挂账 whose end passed unanswered",
        ),
        pytest.param([SUSPEND, HOLD, RESUME], SUSPEND, "never_suspended", id="挂账 twice"),
        pytest.param([SUSPEND, HOLD], EXTEND, "not_suspended", id="延期 of what stands still"),
        pytest.param([SUSPEND, HOLD], RETURN, "not_suspended", id="退单 of what stands still"),
        pytest.param([SUSPEND, HOLD], DISPATCH, "not_suspended", id="改派 of what stands still"),
        pytest.param([], RESUME, "suspended", id="resuming what runs"),
        pytest.param([], replace(URGE, has_note=False), "note_given", id="督办 without demand"),
        pytest.param([], replace(URGE, until=None), "end_chosen", id="督办 without deadline"),
        pytest.param([], replace(FORCE, reason=None), "reason_given", id="强制结案 without reason"),
        pytest.param([HANDLE, PASS], APPEAL, "was_late", id="申诉 of what was in time"),
        pytest.param([HANDLE, PASS, LATE_APPEAL, REJECT], LATE_APPEAL, "never_appealed", id="二次"),
        pytest.param(
            [HANDLE, PASS, LATE_APPEAL],
            replace(GRANT, by=who(HANDLER, Role.REVIEWER)),
            "not_the_asker",
            id="own 申诉",
        ),
        pytest.param(
            [HANDLE, PASS, LATE_APPEAL, GRANT], GRANT, "another_reviewer", id="one reviewer twice"
        ),
        pytest.param([HANDLE, PASS, SATISFIED], UNSATISFIED, "not_answered_yet", id="回访 twice"),
        pytest.param(
            [HANDLE, PASS, UNSATISFIED, DISPATCH, HANDLE, PASS],
            UNSATISFIED,
            "not_answered_yet",
            id="opened again once",
        ),
        pytest.param(
            [RETURN], replace(DISPATCH, by=SUPERVISING), "not_yours", id="督导 gives what came back"
        ),
    ],
)
def test_refusals_around_time(before: list[Action], action: Action, code: str) -> None:
    given = () if before[:1] == [FILE] else GIVEN
    standing = after(incident(), *given, *before)

    with pytest.raises(IllegalStep) as refusal:
        after(standing, action)

    assert refusal.value.code == code


def test_a_refusal_is_free_and_not_counted() -> None:
    asked = after(incident(), *GIVEN, EXTEND)
    assert asked.request == Request(
        kind=RequestKind.EXTENSION, asked_by=HANDLER, asked_at=IN_TIME.now
    )

    refused = after(asked, SHORTER, EXTEND, SHORTER, EXTEND, SHORTER)
    assert (refused.request, refused.extension_count) == (None, 0)
    assert after(refused, EXTEND, LONGER, EXTEND, LONGER).extension_count == 2


def test_a_suspended_incident_stays_with_who_has_it_until_it_is_resumed_or_done() -> None:
    held = after(incident(), *GIVEN, SUSPEND, HOLD)
    assert (held.state, held.post_id, held.is_suspended) == (State.HANDLING, 1, True)
    assert held.suspended_until == NOON + timedelta(days=30)

    assert not after(held, RESUME).is_suspended
    assert not after(held, HANDLE).is_suspended
    assert not after(held, FORCE).is_suspended


def test_what_was_asked_for_lapses_with_the_work_it_was_asked_for() -> None:
    assert after(incident(), *GIVEN, EXTEND, HANDLE).request is None
    assert after(incident(), *GIVEN, SUSPEND, DISPATCH).request is None


def test_supervision_moves_nothing_and_everybody_sees_it() -> None:
    urged = after(incident(), *GIVEN, URGE)
    assert (urged.state, urged.post_id) == (State.HANDLING, 1)
    assert urged.supervision is not None
    assert (urged.supervision.level, urged.supervision.until) == (CITY, URGE.until)


def test_two_reviewers_exempt_the_statistic_and_one_refuses_it() -> None:
    appealed = after(incident(), *GIVEN, HANDLE, PASS, LATE_APPEAL)
    once = after(appealed, GRANT)
    assert once.exempted_at is None
    assert once.request is not None

    twice = after(once, replace(GRANT, by=who(REVIEWER, Role.REVIEWER)))
    assert (twice.exempted_at, twice.request, twice.state) == (NOON, None, State.CLOSED)
    assert after(appealed, REJECT).exempted_at is None


def test_an_unsatisfied_reporter_opens_it_again_before_a_supervisor() -> None:
    opened = after(incident(), *GIVEN, FORCE, UNSATISFIED)
    assert (opened.state, opened.reopen_count) == (State.FILED, 1)
    assert (opened.satisfaction, opened.is_force_closed) == (Satisfaction.UNSATISFIED, False)
    assert after(opened, replace(DISPATCH, by=SUPERVISING)).state is State.DISPATCHED
    # an appeal that nobody had answered may be made again
    pending = after(incident(), *GIVEN, HANDLE, PASS, LATE_APPEAL, UNSATISFIED)
    assert (pending.request, pending.has_appealed) == (None, False)

    unfiled = after(replace(incident(), condition=None), FORCE, UNSATISFIED)
    assert unfiled.state is State.REPORTED
