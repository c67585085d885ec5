"""Decisions as stored: appended, never edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from gridsvc.core.dispatch.decision import Decision
from gridsvc.store.row_sets import RowSet
from gridsvc.store.tables.incidents import DecisionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision to be stored; `seq` counts the decisions of its incident from 1."""

    decision_id: UUID
    seq: int
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A decision as it was written."""

    decision_id: UUID
    seq: int
    made_at: datetime
    rules_version: int
    generation: int
    answer: dict[str, Any]


def decision_rows(new: Sequence[NewDecision]) -> RowSet:
    """Return the rows of decisions to append."""
    return RowSet(
        DecisionRow,
        [
            {
                "decision_id": one.decision_id,
                "incident_id": one.decision.incident_id,
                "seq": one.seq,
                "purpose": one.decision.purpose.value,
                "made_at": one.decision.made_at,
                "rules_version": one.decision.rules_version,
                "generation": one.decision.generation,
                "answer": one.decision.to_json(),
                "world_digest": one.decision.world_digest,
            }
            for one in new
        ],
    )


def decision_count(connection: Connection, incident_id: UUID) -> int:
    """Return how many decisions an incident has had."""
    return connection.execute(
        select(func.count()).where(DecisionRow.incident_id == incident_id)
    ).scalar_one()


def decisions_of(connection: Connection, incident_id: UUID) -> tuple[StoredDecision, ...]:
    """Return the decisions about an incident, oldest first."""
    rows = connection.execute(
        select(
            DecisionRow.decision_id,
            DecisionRow.seq,
            DecisionRow.made_at,
            DecisionRow.rules_version,
            DecisionRow.generation,
            DecisionRow.answer,
        )
        .where(DecisionRow.incident_id == incident_id)
        .order_by(DecisionRow.seq)
    )
    return tuple(StoredDecision(**row._mapping) for row in rows)
