"""Guards: the conditions on a step beyond state and role, judged on the incident and the action."""

from collections.abc import Callable
from dataclasses import dataclass

from gridsvc.core.action import Action
from gridsvc.core.incident import Incident, Verification
from gridsvc.core.life_cycle import Guard
from gridsvc.core.report import PhotoSlot
from gridsvc.core.request import LONGEST_AHEAD, MOST_EXTENSIONS, RequestKind


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRule:
    """How a guard is judged, and what its refusal says."""

    holds: Callable[[Incident, Action], bool]
    message: str
    #: True when it judges what the actor hands in, False when it judges the situation
    asks_input: bool = False


def _has_after_photo_where_asked(_: Incident, action: Action) -> bool:
    asked = action.condition is None or action.condition.needs_after_photo
    return not asked or PhotoSlot.AFTER in action.photo_slots


def _is_verified_where_asked(incident: Incident, action: Action) -> bool:
    """A denied report may still be accepted, but then the dispatcher says why."""
    return incident.verification is not Verification.DENIED or bool(action.reason)


def _is_level_suggested_or_explained(_: Incident, action: Action) -> bool:
    if action.level is None:
        return False
    return action.level == action.suggested_level or bool(action.reason)


def _is_within_a_year(_: Incident, action: Action) -> bool:
    now = action.timing.now
    return action.until is not None and now < action.until <= now + LONGEST_AHEAD


def _is_asked(kind: RequestKind) -> Callable[[Incident, Action], bool]:
    return lambda incident, _: incident.request is not None and incident.request.kind is kind


def _is_not_the_asker(incident: Incident, action: Action) -> bool:
    asked = incident.request
    return asked is None or asked.asked_by is None or asked.asked_by != action.by.officer_id


def _is_in_time(_: Incident, action: Action) -> bool:
    timing = action.timing
    return timing.due_at is not None and timing.now < timing.due_at and not timing.breached_at


def _is_asked_end_ahead(incident: Incident, action: Action) -> bool:
    until = None if incident.request is None else incident.request.until
    return until is not None and action.timing.now < until


def _is_another_reviewer(incident: Incident, action: Action) -> bool:
    """Neither who agreed already nor who solved it judges whether it was late for a reason."""
    agreed = frozenset() if incident.request is None else incident.request.granted_by
    officer = action.by.officer_id
    return officer is not None and officer not in agreed | incident.solvers


