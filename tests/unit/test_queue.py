"""Whose queue it stands in."""

from dataclasses import replace

import pytest

from gridsvc.core.dispatch.decision import IncidentFacts, Purpose
from gridsvc.core.dispatch.ground import Ground
from gridsvc.core.dispatch.reason import QueueReason, Shortfall
from gridsvc.core.division import Level
from gridsvc.core.post import PostId
from tests.dispatch_cases import EVERYBODY, OUTSIDE, ask
from tests.domain_builders import (
    A1,
    ABROAD,
    CITY,
    CITY_DESK,
    COMMUNITY_DESK,
    DUMPING,
    F1,
    FIREMAN,
    HOME,
    MANAGER,
    OTHER_TOWN,
    TOWN,
    TOWN_3,
    TOWN_DESK,
    A,
    away,
    condition,
    facts,
    ground,
    off_shift,
    officer_of,
    vacant,
)


@pytest.mark.parametrize(
    ("incident", "world", "division_code", "reason"),
    [
        pytest.param(
            facts(),
            ground(*EVERYBODY, **OUTSIDE),
            HOME,
            QueueReason.OUTSIDE_ALL_GRIDS,
            id="in the sea",
        ),
        pytest.param(
            facts(),
            ground(*EVERYBODY, grid=F1),
            HOME,
            QueueReason.NEIGHBOUR_CITY,
            id="in another city's grid",
        ),
        pytest.param(
            facts(),
            ground(*EVERYBODY, grid=replace(A1, is_home=False)),
            HOME,
            QueueReason.NEIGHBOUR_CITY,
            id="in a grid that is not of home",
        ),
        pytest.param(
            facts(condition=None),
            ground(*EVERYBODY),
            A,
            QueueReason.CONDITION_MISSING,
            id="no condition chosen",
        ),
        pytest.param(
            facts(condition=None, is_public=True, is_verified=True),
            ground(*EVERYBODY),
            A,
            QueueReason.AWAITS_ACCEPTANCE,
            id="a resident's report, verified, to be accepted",
        ),
        pytest.param(
            facts(condition=None, is_public=True, is_verified=True, is_denied=True),
            ground(*EVERYBODY),
            A,
            QueueReason.VERIFICATION_DENIED,
            id="a resident's report, nothing found, to be voided or accepted with a reason",
        ),
        pytest.param(
            facts(), ground(vacant(MANAGER)), A, QueueReason.NOBODY_AVAILABLE, id="a vacancy"
        ),
        pytest.param(
            facts(),
            ground(OTHER_TOWN, ABROAD),
            A,
            QueueReason.NOBODY_AVAILABLE,
            id="never another town or city",
        ),
        pytest.param(
            facts(matter=DUMPING),
            ground(FIREMAN),
            A,
            QueueReason.NOBODY_AVAILABLE,
            id="no post of the department",
        ),
        pytest.param(
            facts(matter=DUMPING, condition=condition(level=CITY)),
            ground(*EVERYBODY),
            HOME,
            QueueReason.NOBODY_AVAILABLE,
            id="the queue is that of the level in command",
        ),
        pytest.param(
            facts(matter=DUMPING, condition=condition(level=Level("county"))),
            ground(*EVERYBODY),
            HOME,
            QueueReason.NOBODY_AVAILABLE,
            id="a level nobody knows is the city's",
        ),
        pytest.param(
            facts(purpose=Purpose.VERIFY, raised_to=TOWN),
            ground(vacant(MANAGER)),
            TOWN_3,
            QueueReason.NOBODY_AVAILABLE,
            id="核实 unanswered: the queue of the town",
        ),
        pytest.param(
            facts(),
            ground(desks=[off_shift(COMMUNITY_DESK), TOWN_DESK, CITY_DESK]),
            TOWN_3,
            QueueReason.NOBODY_AVAILABLE,
            id="the next desk where somebody is on shift",
        ),
        pytest.param(
            facts(),
            ground(desks=[away(COMMUNITY_DESK), vacant(CITY_DESK), off_shift(TOWN_DESK)]),
            TOWN_3,
            QueueReason.NOBODY_AVAILABLE,
            id="a town works without the city",
        ),
        pytest.param(
            facts(matter=DUMPING, condition=condition(level=CITY)),
            ground(desks=[COMMUNITY_DESK, TOWN_DESK, vacant(CITY_DESK)]),
            TOWN_3,
            QueueReason.NOBODY_AVAILABLE,
            id="what is the city's stands before the town where the city has nobody",
        ),
        pytest.param(
            facts(matter=DUMPING, condition=condition(level=CITY)),
            ground(desks=[COMMUNITY_DESK, TOWN_DESK, off_shift(CITY_DESK)]),
            TOWN_3,
            QueueReason.NOBODY_AVAILABLE,
            id="at night too",
        ),
        pytest.param(
            facts(), ground(desks=[]), A, QueueReason.NOBODY_AVAILABLE, id="no desk anywhere"
        ),
        pytest.param(
            facts(chosen_post=PostId(404)),
            ground(*EVERYBODY),
            A,
            QueueReason.CHOSEN_POST_UNUSABLE,
            id="a choice nobody knows",
        ),
        pytest.param(
            facts(chosen_post=ABROAD.post_id),
            ground(ABROAD),
            A,
            QueueReason.CHOSEN_POST_UNUSABLE,
            id="a choice in another city",
        ),
        pytest.param(
            facts(
                purpose=Purpose.RECHECK,
                chosen_post=MANAGER.post_id,
                excluded_officers=frozenset({officer_of(MANAGER)}),
            ),
            ground(*EVERYBODY),
            A,
            QueueReason.CHOSEN_POST_UNUSABLE,
            id="核查 may not be given to the solver by hand either",
        ),
    ],
)
def test_whose_queue_it_stands_in(
    incident: IncidentFacts, world: Ground, division_code: str, reason: QueueReason
) -> None:
    decision = ask(incident, world)

    assert decision.assignment is None
    assert decision.queue is not None
    assert (decision.queue.division_code, decision.queue.reason) == (division_code, reason)


def test_a_queue_without_a_dispatcher_is_a_shortfall() -> None:
    assert Shortfall.NO_DISPATCHER in ask(facts(), ground(desks=[])).shortfalls
    assert Shortfall.NO_DISPATCHER not in ask(facts(), ground()).shortfalls
