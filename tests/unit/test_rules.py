import json
from dataclasses import replace
from typing import Any

import pytest

from gridsvc.core.dispatch.rules import (
    SAMPLE_RULES,
    InvalidRules,
    LimitReduction,
    Override,
    Rules,
    Scope,
)
from gridsvc.core.dispatch.rules_form import from_json, to_json
from gridsvc.core.division import Ladder, Level
from gridsvc.core.duty import Tier
from gridsvc.core.matter import Limit, LimitKind, Severity
from tests.domain_builders import COMMUNITY, FIRE, LITTLE, RUBBISH, TOWN, TOWN_3, A, at

HERE = Scope(matter=RUBBISH.code)
LEVELS = SAMPLE_RULES.ladder.levels
FULL = replace(
    SAMPLE_RULES,
    version=7,
    recheck_limit=Limit(amount=2, kind=LimitKind.WORK_HOURS),
    level_by_severity={Severity.URGENT: TOWN},
    overrides=(
        Override(scope=HERE, tier=Tier.ENFORCEMENT),
        Override(scope=Scope(condition=LITTLE.code, division=A), level=TOWN, department=FIRE),
    ),
    limit_reductions=(LimitReduction(scope=Scope(division=TOWN_3), fraction=0.5),),
)


@pytest.mark.parametrize("rules", [SAMPLE_RULES, FULL], ids=["sample", "full"])
def test_rules_survive_their_dictionary_form(rules: Rules) -> None:
    assert from_json(json.loads(json.dumps(to_json(rules)))) == rules


def test_what_is_left_out_has_its_default() -> None:
    form = to_json(SAMPLE_RULES)
    short = {key: form[key] for key in ("version", "effective_at", "acknowledge_minutes")}
    assert from_json(short).warn_fraction == 0.8


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"warn_fraction": 1.0}, "warn_fraction", id="a warning with the breach"),
        pytest.param({"warn_fraction": float("nan")}, "warn_fraction", id="no number"),
        pytest.param({"self_fix_recheck_share": 1.5}, "self_fix_recheck_share", id="a share"),
        pytest.param({"border_zone_m": -1.0}, "border_zone_m", id="a negative zone"),
        pytest.param({"candidates_per_level": 0}, "candidates_per_level", id="nobody asked"),
        pytest.param(
            {"limit_reductions": (LimitReduction(scope=HERE, fraction=1.2),)},
            "only ever shortened",
            id="a longer limit",
        ),
        pytest.param(
            {"overrides": (Override(scope=HERE, level=Level("county")),)},
            "county is no level",
            id="a level that is not on the ladder",
        ),
        pytest.param(
            {"level_by_severity": {Severity.URGENT: Level("county")}}, "county", id="nor here"
        ),
        pytest.param(
            {
                "overrides": (
                    Override(scope=HERE, level=TOWN),
                    Override(scope=HERE, level=COMMUNITY),
                )
            },
            "two overrides",
            id="contradiction",
        ),
        pytest.param({"overrides": (Override(scope=HERE),)}, "changes nothing", id="no effect"),
        pytest.param(
            {"overrides": (Override(scope=Scope(), level=TOWN),)}, "for everything", id="no scope"
        ),
        pytest.param(
            {"overrides": (Override(scope=HERE, tier=Tier.PATROL, level=TOWN),)},
            "patrol work",
            id="patrol above the lowest level",
        ),
        pytest.param(
            {"acknowledge_minutes": {Tier.PATROL: {COMMUNITY: 30}}},
            "no acknowledge minutes for handling",
            id="a hole",
        ),
        pytest.param(
            {
                "acknowledge_minutes": {
                    t: dict.fromkeys(("community", "town", "city"), 0) for t in Tier
                }
            },
            "more than 0",
            id="no time at all",
        ),
        pytest.param(
            {"ladder": Ladder.of("community", "county", "town", "city")}, "county", id="a new level"
        ),
        pytest.param(
            {"effective_at": at("2026-11-23 12:00").replace(tzinfo=None)}, "effective_at", id="zone"
        ),
    ],
)
def test_rules_that_cannot_be_opened(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(SAMPLE_RULES, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"colour": "red"}, "colour", id="an unknown key"),
        pytest.param({"warn_fraction": "0.8"}, "no number", id="text for a number"),
        pytest.param({"version": True}, "whole number", id="yes for a number"),
        pytest.param({"tier_by_severity": {"urgent": "army"}}, "army", id="an unknown tier"),
        pytest.param({"effective_at": "tomorrow"}, "tomorrow", id="no instant"),
        pytest.param({"ladder": [1, 2]}, "no text", id="numbers for levels"),
        pytest.param({"overrides": [{"scope": {"street": "x"}}]}, "street", id="an unknown scope"),
        pytest.param({"overrides": [1]}, "cannot be read", id="a number for an override"),
        pytest.param({"verify_limit": {"amount": 1}}, "cannot be read", id="half a limit"),
    ],
)
def test_forms_that_cannot_be_read(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidRules, match=words):
        from_json({**to_json(SAMPLE_RULES), **changes})


def test_rules_cannot_be_changed_in_place() -> None:
    with pytest.raises(TypeError):
        SAMPLE_RULES.acknowledge_minutes[Tier.PATROL][COMMUNITY] = 1  # type: ignore[index]


def test_a_ladder_is_data() -> None:
    ladder = Ladder.of("village", "county", "city", "province")

    assert ladder.above(Level("county")) == "city"
    assert ladder.above(Level("province")) is None
    assert ladder.highest_of([Level("county"), Level("village")]) == "county"
    for wrong in ((), ("town", "town")):
        with pytest.raises(ValueError, match="ladder"):
            Ladder.of(*wrong)
    with pytest.raises(ValueError, match="hamlet"):
        ladder.rank(Level("hamlet"))
