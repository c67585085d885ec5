"""What is wrong with rules, case by case: the table a planner would argue about."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.core.department import DepartmentCode
from gridsvc.core.dispatch.rule_coverage import find_rule_findings
from gridsvc.core.dispatch.rule_finding import City, Cover, Finding, FindingKind
from gridsvc.core.dispatch.rules import SAMPLE_RULES, LimitReduction, Override, Rules, Scope
from gridsvc.core.division import DivisionCode, Ladder, Level
from gridsvc.core.duty import Tier
from gridsvc.core.matter import FilingConditionCode, MatterCode, Severity
from tests.domain_builders import CALENDAR, CITY, COMMUNITY, HOME, TOWN, TOWN_3, A, B, division
from tests.domain_builders import condition as condition_of
from tests.domain_builders import matter as matter_of

CLEAN, FIRE = DepartmentCode("clean"), DepartmentCode("fire")
BAG = condition_of(code=FilingConditionCode("bag"), matter_code=MatterCode("rubbish"))
HEAP = condition_of(code=FilingConditionCode("heap"), matter_code=MatterCode("rubbish"), level=TOWN)
SMOKE = condition_of(
    code=FilingConditionCode("smoke"), matter_code=MatterCode("fire"), severity=Severity.URGENT
)
RUBBISH = matter_of(code=MatterCode("rubbish"), department=CLEAN, conditions=(BAG, HEAP))
FIRES = matter_of(
    code=MatterCode("fire"), department=FIRE, entry_tier=Tier.HANDLING, conditions=(SMOKE,)
)
#: patrol in both communities, a town handler for each department, and patrol at every level
EVERYWHERE = (
    Cover(tier=Tier.PATROL, department=None, level=None, division=A),
    Cover(tier=Tier.PATROL, department=None, level=None, division=B),
    Cover(tier=Tier.HANDLING, department=CLEAN, level=TOWN, division=TOWN_3),
    Cover(tier=Tier.HANDLING, department=FIRE, level=TOWN, division=TOWN_3),
)


def city(*covers: Cover, **changes: Any) -> City:
    town, home = division(TOWN_3, TOWN, HOME), division(HOME, CITY)
    made = City(
        matters={m.code: m for m in (RUBBISH, FIRES)},
        departments=frozenset({CLEAN, FIRE}),
        paths=tuple((division(code, COMMUNITY, TOWN_3), town, home) for code in (A, B)),
        covers=covers or EVERYWHERE,
        calendar=CALENDAR,
    )
    return replace(made, **changes)


def scope(**names: str) -> Scope:
    kinds = {
        "matter": MatterCode,
        "condition": FilingConditionCode,
        "division": DivisionCode,
    }
    return Scope(**{key: kinds[key](value) for key, value in names.items()})  # type: ignore[arg-type]


def rules(*overrides: Override, **changes: Any) -> Rules:
    return replace(SAMPLE_RULES, overrides=overrides, **changes)


def found(one: Rules, where: City | None = None) -> list[tuple[str, str | None]]:
    return [
        (finding.kind.value, finding.rule) for finding in find_rule_findings(one, where or city())
    ]


def test_the_sample_rules_have_nothing_wrong_with_them() -> None:
    assert find_rule_findings(SAMPLE_RULES, city()) == ()


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        pytest.param(
            Override(scope=scope(matter="ufo"), tier=Tier.HANDLING), "unknown_matter", id="matter"
        ),
        pytest.param(
            Override(scope=scope(condition="ufo"), tier=Tier.HANDLING),
            "unknown_condition",
            id="condition",
        ),
        pytest.param(
            Override(scope=scope(division="999999999999"), tier=Tier.HANDLING),
            "unknown_division",
            id="division",
        ),
        pytest.param(
            Override(scope=scope(matter="fire", condition="bag"), tier=Tier.HANDLING),
            "condition_of_other_matter",
            id="a condition of another matter",
        ),
        pytest.param(
            Override(scope=scope(condition="heap"), level=COMMUNITY),
            "below_condition_level",
            id="lower than may solve it",
        ),
        pytest.param(
            Override(scope=scope(condition="heap"), tier=Tier.PATROL),
            "patrol_above_lowest",
            id="patrol at the town's level",
        ),
    ],
)
def test_what_no_case_can_follow_is_named(override: Override, expected: str) -> None:
    assert found(rules(override)) == [(expected, "overrides/0")]


def test_an_unknown_department_is_named_and_nobody_is_there_for_it() -> None:
    override = Override(scope=scope(condition="smoke"), department=DepartmentCode("space"))

    kinds = found(rules(override))

    assert kinds == [("unknown_department", "overrides/0"), ("no_post", None)]


def test_a_rule_that_others_always_precede_is_unreachable() -> None:
    wide = Override(scope=scope(matter="fire"), tier=Tier.HANDLING)
    narrow = [
        Override(scope=scope(matter="fire", division=code), tier=Tier.HANDLING) for code in (A, B)
    ]

    assert found(rules(wide, *narrow)) == [("unreachable", "overrides/0")]
    assert found(rules(wide, narrow[0])) == []


def test_a_reduction_that_is_never_the_strictest_is_unreachable() -> None:
    wide = LimitReduction(scope=scope(division=HOME), fraction=0.5)
    mild = LimitReduction(scope=scope(matter="fire"), fraction=0.8)
    strict = LimitReduction(scope=scope(matter="fire"), fraction=0.3)

    assert found(rules(limit_reductions=(wide, mild))) == [("unreachable", "limit_reductions/1")]
    assert found(rules(limit_reductions=(wide, strict))) == []


def test_a_case_that_no_post_could_take_is_named_with_its_communities() -> None:
    only_a = (
        *EVERYWHERE[:3],
        Cover(tier=Tier.HANDLING, department=FIRE, level=COMMUNITY, division=A),
    )

    [finding] = find_rule_findings(SAMPLE_RULES, city(*only_a))

    assert finding == Finding(
        kind=FindingKind.NO_POST,
        matter="fire",
        condition="smoke",
        tier=Tier.HANDLING,
        level=COMMUNITY,
        department="fire",
        divisions=(B,),
    )


@pytest.mark.parametrize(
    ("cover", "expected"),
    [
        pytest.param(
            Cover(tier=Tier.HANDLING, department=None, level=COMMUNITY, division=A),
            (B,),
            id="the pool of the community, for any department",
        ),
        pytest.param(
            Cover(tier=Tier.HANDLING, department=None, level=TOWN, division=TOWN_3),
            (A, B),
            id="a town has no such pool",
        ),
        pytest.param(
            Cover(tier=Tier.ENFORCEMENT, department=FIRE, level=CITY, division=HOME),
            (A, B),
            id="another tier",
        ),
        pytest.param(
            Cover(tier=Tier.HANDLING, department=FIRE, level=CITY, division=HOME),
            None,
            id="a higher level may",
        ),
    ],
)
def test_who_counts_as_there(cover: Cover, expected: tuple[str, ...] | None) -> None:
    findings = find_rule_findings(SAMPLE_RULES, city(*EVERYWHERE[:3], cover))

    assert [finding.divisions for finding in findings] == ([] if expected is None else [expected])


def test_a_hole_that_was_there_before_is_no_reason_not_to_open_them() -> None:
    where = city(*EVERYWHERE[:3])
    worse = rules(Override(scope=scope(condition="bag"), tier=Tier.ENFORCEMENT))

    same = find_rule_findings(SAMPLE_RULES, where, SAMPLE_RULES)
    both = find_rule_findings(worse, where, SAMPLE_RULES)

    assert [(one.condition, one.is_old, one.is_blocking) for one in same] == [
        ("smoke", True, False)
    ]
    assert sorted((one.condition or "", one.is_blocking) for one in both) == [
        ("bag", True),
        ("smoke", False),
    ]


def test_a_hole_that_has_become_smaller_is_an_old_one() -> None:
    """The rules in force leave both communities without, the new ones A alone."""
    where = city(
        *EVERYWHERE[:3], Cover(tier=Tier.ENFORCEMENT, department=FIRE, level=COMMUNITY, division=B)
    )
    better = rules(Override(scope=scope(condition="smoke", division=B), tier=Tier.ENFORCEMENT))

    [left] = find_rule_findings(better, where, SAMPLE_RULES)

    assert (left.divisions, left.is_old) == ((A,), True)


def test_levels_of_which_the_city_has_no_division_are_named() -> None:
    ladder = Ladder.of("community", "town", "district", "city")
    minutes = {tier: dict.fromkeys(ladder.levels, 30.0) for tier in Tier}

    kinds = find_rule_findings(rules(ladder=ladder, acknowledge_minutes=minutes), city())

    assert [(one.kind, one.level) for one in kinds] == [(FindingKind.UNKNOWN_LEVEL, "district")]


def test_a_condition_whose_level_no_ladder_knows_is_named() -> None:
    odd = replace(BAG, level=Level("galaxy"))
    where = city(matters={"rubbish": replace(RUBBISH, conditions=(odd,))})

    assert found(SAMPLE_RULES, where) == [("unknown_level", None)]


SCOPES = st.builds(
    lambda **names: scope(**{key: value for key, value in names.items() if value}),
    matter=st.sampled_from(["", "rubbish", "fire"]),
    condition=st.sampled_from(["", "bag", "heap", "smoke"]),
    division=st.sampled_from(["", A, B, TOWN_3, HOME]),
).filter(lambda one: not one.is_everything)


@settings(max_examples=60)
@given(scopes=st.lists(SCOPES, min_size=1, max_size=5, unique=True), data=st.data())
def test_of_the_rules_for_a_case_one_alone_is_the_most_precise(
    scopes: list[Scope], data: st.DataObject
) -> None:
    """A total order: in whatever order rules are written, the same one decides."""
    overrides = [Override(scope=one, tier=Tier.HANDLING) for one in scopes]
    shuffled = data.draw(st.permutations(overrides))
    one, other = rules(*overrides), rules(*shuffled)
    for matter in (RUBBISH, FIRES):
        for condition in (None, *matter.conditions):
            code = None if condition is None else condition.code
            for path in ((A, TOWN_3, HOME), (B, TOWN_3, HOME)):
                assert one.override_for(matter.code, code, path) == other.override_for(
                    matter.code, code, path
                )
