"""Versions of the rules: drafted, proposed and opened through the service, four eyes each.

Rules are for the whole city, so whoever changes them has a post over it. Each step is an
event; what a version says is judged on every save.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gridsvc.core.actor import Actor
from gridsvc.core.dispatch import rules_form
from gridsvc.core.dispatch.rule_coverage import find_rule_findings
from gridsvc.core.dispatch.rule_finding import City, Finding
from gridsvc.core.dispatch.rule_version import (
    RuleState,
    RuleStep,
    RuleStepRefused,
    RuleVersion,
)
from gridsvc.core.dispatch.rules import Rules
from gridsvc.core.duty import Duty
from gridsvc.core.instant import check_aware
from gridsvc.core.scope import EVERY
from gridsvc.services.context import Context
from gridsvc.services.jurisdiction import check_over, person_key
from gridsvc.services.rules import rules_in_force
from gridsvc.store import rules as stored_rules
from gridsvc.store.database import EVERYTHING
from gridsvc.store.events import Event, append_events, last_seq_of
from gridsvc.store.staff import places_with_posts

#: Who answers for the city's rules, when their post is over the city.
EDITORS = (Duty.PLANNER, Duty.ANALYST, Duty.DISPATCHER)


class UnknownRules(LookupError):
    """There is no such version."""


class StaleRules(Exception):
    """Somebody else has changed the version since it was looked at."""

    def __init__(self, current: RuleVersion) -> None:
        super().__init__(
            f"version {current.version} has changed since you looked at it: "
            f"it is {current.state} now, revision {current.revision}"
        )
        self.current = {
            "version": current.version,
            "state": current.state.value,
            "revision": current.revision,
        }


class RulesHaveFindings(Exception):
    """The rules contradict themselves or the city's lists, or leave a case to nobody."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"{len(findings)} finding(s) keep these rules from being opened")
        self.findings = findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A version with what is wrong with it, and whether it is the one in force."""

    version: RuleVersion
    findings: tuple[Finding, ...]
    is_in_force: bool


def list_rules(ctx: Context) -> tuple[list[RuleVersion], int]:
    """Return every version, the newest first, and the number of the one in force."""
    now = ctx.clock.now()
    with ctx.database.begin(EVERYTHING) as connection:
        in_force = rules_in_force(connection, now)
        return stored_rules.rule_versions(connection), in_force.version


def rules_judged(ctx: Context, version: int) -> Judged:
    """Return a version with its findings as things stand now, or raise `UnknownRules`."""
    now = ctx.clock.now()
    with ctx.database.begin(EVERYTHING) as connection:
        return _judged(ctx, connection, _known(connection, version), now)


def draft_rules(ctx: Context, actor: Actor, body: Mapping[str, Any] | None, reason: str) -> Judged:
    """Start a version, as a copy of the rules in force when no body is given."""
    now = ctx.clock.now()
    with ctx.database.begin(EVERYTHING) as connection:
        _check_editor(ctx, connection, actor, now)
        stored_rules.hold_rules(connection)
        version = stored_rules.last_rules_version(connection) + 1
        if body is None:
            body = rules_form.to_json(rules_in_force(connection, now))
        one = RuleVersion(
            version=version,
            state=RuleState.DRAFT,
            revision=1,
            body=clean_body(body, version, now),
            effective_at=None,
            reason=reason,
            drafted_by=person_key(actor),
            proposed_by=None,
            opened_by=None,
        )
        return _put(ctx, connection, actor, one, "drafted", now)


def save_rules(
    ctx: Context, actor: Actor, version: int, revision: int, body: Mapping[str, Any], reason: str
) -> Judged:
    """Replace what a draft says; a proposal becomes a draft again."""
    return _change(
        ctx,
        actor,
        version,
        revision,
        RuleStep.SAVE,
        lambda one, now: replace(
            one,
            body=clean_body(body, version, now),
            reason=reason,
            drafted_by=person_key(actor),
            proposed_by=None,
        ),
    )


def propose_rules(
    ctx: Context,
    actor: Actor,
    version: int,
    revision: int,
    effective_at: datetime | None,
    reason: str,
) -> Judged:
    """Hand a draft to a second person; `effective_at` None means as soon as it is opened."""
    return _change(
        ctx,
        actor,
        version,
        revision,
        RuleStep.PROPOSE,
        lambda one, _: replace(
            one, effective_at=effective_at, reason=reason, proposed_by=person_key(actor)
        ),
        effective_at,
    )


def open_rules(
    ctx: Context,
    actor: Actor,
    version: int,
    revision: int,
    effective_at: datetime | None,
    reason: str,
) -> Judged:
    """Put a proposal in force from an instant on that is not past; the proposer may not."""
    return _change(
        ctx,
        actor,
        version,
        revision,
        RuleStep.OPEN,
        lambda one, now: replace(
            one,
            effective_at=effective_at or max(one.effective_at or now, now),
            reason=reason,
            opened_by=person_key(actor),
        ),
        effective_at,
    )


def withdraw_rules(ctx: Context, actor: Actor, version: int, revision: int, reason: str) -> Judged:
    """Give a version up before it takes effect."""
    return _change(
        ctx,
        actor,
        version,
        revision,
        RuleStep.WITHDRAW,
        lambda one, _: replace(one, reason=reason),
    )


def candidate_rules(ctx: Context, version: int) -> Rules:
    """Return what a version says, to be tried on the past, or raise `UnknownRules`."""
    with ctx.database.begin(EVERYTHING) as connection:
        return rules_of(_known(connection, version), ctx.clock.now())


def rules_of(one: RuleVersion, at: datetime) -> Rules:
    """Return what a version says; a draft as if it took effect at an instant."""
    effective_at = (one.effective_at or at).isoformat()
    return rules_form.from_json(one.body | {"version": one.version, "effective_at": effective_at})


def clean_body(body: Mapping[str, Any], version: int, at: datetime) -> dict[str, Any]:
    """Return a body in its full form, or raise `InvalidRules` naming what is wrong."""
    said = {key: value for key, value in body.items() if key not in ("version", "effective_at")}
    rules = rules_form.from_json(said | {"version": version, "effective_at": at.isoformat()})
    form = rules_form.to_json(rules)
    return {key: form[key] for key in form if key not in ("version", "effective_at")}


_KIND_OF_STEP = {
    RuleStep.SAVE: "saved",
    RuleStep.PROPOSE: "proposed",
    RuleStep.OPEN: "opened",
    RuleStep.WITHDRAW: "withdrawn",
}


def _change(
    ctx: Context,
    actor: Actor,
    version: int,
    revision: int,
    step: RuleStep,
    changed: Callable[[RuleVersion, datetime], RuleVersion],
    effective_at: datetime | None = None,
) -> Judged:
    now = ctx.clock.now()
    if effective_at is not None:
        check_aware(effective_at=effective_at)
        if effective_at < now:
            raise RuleStepRefused("in_the_past", "rules take effect now or later, never before")
    with ctx.database.begin(EVERYTHING) as connection:
        _check_editor(ctx, connection, actor, now)
        stored_rules.hold_rules(connection)
        one = _known(connection, version)
        if one.revision != revision:
            raise StaleRules(one)
        state = one.state_after(step, person_key(actor), now)
        one = replace(changed(one, now), state=state, revision=one.revision + 1)
        if step is RuleStep.OPEN and any(
            other.effective_at == one.effective_at and other.state is RuleState.OPENED
            for other in stored_rules.rule_versions(connection)
        ):
            raise RuleStepRefused("same_instant", "other rules take effect at that very instant")
        return _put(ctx, connection, actor, one, _KIND_OF_STEP[step], now)


def _put(
    ctx: Context,
    connection: Connection,
    actor: Actor,
    one: RuleVersion,
    kind: str,
    now: datetime,
) -> Judged:
    """Store a version and tell of it; with blocking findings it may be drafted only."""
    judged = _judged(ctx, connection, one, now)
    blocking = tuple(finding for finding in judged.findings if finding.is_blocking)
    if blocking and one.state in (RuleState.PROPOSED, RuleState.OPENED):
        raise RulesHaveFindings(blocking)
    stored_rules.put_rule_version(connection, one, now)
    home = ctx.ground.at(connection, now).home_city.code
    subject_id = str(one.version)
    body: dict[str, Any] = {"revision": one.revision, "officer": actor.officer_id}
    if one.effective_at is not None:
        body["effective_at"] = one.effective_at.isoformat()
    event = Event(
        subject="rules",
        subject_id=subject_id,
        seq=last_seq_of(connection, "rules", subject_id) + 1,
        kind=kind,
        at=now,
        account_id=actor.account_id,
        body=body,
        scope_keys=[EVERY, home],
    )
    append_events(connection, [event])
    in_force = rules_in_force(connection, now)
    return replace(judged, is_in_force=one.version == in_force.version)


def _judged(ctx: Context, connection: Connection, one: RuleVersion, now: datetime) -> Judged:
    in_force = rules_in_force(connection, now)
    found = find_rule_findings(rules_of(one, now), city_of(ctx, connection, now), in_force)
    return Judged(version=one, findings=found, is_in_force=one.version == in_force.version)


def city_of(ctx: Context, connection: Connection, now: datetime) -> City:
    """Return the lists and posts that rules are held against."""
    index = ctx.ground.at(connection, now)
    reference = ctx.ground.reference(connection)
    communities = sorted({grid.division_codes for grid in index.grids.values() if grid.is_home})
    return City(
        matters=reference.matters,
        departments=reference.department_codes,
        paths=tuple(tuple(index.divisions[c] for c in codes) for codes in communities),
        covers=places_with_posts(connection, now),
        calendar=reference.calendar,
    )


def _check_editor(ctx: Context, connection: Connection, actor: Actor, now: datetime) -> None:
    home = ctx.ground.at(connection, now).home_city.code
    check_over(actor, [home], EDITORS, "the city's set of rules")


def _known(connection: Connection, version: int) -> RuleVersion:
    found = stored_rules.rule_version(connection, version)
    if found is None:
        raise UnknownRules(f"there are no rules of version {version}")
    return found