GUARDS: dict[Guard, GuardRule] = {
    Guard.REASON_GIVEN: GuardRule(
        holds=lambda _, action: bool(action.reason and action.reason.strip()),
        message="a reason is needed",
        asks_input=True,
    ),
    Guard.CONDITION_CHOSEN: GuardRule(
        holds=lambda incident, action: (
            action.condition is not None and action.condition.matter_code == incident.matter
        ),
        message="a filing condition of this matter must be chosen",
        asks_input=True,
    ),
    Guard.POST_CHOSEN: GuardRule(
        holds=lambda _, action: action.post_id is not None,
        message="a post must be chosen to give it to",
        asks_input=True,
    ),
    Guard.LEVEL_CHOSEN: GuardRule(
        holds=_is_level_suggested_or_explained,
        message="a level must be chosen, and a reason given for another than the one suggested",
        asks_input=True,
    ),
    Guard.AFTER_PHOTO: GuardRule(
        holds=_has_after_photo_where_asked,
        message="a photo of the result is needed",
        asks_input=True,
    ),
    Guard.PHOTO_PAIR: GuardRule(
        holds=lambda _, action: {PhotoSlot.BEFORE, PhotoSlot.AFTER} <= action.photo_slots,
        message="a fix on the spot needs a photo from before and one from after",
        asks_input=True,
    ),
    Guard.SELF_FIX_ALLOWED: GuardRule(
        holds=lambda incident, action: (
            action.matter is not None
            and action.matter.code == incident.matter
            and action.matter.self_fix
        ),
        message="this matter may not be put right on the spot",
    ),
    Guard.CHECKER_IS_NOT_SOLVER: GuardRule(
        holds=lambda incident, action: action.by.officer_id not in incident.solvers,
        message="who solved an incident may not re-check it",
    ),
    Guard.NOT_VERIFIED_YET: GuardRule(
        holds=lambda incident, _: incident.verification is None,
        message="it has been verified already",
    ),
    Guard.VERIFIED_WHERE_ASKED: GuardRule(
        holds=_is_verified_where_asked,
        message="verification found nothing; accepting it all the same needs a reason",
        asks_input=True,
    ),
    Guard.WAS_DISPATCHED: GuardRule(
        holds=lambda incident, _: incident.post_id is not None,
        message="no post has had it yet",
    ),
    Guard.NEVER_DISPATCHED: GuardRule(
        holds=lambda incident, _: incident.post_id is None,
        message="a post has had it already",
    ),
    Guard.SAMPLED: GuardRule(
        holds=lambda incident, action: incident.is_sampled(action.recheck_share),
        message="this fix is not among those that are re-checked",
    ),
    Guard.NOT_SAMPLED: GuardRule(
        holds=lambda incident, action: not incident.is_sampled(action.recheck_share),
        message="this fix is among those that somebody else re-checks",
    ),
    Guard.JOINED: GuardRule(
        holds=lambda incident, _: incident.joined_into is not None,
        message="it is not joined to another one",
    ),
    Guard.CONDITION_KNOWN: GuardRule(
        holds=lambda incident, _: incident.condition is not None,
        message="it was never filed",
    ),
    Guard.NOTHING_ASKED: GuardRule(
        holds=lambda incident, _: incident.request is None,
        message="something has been asked for already and is not answered yet",
    ),
    Guard.EXTENSION_ASKED: GuardRule(
        holds=_is_asked(RequestKind.EXTENSION), message="no extension has been asked for"
    ),
    Guard.SUSPENSION_ASKED: GuardRule(
        holds=_is_asked(RequestKind.SUSPENSION), message="no suspension has been asked for"
    ),
    Guard.APPEAL_ASKED: GuardRule(
        holds=_is_asked(RequestKind.APPEAL), message="nobody has appealed"
    ),
    Guard.NOT_THE_ASKER: GuardRule(holds=_is_not_the_asker, message="who asks does not answer"),
    Guard.NOT_OVERDUE: GuardRule(
        holds=_is_in_time, message="an extension is for a limit that has not run out"
    ),
    Guard.EXTENSIONS_LEFT: GuardRule(
        holds=lambda incident, _: incident.extension_count < MOST_EXTENSIONS,
        message=f"it has been extended {MOST_EXTENSIONS} times, which is all there is",
    ),
    Guard.NEVER_SUSPENDED: GuardRule(
        holds=lambda incident, _: incident.suspension_count == 0,
        message="it has been suspended once, which is all there is",
    ),
    Guard.SUSPENDED: GuardRule(
        holds=lambda incident, _: incident.is_suspended, message="it is not suspended"
    ),
    Guard.NOT_SUSPENDED: GuardRule(
        holds=lambda incident, _: not incident.is_suspended,
        message="it is suspended and has to be resumed first",
    ),
    Guard.END_CHOSEN: GuardRule(
        holds=_is_within_a_year,
        message="an end must be chosen, in the future and within a year",
        asks_input=True,
    ),
    Guard.END_AHEAD: GuardRule(
        holds=_is_asked_end_ahead, message="the end that was asked for has passed"
    ),
    Guard.NOTE_GIVEN: GuardRule(
        holds=lambda _, action: action.has_note,
        message="a note must say what is demanded",
        asks_input=True,
    ),
    Guard.WAS_LATE: GuardRule(
        holds=lambda _, action: action.timing.breached_at is not None,
        message="it was in time; an appeal is about time alone",
    ),
    Guard.NEVER_APPEALED: GuardRule(
        holds=lambda incident, _: not incident.has_appealed,
        message="an appeal has been made once, which is all there is",
    ),
    Guard.ANOTHER_REVIEWER: GuardRule(
        holds=_is_another_reviewer,
        message="an appeal is judged by two people who neither solved it nor judged it before",
    ),
    Guard.NOT_ANSWERED_YET: GuardRule(
        holds=lambda incident, _: incident.satisfaction is None,
        message="the reporter has said already whether they are satisfied",
    ),
    Guard.REOPENED: GuardRule(
        holds=lambda incident, _: incident.reopen_count > 0, message="it was never opened again"
    ),
}
