"""Taking reports in: place, file, decide and give, many at once and each exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from gridsvc.core.action import Standing as Party
from gridsvc.core.actor import Actor
from gridsvc.core.calendar import SHANGHAI
from gridsvc.core.dispatch.decision import Purpose
from gridsvc.core.division import DivisionCode
from gridsvc.core.geo.datum import to_4490
from gridsvc.core.geo.locate import Placed
from gridsvc.core.grid import GridId
from gridsvc.core.incident import Incident, IncidentId
from gridsvc.core.life_cycle import Role, Step
from gridsvc.core.ordered_id import ordered_id
from gridsvc.core.permission import AccountKind
from gridsvc.core.place import Match, Place
from gridsvc.core.report import (
    PhotoSlot,
    Report,
    ReportFlag,
    ReportId,
    ReportSource,
    record_time,
)
from gridsvc.core.scope import account_key
from gridsvc.services.ask import Ask
from gridsvc.services.casework import Case
from gridsvc.services.context import Context
from gridsvc.services.ground import GroundIndex, Reference
from gridsvc.services.report_draft import ReportConflict, ReportDraft, check_codes
from gridsvc.services.world import World
from gridsvc.store.incidents import StoredIncident, next_numbers
from gridsvc.store.ledger import Ledger
from gridsvc.store.reports import NewEvidence, NewReport, Receipt, receipts_of

_FLAG_OF_MATCH = {
    Match.NEAREST: ReportFlag.NEAREST_GRID,
    Match.OVERLAP: ReportFlag.OVERLAPPING_GRIDS,
    Match.OUTSIDE: ReportFlag.OUTSIDE_ALL_GRIDS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenReport:
    """What became of a report."""

    receipt: Receipt
    is_new: bool


def report_many(
    ctx: Context, drafts: Sequence[tuple[Actor, ReportDraft]]
) -> list[TakenReport | ReportConflict]:
    """Take reports in, in one transaction; a known one is answered as it was the first time.

    A conflict concerns its own report only. Two transactions that bring the same new
    report meet at its primary key; the later one then finds it known.
    """
    try:
        return _report_many_once(ctx, drafts)
    except IntegrityError:
        return _report_many_once(ctx, drafts)


def _report_many_once(
    ctx: Context, drafts: Sequence[tuple[Actor, ReportDraft]]
) -> list[TakenReport | ReportConflict]:
    now = ctx.clock.now()
    with ctx.database.begin_intake() as connection:
        known = receipts_of(connection, [draft.report_id for _, draft in drafts])
        fresh: dict[UUID, tuple[Actor, ReportDraft]] = {}
        for actor, draft in drafts:
            if draft.report_id not in known:
                fresh.setdefault(draft.report_id, (actor, draft))
        if fresh:
            known_ground = ctx.ground.stamped(connection)
            reference, index = known_ground.reference(), known_ground.at(now)
            located = [
                locate_report(index, actor, check_codes(draft, reference), now)
                for actor, draft in fresh.values()
            ]
            grids = [one.owner_grid for one in located]
            world = World.around(connection, known_ground, now, grids)
            numbers = next_numbers(connection, len(located))
            ledger = Ledger()
            for one, number in zip(located, numbers, strict=True):
                # A late report may belong to the grid of a generation that is past.
                of_record = (
                    world.index
                    if one.record_at >= world.index.effective_at
                    else known_ground.at(one.record_at)
                )
                known[one.draft.report_id] = file_report(one, of_record, world, ledger, number)
            ledger.write(connection)
    return [_answer(actor, draft, known[draft.report_id], fresh) for actor, draft in drafts]


def _answer(
    actor: Actor,
    draft: ReportDraft,
    receipt: Receipt,
    fresh: dict[UUID, tuple[Actor, ReportDraft]],
) -> TakenReport | ReportConflict:
    if receipt.account_id != actor.account_id or receipt.content_digest != draft.digest():
        return ReportConflict(draft.report_id)
    first = fresh.get(draft.report_id)
    return TakenReport(receipt=receipt, is_new=first is not None and first[1] is draft)


def check_draft(draft: ReportDraft, reference: Reference, now: datetime) -> None:
    """Raise what a report is refused for, whatever else comes with it."""
    check_codes(draft, reference)
    to_4490(draft.raw_place.lon, draft.raw_place.lat, draft.raw_place.datum)
    record_time(draft.observed_at, now, draft.device_sent_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedReport:
    """A report with its place in the generation in force when it was received."""

    actor: Actor
    draft: ReportDraft
    place: Place
    placed: Placed
    observed_at: datetime
    record_at: datetime
    received_at: datetime
    flags: tuple[ReportFlag, ...]

    @property
    def owner_grid(self) -> GridId | None:
        """The grid whose posts answer for it."""
        return None if self.placed.key is None else GridId(self.placed.key)


def locate_report(
    index: GroundIndex, actor: Actor, draft: ReportDraft, now: datetime
) -> LocatedReport:
    """Find where a report lies; every place on Earth has an answer."""
    raw = draft.raw_place
    lon, lat = to_4490(raw.lon, raw.lat, raw.datum)
    place = Place(lon=lon, lat=lat, accuracy_m=raw.accuracy_m)
    placed = index.place_of(lon, lat)
    recorded = record_time(draft.observed_at, now, draft.device_sent_at)
    flags = [flag for flag in (recorded.flag, _FLAG_OF_MATCH.get(placed.match)) if flag]
    if placed.key is not None and not index.grids[placed.key].is_home:
        flags.append(ReportFlag.NEIGHBOUR_CITY)
    return LocatedReport(
        actor=actor,
        draft=draft,
        place=place,
        placed=placed,
        observed_at=draft.observed_at if recorded.flag else recorded.at,
        record_at=recorded.at,
        received_at=now,
        flags=tuple(flags),
    )


def file_report(
    one: LocatedReport, index: GroundIndex, world: World, ledger: Ledger, number: int
) -> Receipt:
    """Make the incident of a report, decide who gets it, and put all of it into the ledger."""
    draft, actor = one.draft, one.actor
    is_public = actor.kind is AccountKind.RESIDENT
    record = one.placed if index is world.index else index.place_of(one.place.lon, one.place.lat)
    owner = world.grid(one.owner_grid)
    divisions = tuple(division.code for division in world.divisions_over(owner))
    incident = Incident(
        incident_id=IncidentId(ordered_id(one.received_at, draft.report_id, "incident")),
        number=f"{one.received_at.astimezone(SHANGHAI):%Y%m%d}-{number:06d}",
        source=ReportSource.PUBLIC if is_public else ReportSource.INSPECTOR,
        reporter=actor.officer_id,
        matter=draft.matter,
        condition=None if is_public else draft.condition,
        place=one.place,
        match=one.placed.match,
        grid_id=None if record.key is None else GridId(record.key),
        division_codes=tuple(DivisionCode(code) for code in divisions),
        generation=index.generation,
        observed_at=one.observed_at,
        received_at=one.received_at,
        level=world.rules.ladder.lowest,
    )
    stored = StoredIncident(
        incident=incident,
        event_seq=0,
        owner_grid_id=one.owner_grid,
        owner_generation=world.index.generation,
        warn_at=None,
        due_at=None,
        breached_at=None,
        closed_at=None,
        scope_keys=(account_key(actor.account_id),),
    )
    case = Case(stored, world, ledger, actor.account_id)
    case.note("reported", report=str(draft.report_id), flags=[flag.value for flag in one.flags])
    decide_first(case, actor, draft, is_public)
    ledger.incidents.append(case.finish(reporter_accounts=(actor.account_id,)))
    return keep_report(one, case, ledger)


def decide_first(case: Case, actor: Actor, draft: ReportDraft, is_public: bool) -> None:
    """File an inspector's report at once; a public one is verified first."""
    slots = frozenset(photo.slot for photo in draft.photos)
    pair = {PhotoSlot.BEFORE, PhotoSlot.AFTER} <= slots
    if case.condition is not None and not is_public:
        case.take(Step.FILE)
        case.note("filed", condition=case.condition.code)
    fixed = draft.self_fix and pair and case.matter.self_fix and not is_public
    if fixed:
        reporter = Party(officer_id=actor.officer_id, roles=frozenset({Role.REPORTER}))
        case.take(Step.SELF_FIX, reporter, photo_slots=slots)
        case.note("self_fixed", closed=not case.incident.is_open)
    case.settle(
        Ask(
            purpose=Purpose.FIRST,
            self_fix=draft.self_fix and not is_public,
            has_photo_pair=pair,
        )
    )


