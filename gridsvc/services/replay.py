"""Replay: past incidents decided again by other rules, and held against the rules of the time.

Both are asked about the world as it was, so what differs comes from the rules alone. Loads
are those of the time and do not follow the other rules' choices. Nothing is stored.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from gridsvc.core.dispatch.comparison import Aspect, Outcome, aspects_changed, outcome_of
from gridsvc.core.dispatch.decision import Decision, IncidentFacts, Purpose
from gridsvc.core.dispatch.engine import decide
from gridsvc.core.dispatch.reason import QueueReason, Reason
from gridsvc.core.dispatch.rules import Rules
from gridsvc.core.grid import GridId
from gridsvc.core.incident import IncidentId, is_sampled
from gridsvc.core.instant import check_aware
from gridsvc.core.officer import OfficerId
from gridsvc.core.place import Match, Place
from gridsvc.core.post import PostId
from gridsvc.core.report import ReportSource
from gridsvc.core.task import USUAL_MINUTES
from gridsvc.services.context import Context
from gridsvc.services.ground import Reference
from gridsvc.services.past import Past
from gridsvc.store.database import EVERYTHING
from gridsvc.store.past import count_received, first_decisions

_SELF_FIX = (
    Reason.SELF_FIXED,
    Reason.SELF_FIX_SAMPLED,
    Reason.SELF_FIX_NOT_ALLOWED,
    Reason.SELF_FIX_WITHOUT_PHOTO_PAIR,
)
_WITH_PAIR = (Reason.SELF_FIXED, Reason.SELF_FIX_SAMPLED)
_UNFILED = (
    QueueReason.CONDITION_MISSING,
    QueueReason.AWAITS_ACCEPTANCE,
    QueueReason.VERIFICATION_DENIED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An incident that other rules would have answered otherwise."""

    incident_id: UUID
    number: str
    made_at: datetime
    changed: tuple[Aspect, ...]
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadChange:
    """Minutes of work that a post would have been given over the whole span."""

    post_id: int
    code: str
    before_minutes: int
    after_minutes: int


@dataclass(slots=True)
class Replayed:
    """What other rules would have changed; `before` is by the rules of the time."""

    since: datetime
    until: datetime
    #: the incidents that were decided again
    incidents: int = 0
    #: older ones of the span that were left out
    left_out: int = 0
    #: those whose matter or condition is no longer listed
    unlisted: int = 0
    #: those for which the rules of the time do not give again what was decided then
    unrepeated: int = 0
    #: how many of them differ in each aspect
    changed: dict[str, int] = field(default_factory=dict)
    differing: int = 0
    #: the first of them
    differences: list[Difference] = field(default_factory=list)
    queued_before: int = 0
    queued_after: int = 0
    #: solved, or still unsolved at `until`, after the limit, had the work taken as long as it did
    breaches_before: int = 0
    breaches_after: int = 0
    loads: list[LoadChange] = field(default_factory=list)


def replay(
    ctx: Context,
    rules: Rules,
    since: datetime,
    until: datetime,
    *,
    scope: tuple[str, ...] = EVERYTHING,
    most: int | None = None,
    most_told: int = 1_000,
    progress: Callable[[int], None] = lambda _: None,
) -> Replayed:
    """Decide the incidents of [since, until) again, of more than `most` the newest.

    Each by its first decision about who solves it, or of all when there was none yet. Raises
    ValueError for an instant without zone or an empty span.
    """
    check_aware(since=since, until=until)
    if since >= until:
        raise ValueError(f"the span from {since} to {until} is empty")
    told = Replayed(since=since, until=until)
    loads: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    with ctx.database.begin(scope) as connection:
        known = ctx.ground.stamped(connection)
        received = count_received(connection, since, until)
        past = Past.read(connection, known, since, max(until, ctx.clock.now()))
        reference = known.reference()
        for row in first_decisions(connection, since, until, most):
            told.incidents += 1
            if told.incidents % 100 == 0:
                progress(told.incidents)
            facts = facts_of(row, reference)
            if facts is None:
                told.unlisted += 1
                continue
            of_the_time = known.rules(row["made_at"])
            before = decided(past, row, facts, of_the_time)
            told.unrepeated += not is_repeated(row, before)
            after = decided(past, row, facts, rules)
            weigh(told, loads, row, weighed(before), weighed(after), most_told)
    told.left_out = received - told.incidents
    told.loads = [
        LoadChange(post_id=post_id, code=code, before_minutes=one, after_minutes=other)
        for (post_id, code), (one, other) in sorted(loads.items(), key=lambda kv: kv[0][1])
        if one != other
    ]
    return told


