"""Incidents as people read them: codes with their names, owner, queue and lamp."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from gridsvc.core.lamp import Lamp, lamp_at
from gridsvc.core.life_cycle import State
from gridsvc.services.ground import GroundIndex, Reference
from gridsvc.store.incidents import Summary

Shown = dict[str, Any]


def summary_of(summary: Summary, now: datetime) -> Shown:
    """Return what a map shows of an incident."""
    is_open = State(summary.state).is_open
    return {
        "incident_id": summary.incident_id,
        "number": summary.number,
        "state": summary.state,
        "version": summary.version,
        "lon": summary.lon,
        "lat": summary.lat,
        "matter": summary.matter_code,
        "tier": summary.tier,
        "level": summary.level,
        "warn_at": summary.warn_at,
        "due_at": summary.due_at,
        "lamp": lamp_at(now, is_open, summary.warn_at, summary.due_at).value,
        "grid_code": summary.grid_code,
        "town": summary.town_code,
        "queue": summary.queue,
        "request": summary.request,
        "suspended_until": summary.suspended_until,
        "supervised_by": summary.supervised_by,
        "open": is_open,
    }


def shown_incident(
    row: RowMapping, index: GroundIndex, reference: Reference, now: datetime
) -> Shown:
    """Return an incident of a list."""
    is_open = State(row["state"]).is_open
    lamp = lamp_at(now, is_open, row["warn_at"], row["due_at"])
    return {
        "incident_id": row["incident_id"],
        "number": row["number"],
        "state": row["state"],
        "version": row["version"],
        "source": row["source"],
        "matter": named(row["matter_code"], reference.matters),
        "condition": condition_of(row["condition_code"], reference),
        "tier": row["tier"],
        "level": row["level"],
        "place": {"lon": row["lon"], "lat": row["lat"]},
        "match": row["match"],
        "grid": row["grid_id"] and {"grid_id": row["grid_id"], "code": row["grid_code"]},
        "community": named(row["community_code"], index.divisions),
        "town": named(row["town_code"], index.divisions),
        "department": named(row["department_code"], reference.departments),
        "observed_at": row["observed_at"],
        "received_at": row["received_at"],
        "warn_at": row["warn_at"],
        "due_at": row["due_at"],
        "breached_at": row["breached_at"],
        "closed_at": row["closed_at"],
        "late": lamp is Lamp.RED,
        "lamp": lamp.value,
        "owner": row["post_id"]
        and {
            "post_id": row["post_id"],
            "code": row["post_code"],
            "duty": row["duty"],
            "officer_name": row["officer_name"],
        },
        "queue": row["queue_division"]
        and {
            "division": named(row["queue_division"], index.divisions),
            "reason": row["queue_reason"],
            "since": row["queue_since"],
        },
        "is_joint": row["is_joint"],
        "rework_count": row["rework_count"],
        "return_count": row["return_count"],
        "request": row["request"]
        and {"kind": row["request"], "asked_at": row["asked_at"], "until": row["asked_until"]},
        "extension_count": row["extension_count"],
        "suspended_until": row["suspended_until"],
        "supervision": row["supervised_by"]
        and {"level": row["supervised_by"], "until": row["supervised_until"]},
        "is_force_closed": row["is_force_closed"],
        "exempted_at": row["exempted_at"],
        "satisfaction": row["satisfaction"],
        "reopen_count": row["reopen_count"],
        "joined_into": row["joined_into"],
    }


def named(code: str | None, things: Mapping[str, Any]) -> Shown | None:
    """Return a code with its names; the bare code where the thing is no longer listed."""
    if code is None:
        return None
    thing = things.get(code)
    if thing is None:
        return {"code": code, "name": code, "name_en": code}
    return {"code": code, "name": thing.name, "name_en": thing.name_en}


def condition_of(code: str | None, reference: Reference) -> Shown | None:
    """Return a filing condition with its limit and what proves it met."""
    condition = None if code is None else reference.conditions.get(code)
    if condition is None:
        return None
    return {
        "code": condition.code,
        "name": condition.name,
        "name_en": condition.name_en,
        "severity": condition.severity.value,
        "level": condition.level,
        "limit": {"amount": condition.limit.amount, "kind": condition.limit.kind.value},
        "closing_condition": condition.closing_condition,
        "closing_condition_en": condition.closing_condition_en,
    }
