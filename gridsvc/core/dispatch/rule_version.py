"""Versions of the rules: drafted by one person, opened by another, in force from an instant on.

The instants and lists that a version is judged by are handed in; what it says is in `rules`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class RuleState(StrEnum):
    """How far a version has come."""

    DRAFT = "draft"
    PROPOSED = "proposed"  # waits for the eyes of a second person
    OPENED = "opened"  # in force from its instant on, never changed again
    WITHDRAWN = "withdrawn"


class RuleStep(StrEnum):
    """What is done to a version."""

    SAVE = "save"
    PROPOSE = "propose"
    OPEN = "open"
    WITHDRAW = "withdraw"


#: A saved proposal is a draft again: nobody opens what nobody has proposed as it stands.
STATE_AFTER: dict[tuple[RuleState, RuleStep], RuleState] = {
    (RuleState.DRAFT, RuleStep.SAVE): RuleState.DRAFT,
    (RuleState.PROPOSED, RuleStep.SAVE): RuleState.DRAFT,
    (RuleState.DRAFT, RuleStep.PROPOSE): RuleState.PROPOSED,
    (RuleState.PROPOSED, RuleStep.OPEN): RuleState.OPENED,
    (RuleState.DRAFT, RuleStep.WITHDRAW): RuleState.WITHDRAWN,
    (RuleState.PROPOSED, RuleStep.WITHDRAW): RuleState.WITHDRAWN,
    # only before its instant: what was in force stays written
    (RuleState.OPENED, RuleStep.WITHDRAW): RuleState.WITHDRAWN,
}


class RuleStepRefused(Exception):
    """A step that a version does not allow; `code` is for machines."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """A version of the rules as stored; people stand in it as `o{officer}` or `a{account}`."""

    version: int
    state: RuleState
    #: counts the changes; one who changes it says which they saw
    revision: int
    #: without `version` and `effective_at`, which are this row's own
    body: dict[str, Any]
    effective_at: datetime | None
    reason: str
    drafted_by: str | None
    proposed_by: str | None
    opened_by: str | None

    def state_after(self, step: RuleStep, by: str, now: datetime) -> RuleState:
        """Return the state after a step of somebody, or raise `RuleStepRefused`."""
        target = STATE_AFTER.get((self.state, step))
        if target is None:
            raise RuleStepRefused(
                "wrong_state",
                f"“{step}” is not possible while version {self.version} is {self.state}",
            )
        if step is RuleStep.OPEN and by == self.proposed_by:
            raise RuleStepRefused("four_eyes", "who proposed rules does not open them")
        has_begun = self.effective_at is not None and self.effective_at <= now
        if self.state is RuleState.OPENED and has_begun:
            raise RuleStepRefused(
                "in_force", "these rules have taken effect; open others to replace them"
            )
        return target
