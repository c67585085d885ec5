import json
from dataclasses import replace
from typing import Any

import pytest

from gridsvc.core.dispatch.clock import Stage
from gridsvc.core.dispatch.decision import Decision, IncidentFacts, Purpose
from gridsvc.core.dispatch.engine import decide
from gridsvc.core.dispatch.ground import Border, Ground
from gridsvc.core.dispatch.reason import Flag, QueueReason, Reason, Rung, Shortfall
from gridsvc.core.dispatch.rules import SAMPLE_RULES, LimitReduction, Override, Rules, Scope
from gridsvc.core.division import Level
from gridsvc.core.duty import Duty, Tier
from gridsvc.core.matter import Limit, LimitKind, Severity
from gridsvc.core.place import Match
from gridsvc.core.post import Post, PostId
from gridsvc.core.shift import Shift
from gridsvc.core.task import TaskKind
from tests.domain_builders import (
    A1,
    ABROAD,
    ASSISTANT,
    CALENDAR,
    CITY,
    CITY_DESK,
    COMMUNITY,
    COMMUNITY_DESK,
    DUMPING,
    F1,
    FIRE,
    FIREMAN,
    HANDLER,
    HOME,
    LIAISON,
    LITTLE,
    MANAGER,
    MIDNIGHT,
    NEXT_DOOR,
    NOON,
    OTHER_TOWN,
    OVER_THE_ROAD,
    SHENZHEN,
    TOWN,
    TOWN_3,
    TOWN_DESK,
    TOWN_HANDLER,
    URGENT,
    A,
    at,
    condition,
    division,
    facts,
    ground,
    matter,
    off_shift,
    officer_of,
    post,
    vacant,
)

ENFORCER = post("t-enforcer", TOWN_3, Duty.ENFORCEMENT_OFFICER, department=DUMPING.department)
CITY_HANDLER = post("c-handler", HOME, Duty.HANDLER, department=DUMPING.department)
EVERYBODY = (MANAGER, ASSISTANT, NEXT_DOOR, OVER_THE_ROAD, HANDLER, TOWN_HANDLER, ENFORCER, FIREMAN)


def ask(incident: IncidentFacts, world: Ground, rules: Rules = SAMPLE_RULES) -> Decision:
    return decide(incident, world, rules, NOON)


def owner(decision: Decision) -> str | None:
    """The code of the post that got it, None when it stands in a queue."""
    if decision.assignment is None:
        return None
    assert decision.candidates[0].post_id == decision.assignment.post_id
    assert decision.candidates[0].officer_id == decision.assignment.officer_id
    return decision.candidates[0].code


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
            facts(is_public=True), "a1-manager", TaskKind.VERIFY, id="a resident: go and see"
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


OUTSIDE = {"grid": None, "match": Match.OUTSIDE, "divisions": (division(HOME, CITY),)}


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
            ground(desks=[off_shift(TOWN_DESK)]),
            TOWN_3,
            QueueReason.NOBODY_AVAILABLE,
            id="a town works without the city",
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


@pytest.mark.parametrize(
    ("changes", "tier", "level", "reasons"),
    [
        pytest.param({}, Tier.PATROL, COMMUNITY, {Reason.ENTRY_TIER}, id="as the matter says"),
        pytest.param(
            {"tier_by_severity": {Severity.NORMAL: Tier.HANDLING}},
            Tier.HANDLING,
            COMMUNITY,
            {Reason.TIER_BY_SEVERITY},
            id="the severity asks for more",
        ),
        pytest.param(
            {"level_by_severity": {Severity.NORMAL: TOWN}},
            Tier.HANDLING,
            TOWN,
            {Reason.LEVEL_BY_SEVERITY, Reason.TIER_BY_LEVEL},
            id="a higher level is not for the patrol",
        ),
        pytest.param(
            {"overrides": (Override(scope=Scope(division=TOWN_3), tier=Tier.ENFORCEMENT),)},
            Tier.ENFORCEMENT,
            COMMUNITY,
            {Reason.TIER_BY_OVERRIDE},
            id="a town's own rule",
        ),
        pytest.param(
            {
                "overrides": (
                    Override(scope=Scope(division=TOWN_3), tier=Tier.ENFORCEMENT),
                    Override(scope=Scope(division=A), tier=Tier.HANDLING),
                )
            },
            Tier.HANDLING,
            COMMUNITY,
            {Reason.TIER_BY_OVERRIDE},
            id="the smaller division is more precise",
        ),
        pytest.param(
            {
                "overrides": (
                    Override(scope=Scope(division=A), tier=Tier.HANDLING),
                    Override(scope=Scope(matter=DUMPING.code), tier=Tier.ENFORCEMENT),
                    Override(scope=Scope(condition=LITTLE.code), tier=Tier.PATROL),
                )
            },
            Tier.PATROL,
            COMMUNITY,
            {Reason.TIER_BY_OVERRIDE},
            id="the condition before the matter before the place",
        ),
        pytest.param(
            {"overrides": (Override(scope=Scope(matter=DUMPING.code), level=TOWN),)},
            Tier.HANDLING,
            TOWN,
            {Reason.LEVEL_BY_OVERRIDE},
            id="a matter's own level",
        ),
    ],
)
def test_tier_and_level(
    changes: dict[str, Any], tier: Tier, level: Level, reasons: set[Reason]
) -> None:
    decision = ask(facts(), ground(*EVERYBODY), replace(SAMPLE_RULES, **changes))

    assert (decision.tier, decision.level) == (tier, level)
    assert reasons <= set(decision.reasons)


