"""Who gets an incident."""

import pytest

from gridsvc.core.dispatch.decision import IncidentFacts, Purpose
from gridsvc.core.dispatch.engine import decide
from gridsvc.core.dispatch.reason import Flag, Reason, Rung
from gridsvc.core.dispatch.rules import SAMPLE_RULES
from gridsvc.core.duty import Tier
from gridsvc.core.place import Match
from gridsvc.core.shift import Shift
from gridsvc.core.task import TaskKind
from tests.dispatch_cases import ENFORCER, EVERYBODY, OUTSIDE, ask, owner
from tests.domain_builders import (
    A1,
    ASSISTANT,
    DUMPING,
    HANDLER,
    MANAGER,
    MIDNIGHT,
    NOON,
    OTHER_TOWN,
    TOWN,
    TOWN_HANDLER,
    URGENT,
    condition,
    facts,
    ground,
    matter,
    off_shift,
    officer_of,
    post,
)


@pytest.mark.parametrize(
    ("incident", "expected", "kind"),
    [
        pytest.param(facts(), "a1-manager", TaskKind.PATROL_FIX, id="little rubbish: the patrol"),
        pytest.param(
            facts(condition=URGENT), "a-handler", TaskKind.HANDLE, id="urgent: at least a handler"
        ),
        pytest.param(
            facts(condition=condition(level=TOWN)),
            "t-handler",
            TaskKind.HANDLE,
            id="above the patrol's level: a handler of the town",
        ),
        pytest.param(
            facts(matter=matter(entry_tier=Tier.ENFORCEMENT)),
            "t-enforcer",
            TaskKind.ENFORCE,
            id="enforcement from the start",
        ),
        pytest.param(
            facts(matter=matter(entry_tier=Tier.ENFORCEMENT), condition=URGENT),
            "t-enforcer",
            TaskKind.ENFORCE,
            id="urgency asks for no less than the matter does",
        ),
        pytest.param(
            facts(is_public=True, condition=None),
            "a1-manager",
            TaskKind.VERIFY,
            id="a resident: go and see",
        ),
        pytest.param(
            facts(is_public=True, is_verified=True, matter=DUMPING),
            "a-handler",
            TaskKind.HANDLE,
            id="a resident, verified: handle",
        ),
        pytest.param(
            facts(purpose=Purpose.RECHECK, excluded_officers=frozenset({officer_of(MANAGER)})),
            "a1-assistant",
            TaskKind.RECHECK,
            id="核查: another officer than the solver, nearest",
        ),
        pytest.param(
            facts(
                purpose=Purpose.RECHECK,
                excluded_officers=frozenset({officer_of(MANAGER), officer_of(ASSISTANT)}),
            ),
            "a2-manager",
            TaskKind.RECHECK,
            id="核查: else the neighbour",
        ),
        pytest.param(
            facts(
                purpose=Purpose.REDISPATCH,
                matter=DUMPING,
                excluded_posts=frozenset({HANDLER.post_id}),
            ),
            "t-handler",
            TaskKind.HANDLE,
            id="no answer: the next candidate",
        ),
        pytest.param(
            facts(purpose=Purpose.REDISPATCH, matter=DUMPING, raised_to=TOWN),
            "t-handler",
            TaskKind.HANDLE,
            id="no answer from anybody: the next level",
        ),
        pytest.param(
            facts(
                purpose=Purpose.RECHECK,
                raised_to=TOWN,
                excluded_posts=frozenset({MANAGER.post_id, ASSISTANT.post_id}),
            ),
            "a2-manager",
            TaskKind.RECHECK,
            id="核查 unanswered: the town commands, the neighbour looks",
        ),
        pytest.param(
            facts(purpose=Purpose.REWORK, matter=DUMPING, previous_post=TOWN_HANDLER.post_id),
            "t-handler",
            TaskKind.HANDLE,
            id="返工: whoever had it before",
        ),
        pytest.param(
            facts(
                purpose=Purpose.REDISPATCH,
                matter=DUMPING,
                previous_post=TOWN_HANDLER.post_id,
            ),
            "a-handler",
            TaskKind.HANDLE,
            id="退单: who had it before has no claim",
        ),
        pytest.param(
            facts(matter=DUMPING, chosen_post=TOWN_HANDLER.post_id),
            "t-handler",
            TaskKind.HANDLE,
            id="the dispatcher's choice",
        ),
        pytest.param(
            facts(matter=DUMPING, chosen_post=ENFORCER.post_id),
            "t-enforcer",
            TaskKind.ENFORCE,
            id="the dispatcher's choice of another tier",
        ),
        pytest.param(
            facts(
                self_fix=True, has_photo_pair=True, is_sampled=True, reporter=officer_of(MANAGER)
            ),
            "a1-assistant",
            TaskKind.RECHECK,
            id="自行处置, drawn: somebody else looks",
        ),
        pytest.param(
            facts(self_fix=True), "a1-manager", TaskKind.PATROL_FIX, id="自行处置 without photos"
        ),
        pytest.param(
            facts(self_fix=True, has_photo_pair=True, matter=DUMPING),
            "a-handler",
            TaskKind.HANDLE,
            id="自行处置 where the matter forbids it",
        ),
    ],
)
def test_who_gets_it(incident: IncidentFacts, expected: str, kind: TaskKind) -> None:
    decision = ask(incident, ground(*EVERYBODY))

    assert owner(decision) == expected
    assert decision.assignment is not None
    assert decision.assignment.task_kind is kind


def test_a_dispatcher_may_choose_who_is_off_shift_and_who_is_outside_the_ranking() -> None:
    world = ground(off_shift(MANAGER), off_shift(OTHER_TOWN))
    assert owner(ask(facts(chosen_post=MANAGER.post_id), world)) == "a1-manager"

    decision = ask(facts(chosen_post=OTHER_TOWN.post_id), world)
    assert decision.candidates[0].rung is Rung.CHOSEN
    assert Reason.CHOSEN_BY_DISPATCHER in decision.reasons

    in_the_sea = ask(facts(chosen_post=MANAGER.post_id), ground(MANAGER, **OUTSIDE))
    assert owner(in_the_sea) == "a1-manager"


def test_a_fix_on_the_spot_closes() -> None:
    decision = ask(facts(self_fix=True, has_photo_pair=True), ground(*EVERYBODY))

    assert decision.is_closed_by_self_fix
    assert (decision.assignment, decision.queue, decision.clocks) == (None, None, ())
    assert decision.reasons == (Reason.SELF_FIXED,)


def test_the_night_has_its_own_people() -> None:
    by_day, by_night = post("a1-day", A1, shift=Shift.DAY), post("a1-night", A1, shift=Shift.NIGHT)
    world = ground(by_day, by_night)

    assert owner(decide(facts(), world, SAMPLE_RULES, NOON)) == "a1-day"
    assert owner(decide(facts(), world, SAMPLE_RULES, MIDNIGHT)) == "a1-night"


@pytest.mark.parametrize(
    ("match", "flags"),
    [
        (Match.INSIDE, ()),
        (Match.EDGE, (Flag.EDGE,)),
        (Match.OVERLAP, (Flag.OVERLAP,)),
        (Match.NEAREST, (Flag.NEAREST_GRID,)),
    ],
)
def test_a_doubtful_place_is_dispatched_and_flagged(match: Match, flags: tuple[Flag, ...]) -> None:
    decision = ask(facts(), ground(*EVERYBODY, match=match))
    assert (owner(decision), decision.flags) == ("a1-manager", flags)
