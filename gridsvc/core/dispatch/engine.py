"""The dispatch engine: one pure function from an incident and its world to a decision."""

from datetime import datetime

from gridsvc.core.dispatch.decision import Decision, IncidentFacts
from gridsvc.core.dispatch.ground import Ground
from gridsvc.core.dispatch.rules import Rules


def decide(incident: IncidentFacts, ground: Ground, rules: Rules, now: datetime) -> Decision:
    """Say who gets an incident, or in whose queue it stands, and why."""
    raise NotImplementedError
