"""`/rules`: versions of the rules, each drafted, tried, proposed and opened by a second person."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, status

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.rules import (
    DraftIn,
    DryRunIn,
    ReplayOut,
    RuleDateIn,
    RulesOut,
    RuleStepIn,
    RulesVersionOut,
    RulesVersionsOut,
    SaveIn,
)
from gridsvc.api.security import ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services import rule_versions as versions
from gridsvc.services.replay import replay

router = APIRouter(prefix="/rules", tags=["rules"], responses=PROBLEMS)
Editor = Annotated[Actor, require(Permission.RULES_EDIT)]
#: So many are answered while somebody waits; the shell takes any number.
MOST_TRIED, MOST_TOLD = 5_000, 200
Number = Annotated[int, Path(ge=1, le=2**62)]


@router.get("", operation_id="listRules", dependencies=[require(Permission.INCIDENT_READ)])
def get_versions(ctx: ContextDep) -> RulesVersionsOut:
    """Return every version, the newest first, and which one is in force."""
    found, in_force = versions.list_rules(ctx)
    return RulesVersionsOut(
        items=[RulesVersionOut.of(one, in_force) for one in found], in_force=in_force
    )


@router.get("/{version}", operation_id="getRules", dependencies=[require(Permission.INCIDENT_READ)])
def get_rules(version: Number, ctx: ContextDep) -> RulesOut:
    """Return a version with what it says and what is wrong with it as things stand."""
    return RulesOut.judged(versions.rules_judged(ctx, version))


@router.post("", operation_id="draftRules", status_code=status.HTTP_201_CREATED)
def post_rules(body: DraftIn, actor: Editor, ctx: ContextDep) -> RulesOut:
    """Start a version. 422 names what cannot be understood; findings come with the answer."""
    return RulesOut.judged(versions.draft_rules(ctx, actor, body.body, body.reason))


@router.put("/{version}", operation_id="saveRules")
def put_rules(version: Number, body: SaveIn, actor: Editor, ctx: ContextDep) -> RulesOut:
    """Replace what a draft says; a proposal becomes a draft again."""
    return RulesOut.judged(
        versions.save_rules(ctx, actor, version, body.revision, body.body, body.reason)
    )


@router.post("/{version}/propose", operation_id="proposeRules")
def post_proposal(version: Number, body: RuleDateIn, actor: Editor, ctx: ContextDep) -> RulesOut:
    """Hand a draft to a second person; 409 names what keeps it from being opened."""
    return RulesOut.judged(
        versions.propose_rules(ctx, actor, version, body.revision, body.effective_at, body.reason)
    )


@router.post("/{version}/open", operation_id="openRules")
def post_opening(version: Number, body: RuleDateIn, actor: Editor, ctx: ContextDep) -> RulesOut:
    """Put a proposal of somebody else's in force, now or later."""
    return RulesOut.judged(
        versions.open_rules(ctx, actor, version, body.revision, body.effective_at, body.reason)
    )


@router.post("/{version}/withdraw", operation_id="withdrawRules")
def post_withdrawal(version: Number, body: RuleStepIn, actor: Editor, ctx: ContextDep) -> RulesOut:
    """Give a version up before it takes effect."""
    return RulesOut.judged(versions.withdraw_rules(ctx, actor, version, body.revision, body.reason))


@router.post("/{version}/dry-run", operation_id="tryRules")
def post_dry_run(version: Number, body: DryRunIn, actor: Editor, ctx: ContextDep) -> ReplayOut:
    """Decide past incidents again by a version and say what would have changed; stores nothing.

    Only the newest of very many are taken; `left_out` counts the others.
    """
    rules = versions.candidate_rules(ctx, version)
    until = min(body.until or ctx.clock.now(), ctx.clock.now())
    since = until - timedelta(weeks=body.weeks)
    return ReplayOut.of(
        replay(ctx, rules, since, until, scope=actor.scope, most=MOST_TRIED, most_told=MOST_TOLD)
    )
