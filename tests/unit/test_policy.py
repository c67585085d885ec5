from dataclasses import replace

import pytest

from gridsvc.core.dispatch.policy import Demand, Ranking, rank_posts
from gridsvc.core.dispatch.reason import Reason, Shortfall, WhyNot
from gridsvc.core.dispatch.rules import SAMPLE_RULES
from gridsvc.core.duty import Duty, Tier
from gridsvc.core.grid import Neighbour
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import Holder, Post
from gridsvc.core.shift import Shift
from tests.domain_builders import (
    A1,
    A2,
    ABROAD,
    ASSISTANT,
    CITY_DESK,
    COMMUNITY,
    FIREMAN,
    HANDLER,
    MANAGER,
    NEXT_DOOR,
    ODD_JOBS,
    OTHER_TOWN,
    OVER_THE_ROAD,
    SANITATION,
    SHENZHEN,
    TOWN,
    TOWN_HANDLER,
    A,
    B,
    away,
    backup,
    busy,
    grid,
    ground,
    off_shift,
    officer_of,
    post,
    vacant,
)

PATROL = Demand(
    tier=Tier.PATROL,
    level=COMMUNITY,
    department=SANITATION,
    shifts=frozenset({Shift.ALWAYS, Shift.DAY}),
)
HANDLING = replace(PATROL, tier=Tier.HANDLING)
A3 = grid(6, A)
TWIN = post("a1-twin", A1)
COMMUNITY_PATROL = post("a-patrol", A)
VOLUNTEER = post("a1-volunteer", A1, Duty.PARTICIPANT)
NEXT_DOOR_HANDLER = post("a2-handler", A2, Duty.HANDLER, department=SANITATION)
NEXT_DOOR_FIREMAN = post("a2-fireman", A2, Duty.HANDLER, department=FIREMAN.department)


def ranked(demand: Demand, *posts: Post) -> Ranking:
    return rank_posts(demand, A1, ground(*posts), SAMPLE_RULES.ranks)


def codes(ranking: Ranking) -> list[str]:
    return [candidate.code for candidate in ranking.candidates]


@pytest.mark.parametrize(
    ("demand", "posts", "expected", "reason"),
    [
        pytest.param(
            PATROL,
            [COMMUNITY_PATROL, MANAGER],
            ["a1-manager", "a-patrol"],
            [Reason.SMALLEST_PLACE],
            id="the smallest place wins",
        ),
        pytest.param(
            PATROL,
            [backup(busy(MANAGER, 0)), busy(TWIN, 90)],
            ["a1-twin", "a1-manager"],
            [Reason.PRIMARY_BEFORE_BACKUP],
            id="primary before backup, whatever the load",
        ),
        pytest.param(
            PATROL,
            [busy(MANAGER, 90), busy(TWIN, 60)],
            ["a1-twin", "a1-manager"],
            [Reason.LIGHTER_LOAD],
            id="the lighter load",
        ),
        pytest.param(
            PATROL,
            [TWIN, MANAGER],
            ["a1-manager", "a1-twin"],
            [Reason.LOWER_CODE],
            id="then the code, so that the same report reaches the same post",
        ),
        pytest.param(
            PATROL,
            [off_shift(MANAGER), backup(TWIN)],
            ["a1-twin"],
            [Reason.ONLY_CANDIDATE],
            id="off shift goes to the backup",
        ),
        pytest.param(
            HANDLING,
            [FIREMAN, TOWN_HANDLER, HANDLER],
            ["a-handler", "t-handler"],
            [Reason.SMALLEST_PLACE],
            id="only the matter's department owns it",
        ),
        pytest.param(
            HANDLING,
            [ODD_JOBS, TOWN_HANDLER],
            ["t-handler", "a-odd-jobs"],
            [Reason.OWNER_BEFORE_OTHERS],
            id="an owner over the whole town before the community's pool",
        ),
        pytest.param(
            HANDLING,
            [NEXT_DOOR_HANDLER, ODD_JOBS],
            ["a-odd-jobs", "a2-handler"],
            [Reason.COMMUNITY_POOL, Reason.OWNER_BEFORE_OTHERS],
            id="the community's pool before the neighbours",
        ),
        pytest.param(
            PATROL,
            [OVER_THE_ROAD, NEXT_DOOR],
            ["a2-manager", "b1-manager"],
            [Reason.NEIGHBOUR_OF_COMMUNITY, Reason.OWNER_BEFORE_OTHERS],
            id="a neighbour of the same community before one of the same town",
        ),
        pytest.param(
            PATROL,
            [OTHER_TOWN, OVER_THE_ROAD, ABROAD],
            ["b1-manager"],
            [Reason.NEIGHBOUR_OF_TOWN, Reason.ONLY_CANDIDATE],
            id="never another town, never another city",
        ),
        pytest.param(
            replace(HANDLING, level=TOWN),
            [HANDLER, TOWN_HANDLER],
            ["t-handler"],
            [Reason.ONLY_CANDIDATE],
            id="nobody below the level that may solve it",
        ),
        pytest.param(PATROL, [VOLUNTEER], [], [], id="mandatory tasks go to paid duties only"),
        pytest.param(PATROL, [HANDLER, CITY_DESK], [], [], id="another tier is not concerned"),
    ],
)
def test_rank_posts(
    demand: Demand, posts: list[Post], expected: list[str], reason: list[Reason]
) -> None:
    ranking = ranked(demand, *posts)

    assert codes(ranking) == expected
    assert list(ranking.reasons) == reason
    of_the_tier = [p for p in posts if p.duty.tier is demand.tier]
    assert len(ranking.candidates) + len(ranking.passed_over) == len(of_the_tier)


