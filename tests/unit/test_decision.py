"""What a decision carries besides."""

import json
from dataclasses import replace

import pytest

from gridsvc.core.dispatch.decision import Purpose
from gridsvc.core.dispatch.engine import decide
from gridsvc.core.dispatch.ground import Border
from gridsvc.core.dispatch.reason import Reason, Shortfall
from gridsvc.core.dispatch.rules import SAMPLE_RULES
from gridsvc.core.post import Post
from tests.dispatch_cases import EVERYBODY, ask, owner
from tests.domain_builders import (
    CALENDAR,
    DUMPING,
    F1,
    LIAISON,
    MANAGER,
    NOON,
    SHENZHEN,
    facts,
    ground,
    off_shift,
    vacant,
)


@pytest.mark.parametrize(
    ("distance_m", "liaisons", "purpose", "offered"),
    [
        pytest.param(500, [LIAISON], Purpose.FIRST, ["f-liaison"], id="in the border zone"),
        pytest.param(501, [LIAISON], Purpose.FIRST, None, id="not in it"),
        pytest.param(100, [LIAISON], Purpose.RECHECK, None, id="a re-check is our own"),
        pytest.param(100, [off_shift(LIAISON)], Purpose.FIRST, [], id="their night"),
        pytest.param(100, [vacant(LIAISON)], Purpose.FIRST, [], id="their vacancy"),
    ],
)
def test_joint_work_is_offered_near_the_city_line(
    distance_m: float, liaisons: list[Post], purpose: Purpose, offered: list[str] | None
) -> None:
    border = Border(distance_m=distance_m, foreign_city=SHENZHEN, liaisons=tuple(liaisons))
    decision = ask(facts(purpose=purpose), ground(*EVERYBODY, border=border))

    assert owner(decision) == "a1-manager"
    assert (Shortfall.NO_LIAISON in decision.shortfalls) is (offered == [])
    assert (Reason.JOINT_OFFERED in decision.reasons) is (offered is not None)
    codes = None if decision.joint is None else [c.code for c in decision.joint.liaisons]
    assert codes == offered


def test_beyond_the_line_joint_work_is_offered_at_any_distance() -> None:
    border = Border(distance_m=5000, foreign_city=SHENZHEN, liaisons=(LIAISON,))
    decision = ask(facts(), ground(*EVERYBODY, grid=F1, border=border))

    assert decision.queue is not None
    assert decision.joint is not None


def test_the_digest_changes_with_the_world_and_not_with_names() -> None:
    world = ground(*EVERYBODY)
    renamed = replace(world, divisions=tuple(replace(d, name="x") for d in world.divisions))
    later = replace(world, generation=2)
    busier = ground(replace(MANAGER, open_task_minutes=1), *EVERYBODY[1:])
    holiday = replace(world, calendar=replace(CALENDAR, published_years=frozenset()))
    nearer = replace(world, border=Border(distance_m=1, foreign_city=SHENZHEN))
    wider = replace(world, neighbours=())

    worlds = (world, renamed, later, busier, holiday, nearer, wider)
    digests = [ask(facts(), w).world_digest for w in worlds]
    assert digests[0] == digests[1]
    assert len(set(digests)) == len(worlds) - 1
    assert len(digests[0]) == 64


def test_a_decision_as_json_holds_codes_and_no_names() -> None:
    border = Border(distance_m=100, foreign_city=SHENZHEN, liaisons=(LIAISON,))
    for incident in (facts(matter=DUMPING), facts(condition=None)):
        text = json.dumps(ask(incident, ground(*EVERYBODY, border=border)).to_json())
        assert "division 4419" not in text
        assert "暴露" not in text
    form = ask(facts(matter=DUMPING), ground(*EVERYBODY)).to_json()
    assert form["assignment"]["task_kind"] == "handle"
    assert form["made_at"] == "2026-11-23T12:30:00+08:00"
    assert form["clocks"][1]["due_at"] == "2026-11-23T18:00:00+08:00"


def test_a_decision_has_one_outcome() -> None:
    decision = ask(facts(), ground(*EVERYBODY))
    with pytest.raises(ValueError, match="one outcome"):
        replace(decision, assignment=None)
    with pytest.raises(ValueError, match="one outcome"):
        replace(decision, is_closed_by_self_fix=True)


def test_the_instant_carries_its_zone() -> None:
    with pytest.raises(ValueError, match="now"):
        decide(facts(), ground(), SAMPLE_RULES, NOON.replace(tzinfo=None))
