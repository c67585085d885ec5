"""What holds for every decision, in whatever world."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.core.dispatch.comparison import aspects_changed, outcome_of
from gridsvc.core.dispatch.decision import Decision, IncidentFacts, Purpose
from gridsvc.core.dispatch.engine import decide
from gridsvc.core.dispatch.ground import Border, Ground
from gridsvc.core.dispatch.policy import ranking_key
from gridsvc.core.dispatch.rules import SAMPLE_RULES, LimitReduction, Override, Rules, Scope
from gridsvc.core.dispatch.rules_form import from_json, to_json
from gridsvc.core.division import Level
from gridsvc.core.duty import Duty, Tier
from gridsvc.core.matter import Limit, LimitKind, Severity
from gridsvc.core.officer import OfficerId
from gridsvc.core.place import Match
from gridsvc.core.post import Holder, Post, PostCode, PostId
from gridsvc.core.shift import Shift
from tests.domain_builders import (
    A1,
    A2,
    B1,
    C1,
    CITY,
    COMMUNITY,
    F1,
    FIRE,
    HOME,
    NOON,
    SANITATION,
    SHENZHEN,
    TOWN,
    TOWN_3,
    A,
    B,
    condition,
    division,
    ground,
    matter,
    over,
)

OFFICERS = st.integers(1, 9).map(OfficerId)


@st.composite
def posts(draw: st.DrawFn) -> tuple[Post, ...]:
    """Any posts anywhere, several over the same place; ids and codes are unique."""
    count = draw(st.integers(0, 12))
    return tuple(
        Post(
            post_id=PostId(number),
            code=PostCode(f"p{number:03d}"),
            duty=draw(st.sampled_from(Duty)),
            place=over(draw(st.sampled_from([A1, A2, B1, C1, F1, A, B, TOWN_3, HOME, SHENZHEN]))),
            department=draw(st.sampled_from([None, SANITATION, FIRE])),
            is_backup=draw(st.booleans()),
            shift=draw(st.sampled_from(Shift)),
            holders=tuple(
                Holder(officer_id=officer, is_away=draw(st.booleans()))
                for officer in draw(st.lists(OFFICERS, max_size=3, unique=True))
            ),
            open_task_minutes=draw(st.integers(0, 2)) * 30,
        )
        for number in range(count)
    )


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    place: dict[str, Any] = draw(
        st.sampled_from(
            [
                {},
                {},
                {},
                {"match": Match.NEAREST},
                {"grid": F1},
                {"grid": None, "match": Match.OUTSIDE, "divisions": (division(HOME, CITY),)},
            ]
        )
    )
    if draw(st.booleans()):
        place = {
            **place,
            "border": Border(distance_m=draw(st.floats(0, 900)), foreign_city=SHENZHEN),
        }
    return ground(*draw(posts()), desks=(), **place)


conditions = st.none() | st.builds(
    condition,
    severity=st.sampled_from(Severity),
    level=st.sampled_from([COMMUNITY, TOWN, CITY, Level("county")]),
    limit=st.builds(Limit, amount=st.floats(0.1, 30), kind=st.sampled_from(LimitKind)),
)
incidents = st.builds(
    IncidentFacts,
    incident_id=st.just(UUID(int=1)),
    purpose=st.sampled_from(Purpose),
    matter=st.builds(
        matter,
        entry_tier=st.sampled_from(Tier),
        self_fix=st.booleans(),
        department=st.sampled_from([SANITATION, FIRE]),
    ),
    condition=conditions,
    is_public=st.booleans(),
    is_verified=st.booleans(),
    reporter=st.none() | OFFICERS,
    self_fix=st.booleans(),
    has_photo_pair=st.booleans(),
    is_sampled=st.booleans(),
    excluded_officers=st.frozensets(OFFICERS, max_size=4),
    excluded_posts=st.frozensets(st.integers(0, 12).map(PostId), max_size=3),
    raised_to=st.none() | st.sampled_from([COMMUNITY, TOWN, CITY, Level("county")]),
    chosen_post=st.none() | st.none() | st.integers(0, 12).map(PostId),
    previous_post=st.none() | st.integers(0, 12).map(PostId),
)
rules = st.sampled_from(
    [
        SAMPLE_RULES,
        replace(
            SAMPLE_RULES,
            level_by_severity={Severity.URGENT: CITY},
            overrides=(Override(scope=Scope(division=A), tier=Tier.ENFORCEMENT, level=TOWN),),
            limit_reductions=(LimitReduction(scope=Scope(division=TOWN_3), fraction=0.3),),
        ),
    ]
)
instants = st.integers(0, 24 * 7).map(lambda hours: NOON + timedelta(hours=hours))


def post_of(world: Ground, decision: Decision) -> Post | None:
    if decision.assignment is None:
        return None
    return next(p for p in world.posts if p.post_id == decision.assignment.post_id)


@settings(max_examples=150)
@given(incidents, grounds(), rules, instants)
def test_every_decision(incident: IncidentFacts, world: Ground, use: Any, now: Any) -> None:
    decision = decide(incident, world, use, now)

    # one owner, always; a closed fix is nobody's any more
    outcomes = [decision.assignment, decision.queue, decision.is_closed_by_self_fix or None]
    assert len([o for o in outcomes if o is not None]) == 1
    if decision.queue is not None:
        assert decision.queue.division_code in {d.code for d in world.divisions}

    post = post_of(world, decision)
    if post is not None and decision.assignment is not None:
        # never another city
        assert post.place.city_code == HOME
        # a paid duty of the tier, with a present holder who is not excluded
        assert post.duty.is_paid
        assert post.duty.tier is decision.tier
        assert decision.assignment.officer_id not in incident.excluded_officers
        assert post.post_id not in incident.excluded_posts
        assert Holder(officer_id=decision.assignment.officer_id) in post.holders
        # who fixed it does not look whether it is fixed
        if decision.purpose is Purpose.RECHECK and incident.self_fix:
            assert decision.assignment.officer_id != incident.reporter
        if incident.chosen_post is None:
            assert world.grid is A1
            assert decision.candidates[0].post_id == post.post_id

    # a total order, and nobody in it twice
    if incident.chosen_post is None and incident.purpose is not Purpose.REWORK:
        keys = [ranking_key(c) for c in decision.candidates]
        assert keys == sorted(set(keys))
    listed = [c.post_id for c in decision.candidates] + [p.post_id for p in decision.passed_over]
    assert len(listed) == len(set(listed))

    for clock in decision.clocks:
        assert clock.starts_at < clock.warn_at < clock.due_at


@settings(max_examples=60)
@given(incidents, grounds(), rules, instants, st.permutations(range(12)))
def test_the_order_in_which_the_world_is_told_does_not_matter(
    incident: IncidentFacts, world: Ground, use: Any, now: Any, order: list[int]
) -> None:
    told = tuple(world.posts[i] for i in order if i < len(world.posts))
    retold = replace(world, posts=told, neighbours=world.neighbours[::-1])

    assert decide(incident, retold, use, now) == decide(incident, world, use, now)


@settings(max_examples=60)
@given(incidents, grounds(), instants, st.floats(0.05, 1))
def test_a_rule_only_ever_shortens(
    incident: IncidentFacts, world: Ground, now: Any, fraction: float
) -> None:
    strict = replace(
        SAMPLE_RULES,
        limit_reductions=(LimitReduction(scope=Scope(division=HOME), fraction=fraction),),
    )
    before = decide(incident, world, SAMPLE_RULES, now).clocks
    after = decide(incident, world, strict, now).clocks

    assert [c.stage for c in before] == [c.stage for c in after]
    assert all(a.due_at <= b.due_at for a, b in zip(after, before, strict=True))


@given(incident=incidents, world=grounds(), use=rules)
def test_the_same_rules_read_again_change_nothing(
    incident: IncidentFacts, world: Ground, use: Rules
) -> None:
    again = replace(from_json(to_json(use)), version=use.version + 1)

    before, after = (outcome_of(decide(incident, world, one, NOON)) for one in (use, again))

    assert aspects_changed(before, after) == ()
