"""Reading incidents: lists, one whole, its history, its decisions, and the wall's counters."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import RowMapping

from gridsvc.core.actor import Actor
from gridsvc.core.calendar import SHANGHAI
from gridsvc.core.incident_list import Order, Wanted
from gridsvc.core.permission import Permission
from gridsvc.services.action_draft import UnknownIncident
from gridsvc.services.context import Context
from gridsvc.services.incident_view import Shown, named, shown_incident
from gridsvc.services.rules import rules_in_force
from gridsvc.services.standing import standing_of, steps_on_task, steps_open
from gridsvc.services.timing import timing_of
from gridsvc.store import incident_pages as pages
from gridsvc.store.contacts import has_contact
from gridsvc.store.decisions import decisions_of
from gridsvc.store.events import events_of
from gridsvc.store.incidents import incident_now, incidents_now
from gridsvc.store.people import names_of
from gridsvc.store.tasks import open_tasks_of

MOST_INCIDENTS = 2_000


def list_incidents(
    ctx: Context,
    actor: Actor,
    wanted: Wanted,
    order: Order,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
) -> list[Shown]:
    """Return incidents that the actor may see."""
    now = ctx.clock.now()
    with ctx.database.begin(actor.scope) as connection:
        index = ctx.ground.at(connection, now)
        reference = ctx.ground.reference(connection)
        rows = pages.incident_page(connection, wanted, order, now, limit, after)
    shown = [shown_incident(row, index, reference, now) for row in rows]
    return shown if actor.may(Permission.INCIDENT_READ) else [for_reporter(s) for s in shown]


def incident_in_full(ctx: Context, actor: Actor, incident_id: UUID) -> Shown:
    """Return one incident with its photographs, tasks, notes and the steps open to the actor."""
    now = ctx.clock.now()
    with ctx.database.begin(actor.scope) as connection:
        row = pages.incident_whole(connection, incident_id)
        if row is None:
            raise UnknownIncident(f"there is no incident {incident_id} in your area")
        index = ctx.ground.at(connection, now)
        reference = ctx.ground.reference(connection)
        stored = incident_now(connection, incident_id)
        assert stored is not None
        rules = rules_in_force(connection, now)
        standing = standing_of(actor, stored, open_tasks_of(connection, incident_id), rules.ladder)
        matter = reference.matters[stored.incident.matter]
        steps = steps_open(
            standing,
            stored.incident,
            timing_of(stored, now),
            matter,
            rules.self_fix_recheck_share,
        )
        notes = [dict(note) for note in pages.notes_of(connection, incident_id)]
        photos = pages.photos_of(connection, incident_id)
        if not actor.may(Permission.INCIDENT_READ):
            # Who joins in the reporting of one thing is not shown what the others said.
            notes = [n for n in notes if n["account_id"] == actor.account_id]
            photos = [
                p for p in photos if p["account_id"] == actor.account_id or not p["is_reports"]
            ]
        shown = shown_incident(row, index, reference, now) | {
            "steps": [step.value for step in steps],
            "photos": [
                photo_of(photo, with_hint=actor.may(Permission.INCIDENT_DISPATCH))
                for photo in photos
            ],
            "tasks": [task_of(task) for task in pages.tasks_shown(connection, incident_id)],
            "notes": notes,
            "has_contact": actor.may(Permission.INCIDENT_DISPATCH)
            and has_contact(connection, incident_id),
            "note": next((n["note"] for n in notes if n["written_in"] == "report"), ""),
        }
    return shown if actor.may(Permission.INCIDENT_READ) else for_reporter(shown)


def for_reporter(shown: Shown) -> Shown:
    """Return what somebody who only reported may know: how it stands, not who works on it."""
    owner = shown["owner"] and shown["owner"] | {"officer_name": None}
    kept = {key: value for key, value in shown.items() if key not in ("tasks", "notes")}
    return kept | {
        "owner": owner,
        # what is asked and demanded within the service is no answer to them
        "request": None,
        "supervision": None,
        "exempted_at": None,
        "tasks": [],
        "notes": [note for note in shown.get("notes", []) if note["written_in"] == "report"],
    }


def photo_of(row: RowMapping, *, with_hint: bool) -> Shown:
    """Return a photograph with where to fetch it, once it has arrived.

    What it hints at is for who has to judge a report, not for who works beside its sender.
    """
    url = f"/api/v1/photos/{row['sha256']}"
    return {
        "sha256": row["sha256"],
        "slot": row["slot"],
        "has_arrived": row["has_arrived"],
        "url": url if row["has_arrived"] else None,
        "thumb_url": f"{url}?size=thumb" if row["has_arrived"] else None,
        "hint": {
            "place": row["hint_place"],
            "distance_m": row["distance_m"],
            "time": row["hint_time"],
            "minutes": row["minutes"],
            "direction_deg": row["direction_deg"],
        }
        if with_hint and row["hint_place"] is not None
        else None,
    }


def task_of(row: RowMapping) -> Shown:
    """Return a task as an incident's page lists it."""
    post = {
        "post_id": row["post_id"],
        "code": row["post_code"],
        "duty": row["duty"],
        "officer_name": row["officer_name"],
    }
    shown = {key: row[key] for key in row if key not in ("post_id", "post_code", "duty")}
    return {k: v for k, v in shown.items() if k != "officer_name"} | {"post": post}


