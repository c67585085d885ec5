"""Rules on the wire. What a version says is its `body`, in the form of `rules_form`."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gridsvc.core.dispatch.rule_finding import Finding
from gridsvc.core.dispatch.rule_version import RuleVersion
from gridsvc.services.replay import Replayed
from gridsvc.services.rule_versions import Judged

#: Why; it is stored with the version, so it names no person.
Reason = Annotated[str, Field(min_length=1, max_length=500)]


class RulesVersionOut(BaseModel):
    """A version as lists show it."""

    version: int
    state: str
    revision: int
    effective_at: datetime | None
    reason: str
    drafted_by: str | None
    proposed_by: str | None
    opened_by: str | None
    is_in_force: bool

    @classmethod
    def of(cls, one: RuleVersion, in_force: int) -> "RulesVersionOut":
        """Return the wire form of a version."""
        return cls(**members_of(one), is_in_force=one.version == in_force)


class RulesVersionsOut(BaseModel):
    """Every version, the newest first; where none was opened yet the sample's are in force."""

    items: list[RulesVersionOut]
    in_force: int


class FindingOut(BaseModel):
    """Something that is wrong with rules, with the rule or the case it is about."""

    kind: str
    rule: str | None
    matter: str | None
    condition: str | None
    tier: str | None
    level: str | None
    department: str | None
    divisions: list[str]
    #: whether the rules in force have it too
    is_old: bool
    is_blocking: bool

    @classmethod
    def of(cls, finding: Finding) -> "FindingOut":
        """Return the wire form of a finding."""
        return cls(
            kind=finding.kind,
            rule=finding.rule,
            matter=finding.matter,
            condition=finding.condition,
            tier=finding.tier,
            level=finding.level,
            department=finding.department,
            divisions=list(finding.divisions),
            is_old=finding.is_old,
            is_blocking=finding.is_blocking,
        )


class RulesOut(RulesVersionOut):
    """A version with what it says and what is wrong with that."""

    body: dict[str, Any]
    findings: list[FindingOut]

    @classmethod
    def judged(cls, judged: Judged) -> "RulesOut":
        """Return the wire form of a judged version."""
        return cls(
            **members_of(judged.version),
            is_in_force=judged.is_in_force,
            body=judged.version.body,
            findings=[FindingOut.of(finding) for finding in judged.findings],
        )


class DraftIn(BaseModel):
    """A new version; without a body it begins as a copy of the rules in force."""

    model_config = ConfigDict(extra="forbid")

    body: dict[str, Any] | None = None
    reason: Reason


class SaveIn(BaseModel):
    """What a version shall say; `revision` is that which was looked at."""

    model_config = ConfigDict(extra="forbid")

    revision: int
    body: dict[str, Any]
    reason: Reason


class RuleStepIn(BaseModel):
    """A step on a version, as it was looked at."""

    model_config = ConfigDict(extra="forbid")

    revision: int
    reason: Reason


class RuleDateIn(RuleStepIn):
    """A step that says from when on; None means as proposed, or else at once."""

    effective_at: AwareDatetime | None = None


class DryRunIn(BaseModel):
    """Which past to try rules on: the weeks before an instant, now without one."""

    model_config = ConfigDict(extra="forbid")

    weeks: Annotated[int, Field(ge=1, le=52)] = 2
    until: AwareDatetime | None = None


class OutcomeOut(BaseModel):
    """What came of a decision."""

    outcome: str
    post_id: int | None
    post_code: str | None
    queue: str | None
    tier: str
    level: str
    department: str | None
    due_at: datetime | None


class DifferenceOut(BaseModel):
    """An incident that the rules would have answered otherwise."""

    incident_id: UUID
    number: str
    made_at: datetime
    changed: list[str]
    before: OutcomeOut
    after: OutcomeOut


class LoadChangeOut(BaseModel):
    """Minutes of work that a post would have been given over the whole span."""

    post_id: int
    code: str
    before_minutes: int
    after_minutes: int


class ReplayOut(BaseModel):
    """What rules would have changed; `before` is by the rules of the time."""

    since: datetime
    until: datetime
    incidents: int
    left_out: int
    unlisted: int
    unrepeated: int
    differing: int
    changed: dict[str, int]
    queued_before: int
    queued_after: int
    breaches_before: int
    breaches_after: int
    loads: list[LoadChangeOut]
    differences: list[DifferenceOut]

    @classmethod
    def of(cls, told: Replayed) -> "ReplayOut":
        """Return the wire form of a comparison."""
        return cls.model_validate(asdict(told))


def members_of(one: RuleVersion) -> dict[str, Any]:
    """Return what every form of a version has."""
    return {
        "version": one.version,
        "state": one.state.value,
        "revision": one.revision,
        "effective_at": one.effective_at,
        "reason": one.reason,
        "drafted_by": one.drafted_by,
        "proposed_by": one.proposed_by,
        "opened_by": one.opened_by,
    }
