"""Duplicates: suggested by nearness, joined and unjoined by people only.

An incident that is joined is voided and keeps its reports; the main one tells their
reporters how it goes on, because it carries their keys too. Unjoined, it is dispatched anew.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from sqlalchemy import Connection, RowMapping

from gridsvc.core.action import IllegalStep
from gridsvc.core.actor import Actor
from gridsvc.core.dispatch.decision import Purpose
from gridsvc.core.division import Ladder
from gridsvc.core.duplicate import JoinReason, UnjoinReason, mains_of
from gridsvc.core.geo.datum import to_4490
from gridsvc.core.incident import Incident, IncidentId
from gridsvc.core.life_cycle import Role, State, Step
from gridsvc.core.scope import account_key
from gridsvc.core.step_reason import StepReason, UnknownReason
from gridsvc.services.action_draft import (
    ActionConflict,
    ActionDraft,
    StaleVersion,
    UnknownIncident,
)
from gridsvc.services.ask import Ask
from gridsvc.services.consequences import void
from gridsvc.services.context import Context
from gridsvc.services.desk import Desk
from gridsvc.services.incident_view import Shown
from gridsvc.services.report_draft import UnknownMatter
from gridsvc.services.rules import rules_in_force
from gridsvc.services.standing import standing_of
from gridsvc.store import duplicates
from gridsvc.store.actions import StoredAction, insert_action, known_action
from gridsvc.store.database import EVERYTHING, set_scope
from gridsvc.store.duplicates import Spot
from gridsvc.store.incidents import StoredIncident, incident_for_update, incident_now

MOST_SUGGESTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinDraft:
    """What a person says about two incidents; without `into` they are not the same after all."""

    action_id: UUID
    #: of the incident that is joined or unjoined
    version: int
    into: UUID | None
    reason: JoinReason | UnjoinReason
    note: str = ""

    @property
    def step(self) -> str:
        """What it is called among the actions."""
        return "unjoin" if self.into is None else "join"

    def digest(self) -> bytes:
        """Return the SHA-256 of the content."""
        into = None if self.into is None else str(self.into)
        content = [self.step, self.version, into, self.reason.value, self.note]
        return hashlib.sha256(orjson.dumps(content)).digest()


def suggest_for_report(
    ctx: Context, actor: Actor, *, lon: float, lat: float, datum: str, matter: str
) -> list[Shown]:
    """Return what may be the same as something seen now, before it is reported.

    What lies outside of the actor's scope is told without number, words or picture.
    """
    now = ctx.clock.now()
    lon, lat = to_4490(lon, lat, datum)
    spot = Spot(lon=lon, lat=lat, matter=matter, observed_at=now)
    with ctx.database.begin(EVERYTHING) as connection:
        if matter not in ctx.ground.reference(connection).matters:
            raise UnknownMatter(f"matter {matter!r} is not admitted; see /api/v1/matters")
        rows = near(connection, spot, actor, now)
    return [shown_near(row) for row in rows]


def duplicates_of(ctx: Context, actor: Actor, incident_id: UUID) -> Shown:
    """Return an incident's main one, what is joined to it, and what else may be the same."""
    now = ctx.clock.now()
    with ctx.database.begin(actor.scope) as connection:
        stored = incident_now(connection, incident_id)
        if stored is None:
            raise UnknownIncident(f"there is no incident {incident_id} in your area")
        incident = stored.incident
        main = incident.joined_into and incident_now(connection, incident.joined_into)
        spot = spot_of(incident)
        joined = duplicates.joined_incidents(connection, incident_id, spot, actor.scope)
        alike = near(connection, spot, actor, now, but=incident_id)
    return {
        "main": main
        and {
            "incident_id": main.incident.incident_id,
            "number": main.incident.number,
            "state": main.incident.state.value,
        },
        "joined": [shown_near(row) for row in joined],
        "suggested": [
            shown_near(row) for row in alike if row["incident_id"] != incident.joined_into
        ],
    }


def near(
    connection: Connection, spot: Spot, actor: Actor, now: datetime, but: UUID | None = None
) -> list[RowMapping]:
    """Return what is near by the rules in force."""
    rules = rules_in_force(connection, now)
    return duplicates.near_incidents(
        connection,
        spot,
        metres=rules.duplicate_m,
        within=timedelta(hours=rules.duplicate_hours),
        scope=actor.scope,
        most=MOST_SUGGESTED,
        but=but,
    )


def shown_near(row: RowMapping) -> Shown:
    """Return an incident as it is held against another; words and pictures only where seen."""
    is_seen = row["is_seen"]
    sha256 = row["sha256"] if is_seen else None
    return {
        "incident_id": row["incident_id"] if is_seen else None,
        "number": row["number"] if is_seen else None,
        "version": row["version"] if is_seen else None,
        "state": row["state"],
        "condition": row["condition_code"] if is_seen else None,
        "distance_m": round(row["distance_m"], 1) if is_seen else round(row["distance_m"], -1),
        "observed_at": row["observed_at"],
        "received_at": row["received_at"],
        "note": (row["note"] or "") if is_seen else "",
        "photo_url": sha256 and f"/api/v1/photos/{sha256}",
        "thumb_url": sha256 and f"/api/v1/photos/{sha256}?size=thumb",
    }


def spot_of(incident: Incident) -> Spot:
    """Return where and when an incident was seen."""
    return Spot(
        lon=incident.place.lon,
        lat=incident.place.lat,
        matter=incident.matter,
        observed_at=incident.observed_at,
    )