def list_tasks(ctx: Context, actor: Actor) -> list[Shown]:
    """Return the open tasks of the actor's posts, each with its incident."""
    now = ctx.clock.now()
    with ctx.database.begin(actor.scope) as connection:
        index = ctx.ground.at(connection, now)
        reference = ctx.ground.reference(connection)
        rows = pages.open_tasks_of_posts(connection, sorted(actor.post_ids))
        ids = [row["incident_id"] for row in rows]
        whole = pages.incidents_whole(connection, ids)
        stored = incidents_now(connection, ids)
    return [
        {
            "task_id": row["task_id"],
            "kind": row["kind"],
            "state": row["state"],
            "created_at": row["created_at"],
            "acknowledge_by": row["acknowledge_by"],
            "due_at": row["due_at"],
            "post": {"post_id": row["post_id"], "code": row["post_code"]},
            "incident": shown_incident(whole[row["incident_id"]], index, reference, now),
            "steps": [step.value for step in steps_on_task(actor, stored[row["incident_id"]], now)],
        }
        for row in rows
        if row["incident_id"] in whole
    ]


def history_of(ctx: Context, actor: Actor, incident_id: UUID) -> list[Shown]:
    """Return the events of an incident, oldest first, with names where they still exist."""
    with ctx.database.begin(actor.scope) as connection:
        if pages.incident_whole(connection, incident_id) is None:
            raise UnknownIncident(f"there is no incident {incident_id} in your area")
        events = events_of(connection, "incident", str(incident_id))
        officers = {e.body["officer"] for e in events if e.body.get("officer") is not None}
        names = names_of(connection, sorted(officers))
    return [
        {
            "seq": event.seq,
            "kind": event.kind,
            "at": event.at,
            "actor": {"name": names.get(event.body.get("officer", -1))},
            "body": event.body,
        }
        for event in events
    ]


def decisions_about(ctx: Context, actor: Actor, incident_id: UUID) -> list[Shown]:
    """Return every decision about an incident, oldest first, as it was made."""
    with ctx.database.begin(actor.scope) as connection:
        if pages.incident_whole(connection, incident_id) is None:
            raise UnknownIncident(f"there is no incident {incident_id} in your area")
        found = decisions_of(connection, incident_id)
        officers = {c["officer_id"] for one in found for c in one.answer["candidates"]}
        names = names_of(connection, sorted(officers))
    return [
        {
            "decision_id": one.decision_id,
            "made_at": one.made_at,
            "rules_version": one.rules_version,
            "generation": one.generation,
            "answer": one.answer
            | {
                "candidates": [
                    c | {"officer_name": names.get(c["officer_id"])}
                    for c in one.answer["candidates"]
                ]
            },
        }
        for one in found
    ]


def board_of(ctx: Context, actor: Actor) -> Shown:
    """Return the counters of a wall and the queues the actor can see."""
    now = ctx.clock.now()
    midnight = datetime.combine(now.astimezone(SHANGHAI).date(), time(), SHANGHAI)
    with ctx.database.begin(actor.scope) as connection:
        index = ctx.ground.at(connection, now)
        counts = pages.board_counts(connection, midnight, now)
        queues = pages.queue_counts(connection)
    return {
        "now": now,
        "counters": dict(counts),
        "queues": [
            {
                "division": named(row["division_code"], index.divisions),
                "count": row["count"],
                "oldest_since": row["oldest_since"],
            }
            for row in queues
        ],
    }