@pytest.mark.parametrize(
    ("demand", "one", "expected"),
    [
        pytest.param(PATROL, vacant(MANAGER), WhyNot.VACANT, id="vacant"),
        pytest.param(PATROL, away(MANAGER), WhyNot.ALL_AWAY, id="on leave"),
        pytest.param(PATROL, off_shift(MANAGER), WhyNot.OFF_SHIFT, id="off shift"),
        pytest.param(
            replace(PATROL, excluded_officers={officer_of(MANAGER)}),
            MANAGER,
            WhyNot.EXCLUDED,
            id="who solved it",
        ),
        pytest.param(
            replace(PATROL, excluded_posts={MANAGER.post_id}), MANAGER, WhyNot.EXCLUDED, id="had it"
        ),
        pytest.param(HANDLING, FIREMAN, WhyNot.OTHER_DEPARTMENT, id="another department"),
        pytest.param(HANDLING, NEXT_DOOR_FIREMAN, WhyNot.OTHER_DEPARTMENT, id="nor next door"),
        pytest.param(replace(HANDLING, level=TOWN), HANDLER, WhyNot.BELOW_LEVEL, id="no authority"),
        pytest.param(PATROL, ABROAD, WhyNot.ANOTHER_CITY, id="over the city line"),
        pytest.param(PATROL, post("s", SHENZHEN), WhyNot.ANOTHER_CITY, id="the other city's own"),
        pytest.param(PATROL, OTHER_TOWN, WhyNot.ANOTHER_TOWN, id="over the town line"),
        pytest.param(PATROL, post("b-patrol", B), WhyNot.ELSEWHERE, id="elsewhere"),
        pytest.param(PATROL, VOLUNTEER, WhyNot.UNPAID_DUTY, id="opt-in only"),
    ],
)
def test_why_a_post_is_passed_over(demand: Demand, one: Post, expected: WhyNot) -> None:
    ranking = ranked(demand, one)

    assert [(p.code, p.why) for p in ranking.passed_over] == [(one.code, expected)]


@pytest.mark.parametrize(
    ("demand", "posts", "expected"),
    [
        pytest.param(PATROL, [MANAGER], [], id="nothing is short"),
        pytest.param(PATROL, [vacant(MANAGER), TWIN], [Shortfall.VACANT_POST], id="one of two"),
        pytest.param(PATROL, [vacant(MANAGER)], [Shortfall.VACANT_POST], id="a vacancy"),
        pytest.param(
            PATROL, [off_shift(MANAGER)], [Shortfall.NOBODY_ON_SHIFT], id="nobody on shift"
        ),
        pytest.param(
            PATROL,
            [off_shift(MANAGER), NEXT_DOOR],
            [Shortfall.NOBODY_ON_SHIFT, Shortfall.BORROWED],
            id="nobody on shift, borrowed next door",
        ),
        pytest.param(PATROL, [], [Shortfall.NO_POST_OF_TIER], id="no post at all"),
        pytest.param(PATROL, [VOLUNTEER], [Shortfall.NO_POST_OF_TIER], id="only volunteers"),
        pytest.param(
            PATROL,
            [NEXT_DOOR],
            [Shortfall.NO_POST_OF_TIER, Shortfall.BORROWED],
            id="no post of its own",
        ),
        pytest.param(HANDLING, [FIREMAN], [Shortfall.NO_DEPARTMENT_POST], id="no such department"),
        pytest.param(
            HANDLING,
            [FIREMAN, ODD_JOBS],
            [Shortfall.NO_DEPARTMENT_POST, Shortfall.BORROWED],
            id="the pool steps in",
        ),
        pytest.param(
            replace(HANDLING, level=TOWN), [HANDLER], [Shortfall.NO_POST_AT_LEVEL], id="too low"
        ),
        pytest.param(
            replace(PATROL, excluded_officers={officer_of(MANAGER)}),
            [MANAGER],
            [Shortfall.NOBODY_LEFT],
            id="everybody has had it",
        ),
    ],
)
def test_shortfalls(demand: Demand, posts: list[Post], expected: list[Shortfall]) -> None:
    assert list(ranked(demand, *posts).shortfalls) == expected


def test_of_two_neighbours_the_one_with_the_longer_border() -> None:
    far = post("a2-late", A2)
    ranking = rank_posts(PATROL, A1, ground(ABROAD, far, OVER_THE_ROAD), SAMPLE_RULES.ranks)
    assert codes(ranking) == ["a2-late", "b1-manager"]

    swapped = ground(far, post("a3", A3))
    both = replace(swapped, neighbours=(*swapped.neighbours, Neighbour(grid=A3, shared_m=401.0)))
    ranking = rank_posts(PATROL, A1, both, SAMPLE_RULES.ranks)
    assert codes(ranking) == ["a3", "a2-late"]
    assert ranking.reasons == (Reason.NEIGHBOUR_OF_COMMUNITY, Reason.LONGER_BORDER)


def test_the_first_present_holder_who_is_not_excluded() -> None:
    shared = replace(
        MANAGER,
        holders=(
            Holder(officer_id=OfficerId(4)),
            Holder(officer_id=OfficerId(3)),
            Holder(officer_id=OfficerId(2)),
            Holder(officer_id=OfficerId(1), is_away=True),
        ),
    )
    demand = replace(PATROL, excluded_officers={OfficerId(2)})

    assert ranked(demand, shared).candidates[0].officer_id == 3


def test_the_assistant_stands_in_for_the_manager() -> None:
    demand = replace(PATROL, excluded_officers={officer_of(MANAGER)})
    assert codes(ranked(demand, MANAGER, ASSISTANT)) == ["a1-assistant"]
