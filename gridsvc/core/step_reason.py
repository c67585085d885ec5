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
    # why more time is needed
    WAITS_FOR_MATERIAL = "waits_for_material"
    WEATHER = "weather"
    LARGER_THAN_REPORTED = "larger_than_reported"
    NO_ACCESS = "no_access"
    # why the clock should stand still
    ENGINEERING = "engineering"  # 工程
    SEASONAL = "seasonal"  # 季节
    NO_CONDITION = "no_condition"  # 暂不具备条件
    # why it goes on
    CONDITION_MET = "condition_met"
    # why something asked for is refused
    NOT_JUSTIFIED = "not_justified"
    TOO_URGENT = "too_urgent"
    # why it is closed without having been solved
    OWNERLESS = "ownerless"  # 无主
    LEGAL_PROCEDURE = "legal_procedure"  # 进入法律程序
    OTHER_PROJECT = "other_project"  # 纳入其他工程
    REPORTER_WITHDREW = "reporter_withdrew"
    # why being late should not count
    LATE_DISPATCH = "late_dispatch"
    FORCE_MAJEURE = "force_majeure"
    SYSTEM_FAULT = "system_fault"
    # why another level than the one suggested
    SMALLER_THAN_REPORTED = "smaller_than_reported"
    ATTENTION = "attention"  # 社会关注度高
    OTHER = "other"


_R = StepReason
_REFUSALS = frozenset({_R.NOT_JUSTIFIED, _R.TOO_URGENT, _R.OTHER})
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
    Step.CHOOSE_LEVEL: frozenset(
        {
            _R.LARGER_THAN_REPORTED,
            _R.SMALLER_THAN_REPORTED,
            _R.NEEDS_AUTHORITY,
            _R.NEEDS_OTHERS,
            _R.ATTENTION,
            _R.OTHER,
        }
    ),
    Step.VOID: frozenset({_R.DUPLICATE, _R.NOT_ADMITTED, _R.NOTHING_THERE, _R.OTHER}),
    Step.REQUEST_EXTENSION: frozenset(
        {
            _R.WAITS_FOR_MATERIAL,
            _R.WEATHER,
            _R.LARGER_THAN_REPORTED,
            _R.NO_ACCESS,
            _R.NEEDS_OTHERS,
            _R.OTHER,
        }
    ),
    Step.REFUSE_EXTENSION: _REFUSALS,
    Step.REQUEST_SUSPENSION: frozenset({_R.ENGINEERING, _R.SEASONAL, _R.NO_CONDITION}),
    Step.REFUSE_SUSPENSION: _REFUSALS,
    Step.RESUME: frozenset({_R.CONDITION_MET, _R.TOO_URGENT, _R.OTHER}),
    Step.FORCE_CLOSE: frozenset(
        {
            _R.OWNERLESS,
            _R.LEGAL_PROCEDURE,
            _R.OTHER_PROJECT,
            _R.REPORTER_WITHDREW,
            _R.OTHER,
        }
    ),
    Step.APPEAL: frozenset(
        {
            _R.WRONG_DISPATCH,
            _R.LATE_DISPATCH,
            _R.NEEDS_OTHERS,
            _R.FORCE_MAJEURE,
            _R.SYSTEM_FAULT,
            _R.OTHER,
        }
    ),
    Step.REJECT_APPEAL: frozenset({_R.NOT_JUSTIFIED, _R.OTHER}),
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
