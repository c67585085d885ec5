"""What the engine is told of an incident; what surrounds it is in `world`."""

from gridsvc.core.dispatch.authority import choose_authority
from gridsvc.core.dispatch.decision import IncidentFacts, Purpose
from gridsvc.core.dispatch.ground import Ground
from gridsvc.core.dispatch.rules import Rules
from gridsvc.core.division import Level
from gridsvc.core.incident import Incident, Verification
from gridsvc.core.matter import FilingCondition, Matter
from gridsvc.core.report import ReportSource
from gridsvc.services.ask import Ask


def facts_of(
    incident: Incident, matter: Matter, condition: FilingCondition | None, rules: Rules, ask: Ask
) -> IncidentFacts:
    """Return what is known of an incident, and what is asked."""
    return IncidentFacts(
        incident_id=incident.incident_id,
        purpose=ask.purpose,
        matter=matter,
        condition=condition,
        is_public=incident.source is ReportSource.PUBLIC,
        is_verified=incident.verification is not None,
        is_denied=incident.verification is Verification.DENIED,
        reporter=incident.reporter,
        self_fix=ask.self_fix,
        has_photo_pair=ask.has_photo_pair,
        is_sampled=incident.is_sampled(rules.self_fix_recheck_share),
        excluded_officers=ask.excluded_officers,
        excluded_posts=ask.excluded_posts,
        raised_to=ask.raised_to,
        chosen_level=incident.chosen_level,
        chosen_post=ask.chosen_post,
        previous_post=incident.post_id,
        handle_clock=ask.handle_clock,
    )


def level_when_done(
    incident: Incident,
    matter: Matter,
    condition: FilingCondition | None,
    rules: Rules,
    ground: Ground,
) -> Level:
    """Return the level that an incident asks for by itself, neither raised nor chosen."""
    facts = IncidentFacts(incident_id=incident.incident_id, matter=matter, condition=condition)
    return choose_authority(facts, Purpose.FIRST, ground, rules).level