def facts_of(row: RowMapping, reference: Reference) -> IncidentFacts | None:
    """Return what was known of an incident at its decision, None when it is no longer listed."""
    matter = reference.matters.get(row["matter_code"])
    is_public = row["source"] == ReportSource.PUBLIC
    is_unfiled = row["queue_reason"] in _UNFILED or (is_public and row["purpose"] != Purpose.FIRST)
    code = None if is_unfiled else row["condition_code"]
    condition = None if code is None else reference.conditions.get(code)
    if matter is None or (code is not None and condition is None):
        return None
    reasons = row["reasons"]
    was_chosen = Reason.CHOSEN_BY_DISPATCHER in reasons
    return IncidentFacts(
        incident_id=row["incident_id"],
        purpose=Purpose.FIRST,
        matter=matter,
        condition=condition,
        is_public=is_public,
        is_verified=row["purpose"] != Purpose.VERIFY,
        is_denied=row["queue_reason"] == QueueReason.VERIFICATION_DENIED,
        reporter=None
        if row["reporter_officer_id"] is None
        else OfficerId(row["reporter_officer_id"]),
        self_fix=any(reason in reasons for reason in _SELF_FIX),
        has_photo_pair=any(reason in reasons for reason in _WITH_PAIR),
        chosen_post=PostId(row["post_id"]) if was_chosen and row["post_id"] else None,
    )


def decided(past: Past, row: RowMapping, facts: IncidentFacts, rules: Rules) -> Decision:
    """Return what rules say to an incident in the world of its decision."""
    grid_id = None if row["owner_grid_id"] is None else GridId(row["owner_grid_id"])
    world = past.world(row["made_at"], row["number"], grid_id, rules)
    ground = world.ground(Match(row["match"]), grid_id, Place(lon=row["lon"], lat=row["lat"]))
    drawn = is_sampled(IncidentId(facts.incident_id), rules.self_fix_recheck_share)
    return decide(replace(facts, is_sampled=drawn), ground, rules, row["made_at"])


def is_repeated(row: RowMapping, decision: Decision) -> bool:
    """Tell whether a decision is the one that was stored then."""
    given, queue = decision.assignment, decision.queue
    now = (
        decision.tier.value,
        decision.level,
        None if given is None else given.post_id,
        None if queue is None else queue.division_code,
    )
    return now == (row["tier"], row["level"], row["post_id"], row["queue_division"])


def weighed(decision: Decision) -> Outcome:
    """Return what came of a decision, with the minutes that its task costs."""
    given = decision.assignment
    return outcome_of(decision, USUAL_MINUTES[given.task_kind] if given else 0)


def weigh(
    told: Replayed,
    loads: defaultdict[tuple[int, str], list[int]],
    row: RowMapping,
    before: Outcome,
    after: Outcome,
    most_told: int,
) -> None:
    """Count what one incident adds to the comparison."""
    for side, outcome in enumerate((before, after)):
        if outcome.post_id is not None and outcome.post_code is not None:
            loads[outcome.post_id, outcome.post_code][side] += outcome.minutes
    told.queued_before += before.outcome == "queued"
    told.queued_after += after.outcome == "queued"
    told.breaches_before += is_late(before, row["solved_at"], told.until)
    told.breaches_after += is_late(after, row["solved_at"], told.until)
    changed = aspects_changed(before, after)
    if not changed:
        return
    for aspect in changed:
        told.changed[aspect.value] = told.changed.get(aspect.value, 0) + 1
    told.differing += 1
    if len(told.differences) < most_told:
        told.differences.append(
            Difference(
                incident_id=row["incident_id"],
                number=row["number"],
                made_at=row["made_at"],
                changed=changed,
                before=before,
                after=after,
            )
        )


def is_late(outcome: Outcome, solved_at: datetime | None, until: datetime) -> bool:
    """Tell whether the work would have ended after its limit."""
    return outcome.due_at is not None and outcome.due_at < (solved_at or until)