def join_or_unjoin(ctx: Context, actor: Actor, incident_id: UUID, draft: JoinDraft) -> None:
    """Take an incident for the same as another, or for one of its own; the same again is nothing.

    Raises `UnknownIncident` where the actor sees either not, `StaleVersion` when the incident
    has changed since, `CircularJoin` and `IllegalStep` where it cannot be.
    """
    if draft.reason.value == "other" and not draft.note.strip():
        raise UnknownReason("the reason “other” needs a note that says which")
    now = ctx.clock.now()
    with ctx.database.begin(actor.scope) as connection:
        duplicates.hold_joinings(connection)
        for named in filter(None, (incident_id, draft.into)):
            if incident_now(connection, named) is None:
                raise UnknownIncident(f"there is no incident {named} in your area")
        set_scope(connection, EVERYTHING)
        if is_known(connection, actor, incident_id, draft):
            return
        group = Group.locked(connection, [incident_id, *filter(None, (draft.into,))])
        stored = group.stored[incident_id]
        if stored.incident.version != draft.version:
            raise StaleVersion(stored.incident)
        action = StoredAction(
            action_id=draft.action_id,
            incident_id=incident_id,
            account_id=actor.account_id,
            step=draft.step,
            at=now,
            content_digest=draft.digest(),
        )
        insert_action(connection, action, draft.note)
        if draft.into is None:
            links = {one: into for one, into in group.links.items() if one != incident_id}
            duplicates.end_joining(connection, incident_id, now)
        else:
            links = group.links | {incident_id: draft.into}
        mains = mains_of(links)
        if draft.into is not None:
            ladder = rules_in_force(connection, now).ladder
            check_main(actor, stored.incident, group.stored[mains[incident_id]], ladder)
            duplicates.add_joining(connection, incident_id, draft.into, now)
        regroup(ctx, connection, actor, group, mains, incident_id, draft, now)


def is_known(connection: Connection, actor: Actor, incident_id: UUID, draft: JoinDraft) -> bool:
    """Tell whether the action was taken already, or raise `ActionConflict`."""
    before = known_action(connection, draft.action_id)
    if before is None:
        return False
    said = (incident_id, actor.account_id, draft.digest())
    if (before.incident_id, before.account_id, before.content_digest) != said:
        raise ActionConflict(f"action {draft.action_id} is known with other content")
    return True


@dataclass(frozen=True, slots=True)
class Group:
    """Incidents that hang together by joinings, each locked, in the order of their ids."""

    links: dict[UUID, UUID]
    stored: dict[UUID, StoredIncident]
    reporters: Mapping[UUID, set[UUID]]

    @classmethod
    def locked(cls, connection: Connection, named: list[UUID]) -> "Group":
        """Lock and return all that hang together with some; joinings are held already."""
        links = duplicates.links_around(connection, named)
        stored = {}
        for one in sorted({*named, *links, *links.values()}):
            found = incident_for_update(connection, one)
            assert found is not None
            stored[one] = found
        return cls(links, stored, duplicates.reporters_of(connection, list(stored)))

    def account_keys(self, one: UUID, mains: Mapping[UUID, UUID]) -> set[str]:
        """Return the keys of the reporters that an incident keeps informed."""
        told = {one, *(joined for joined, main in mains.items() if main == one)}
        return {account_key(account) for each in told for account in self.reporters.get(each, ())}


def check_main(actor: Actor, incident: Incident, main: StoredIncident, ladder: Ladder) -> None:
    """Raise `IllegalStep` where an incident cannot be the main one of another."""
    if Role.DISPATCHER not in standing_of(actor, main, (), ladder).roles:
        raise IllegalStep("not_yours", "joining is for a dispatcher over both incidents")
    if main.incident.is_open:
        return
    is_voided = main.incident.state is State.VOIDED
    if is_voided or main.closed_at is None or incident.observed_at > main.closed_at:
        raise IllegalStep(
            "main_has_ended",
            f"incident {main.incident.number} had ended before this was seen; it is a new one",
        )


def regroup(
    ctx: Context,
    connection: Connection,
    actor: Actor,
    group: Group,
    mains: Mapping[UUID, UUID],
    incident_id: UUID,
    draft: JoinDraft,
    now: datetime,
) -> None:
    """Write down what changes for each incident of the group."""
    before = mains_of(group.links)
    told = {incident_id, mains.get(incident_id), before.get(incident_id)}
    for one, stored in group.stored.items():
        keys = {key for key in stored.scope_keys if not key.startswith("a")}
        keys |= group.account_keys(one, mains)
        main, had = mains.get(one), before.get(one)
        if one not in told and main == had and keys == set(stored.scope_keys):
            continue
        informed = replace(stored, scope_keys=tuple(sorted(keys)))
        desk = Desk.open(connection, ctx.ground, informed, now, actor.account_id)
        case = desk.case
        if one != incident_id:
            if main == had:
                kind = "took_in" if draft.into is not None else "gave_back"
                case.note(kind, incident=str(incident_id))
            else:
                case.note("main_changed", into=str(main))
        elif draft.into is not None:
            by = standing_of(actor, stored, desk.open_tasks, case.world.rules.ladder)
            as_duplicate = ActionDraft(
                action_id=draft.action_id,
                step=Step.VOID,
                version=draft.version,
                reason=StepReason.DUPLICATE,
            )
            void(desk, by, as_duplicate)
            case.note("joined", into=str(main), reason=draft.reason.value)
        else:
            by = standing_of(actor, stored, desk.open_tasks, case.world.rules.ladder)
            case.take(Step.UNJOIN, by, reason=draft.reason.value)
            case.stored = replace(case.stored, closed_at=None)
            case.note("unjoined", out_of=str(had), reason=draft.reason.value)
            case.settle(Ask(purpose=Purpose.FIRST))
        joined_into = None if main is None else IncidentId(main)
        case.stored = replace(case.stored, incident=replace(case.incident, joined_into=joined_into))
        desk.close()