def test_an_override_may_name_another_department() -> None:
    rules = replace(
        SAMPLE_RULES,
        overrides=(Override(scope=Scope(matter=DUMPING.code), department=FIRE),),
    )
    decision = ask(facts(matter=DUMPING), ground(*EVERYBODY), rules)

    assert (owner(decision), decision.department) == ("a-fireman", FIRE)
    assert Reason.DEPARTMENT_BY_OVERRIDE in decision.reasons


def test_a_raised_level_never_sinks() -> None:
    town_matter = facts(matter=DUMPING, condition=condition(level=TOWN), raised_to=COMMUNITY)
    assert ask(town_matter, ground(*EVERYBODY)).level == TOWN


def test_the_clocks_of_a_first_dispatch() -> None:
    decision = ask(facts(matter=DUMPING), ground(*EVERYBODY))
    acknowledge, handle = decision.clocks

    assert (acknowledge.stage, acknowledge.due_at) == (Stage.ACKNOWLEDGE, at("2026-11-23 13:00"))
    assert acknowledge.warn_at == at("2026-11-23 12:54")
    # four work hours from 12:30 are 14:00–18:00, and 80 % of them end at 17:12
    assert (handle.stage, handle.due_at) == (Stage.HANDLE, at("2026-11-23 18:00"))
    assert handle.warn_at == at("2026-11-23 17:12")
    assert Reason.LIMIT_OF_CONDITION in decision.reasons


def test_handling_goes_on_from_when_it_began() -> None:
    incident = facts(
        purpose=Purpose.REDISPATCH, matter=DUMPING, handle_since=at("2026-11-23 08:00")
    )
    acknowledge, handle = ask(incident, ground(*EVERYBODY)).clocks

    assert acknowledge.starts_at == NOON
    assert handle.due_at == at("2026-11-23 12:00")


def test_a_queue_stops_no_clock() -> None:
    [handle] = ask(facts(matter=DUMPING), ground()).clocks
    assert handle.stage is Stage.HANDLE


def test_a_rule_shortens_the_limit() -> None:
    half = LimitReduction(scope=Scope(division=TOWN_3), fraction=0.5)
    third = LimitReduction(scope=Scope(matter=DUMPING.code), fraction=0.25)
    rules = replace(SAMPLE_RULES, limit_reductions=(half, third))
    decision = ask(facts(matter=DUMPING), ground(*EVERYBODY), rules)

    # the strictest counts: one of four hours
    assert decision.clocks[1].due_at == at("2026-11-23 15:00")
    assert Reason.LIMIT_SHORTENED in decision.reasons


def test_verification_and_recheck_have_their_own_clocks() -> None:
    for purpose, stage in ((Purpose.VERIFY, Stage.VERIFY), (Purpose.RECHECK, Stage.RECHECK)):
        clocks = ask(facts(purpose=purpose), ground(*EVERYBODY)).clocks
        assert [clock.stage for clock in clocks] == [Stage.ACKNOWLEDGE, stage]


def test_an_unpublished_year_is_a_warning_never_an_error() -> None:
    long = facts(
        matter=DUMPING, condition=condition(limit=Limit(amount=60, kind=LimitKind.WORK_DAYS))
    )
    decision = ask(long, ground(*EVERYBODY))

    assert owner(decision) == "a-handler"
    assert Shortfall.CALENDAR_UNPUBLISHED in decision.shortfalls


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


def test_an_unknown_department_is_a_shortfall() -> None:
    decision = ask(facts(matter=DUMPING), ground(HANDLER, departments=frozenset({FIRE})))
    assert Shortfall.UNKNOWN_DEPARTMENT in decision.shortfalls


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
