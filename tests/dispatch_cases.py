"""Everybody in the small town, and the question put to the engine at noon."""

from gridsvc.core.dispatch.decision import Decision, IncidentFacts
from gridsvc.core.dispatch.engine import decide
from gridsvc.core.dispatch.ground import Ground
from gridsvc.core.dispatch.rules import SAMPLE_RULES, Rules
from gridsvc.core.duty import Duty
from gridsvc.core.place import Match
from tests.domain_builders import (
    ASSISTANT,
    CITY,
    DUMPING,
    FIREMAN,
    HANDLER,
    HOME,
    MANAGER,
    NEXT_DOOR,
    NOON,
    OVER_THE_ROAD,
    TOWN_3,
    TOWN_HANDLER,
    division,
    post,
)

ENFORCER = post("t-enforcer", TOWN_3, Duty.ENFORCEMENT_OFFICER, department=DUMPING.department)


EVERYBODY = (MANAGER, ASSISTANT, NEXT_DOOR, OVER_THE_ROAD, HANDLER, TOWN_HANDLER, ENFORCER, FIREMAN)


OUTSIDE = {"grid": None, "match": Match.OUTSIDE, "divisions": (division(HOME, CITY),)}


def ask(incident: IncidentFacts, world: Ground, rules: Rules = SAMPLE_RULES) -> Decision:
    return decide(incident, world, rules, NOON)


def owner(decision: Decision) -> str | None:
    """The code of the post that got it, None when it stands in a queue."""
    if decision.assignment is None:
        return None
    assert decision.candidates[0].post_id == decision.assignment.post_id
    assert decision.candidates[0].officer_id == decision.assignment.officer_id
    return decision.candidates[0].code