def keep_report(one: LocatedReport, case: Case, ledger: Ledger) -> Receipt:
    """Put the report itself and the photographs it names into the ledger."""
    draft, incident_id, digest = one.draft, case.incident.incident_id, one.draft.digest()
    flags = tuple(flag.value for flag in one.flags)
    report = Report(
        report_id=ReportId(draft.report_id),
        source=case.incident.source,
        sender=one.actor.officer_id,
        observed_at=one.observed_at,
        received_at=one.received_at,
        place=one.place,
        raw_place=draft.raw_place,
        matter=draft.matter,
        condition=draft.condition,
        note=draft.note,
        contact=draft.contact,
        photos=draft.photos,
        self_fix=draft.self_fix,
    )
    ledger.reports.append(
        NewReport(
            report=report,
            incident_id=incident_id,
            account_id=one.actor.account_id,
            flags=flags,
            content_digest=digest,
        )
    )
    ledger.evidence += [
        NewEvidence(
            named_in=draft.report_id,
            incident_id=incident_id,
            account_id=one.actor.account_id,
            claim=claim,
            named_at=one.received_at,
        )
        for claim in draft.photos
    ]
    return Receipt(
        report_id=draft.report_id,
        account_id=one.actor.account_id,
        incident_id=incident_id,
        content_digest=digest,
        received_at=one.received_at,
        flags=flags,
    )
