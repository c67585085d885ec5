"""Why somebody takes a step: codes that events may hold, where free text may not.

What people write stands apart, in text that can be erased; "other" asks for some.
"""

from enum import StrEnum

from gridsvc.core.life_cycle import Step


class StepReason(StrEnum):
    """One reason; stored for ever, so a code is added and never given another meaning."""

    ALREADY_SOLVED = "already_solved"
    NOTHING_THERE = "nothing_there"
    OTHER_PLACE = "other_place"
    OTHER_DEPARTMENT = "other_department"
    NEEDS_AUTHORITY = "needs_authority"
    NEEDS_OTHERS = "needs_others"
    NOT_SOLVED = "not_solved"
    PARTLY_SOLVED = "partly_solved"
    CAME_BACK = "came_back"
    DUPLICATE = "duplicate"
    NOT_ADMITTED = "not_admitted"
    WRONG_DISPATCH = "wrong_dispatch"
    CLOSER_PERSON = "closer_person"
    ABSENT = "absent"
    TOO_BUSY = "too_busy"
    FOUND_AFTER_ALL = "found_after_all"
    OTHER = "other"


_R = StepReason
REASONS_OF_STEP: dict[Step, frozenset[StepReason]] = {
    Step.VERIFY_DENY: frozenset({_R.NOTHING_THERE, _R.OTHER_PLACE, _R.ALREADY_SOLVED, _R.OTHER}),
    Step.ACCEPT: frozenset({_R.FOUND_AFTER_ALL, _R.OTHER}),
    Step.DISPATCH: frozenset(
        {
            _R.WRONG_DISPATCH,
            _R.CLOSER_PERSON,
            _R.ABSENT,
            _R.TOO_BUSY,
            _R.NEEDS_AUTHORITY,
            _R.OTHER,
        }
    ),
    Step.RETURN: frozenset(
        {
            _R.OTHER_DEPARTMENT,
            _R.OTHER_PLACE,
            _R.NEEDS_AUTHORITY,
            _R.NEEDS_OTHERS,
            _R.ALREADY_SOLVED,
            _R.OTHER,
        }
    ),
    Step.RECHECK_FAIL: frozenset({_R.NOT_SOLVED, _R.PARTLY_SOLVED, _R.CAME_BACK, _R.OTHER}),
    Step.VOID: frozenset({_R.DUPLICATE, _R.NOT_ADMITTED, _R.NOTHING_THERE, _R.OTHER}),
}


class UnknownReason(ValueError):
    """A reason that does not belong to the step."""


def check_reason(step: Step, reason: str | None, note: str) -> str | None:
    """Return the reason, or say which ones the step has; "other" says more in the note."""
    if reason is None:
        return None
    allowed = REASONS_OF_STEP.get(step, frozenset())
    if reason not in allowed:
        listed = ", ".join(sorted(allowed)) or "none"
        raise UnknownReason(f"“{step}” has the reasons {listed}; not {reason!r}")
    if reason == StepReason.OTHER and not note.strip():
        raise UnknownReason("the reason “other” needs a note that says which")
    return reason
