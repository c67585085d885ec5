"""Generations: which set of outlines is in force at an instant."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, insert, select

from gridsvc.store.tables.grids import GenerationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """The whole set of grid outlines from an instant on."""

    generation: int
    effective_at: datetime
    published_at: datetime
    title: str
    digest: str


def _every_generation() -> Select[int, datetime, datetime, str, str]:
    return select(
        GenerationRow.generation,
        GenerationRow.effective_at,
        GenerationRow.published_at,
        GenerationRow.title,
        GenerationRow.digest,
    )


def every_generation(connection: Connection) -> tuple[Generation, ...]:
    """Return all generations, the earliest first."""
    rows = connection.execute(_every_generation().order_by(GenerationRow.effective_at))
    return tuple(Generation(**row._mapping) for row in rows)


def generation_in_force(connection: Connection, at: datetime) -> Generation | None:
    """Return the generation with the greatest `effective_at` not after an instant."""
    row = connection.execute(
        _every_generation()
        .where(GenerationRow.effective_at <= at)
        .order_by(GenerationRow.effective_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Generation(**row._mapping)


def first_generation(connection: Connection) -> Generation | None:
    """Return the earliest generation, None before any grids were loaded."""
    row = connection.execute(
        _every_generation().order_by(GenerationRow.effective_at).limit(1)
    ).one_or_none()
    return None if row is None else Generation(**row._mapping)


def generation_numbered(connection: Connection, number: int) -> Generation | None:
    """Return a generation by its number, past and scheduled ones too."""
    row = connection.execute(
        _every_generation().where(GenerationRow.generation == number)
    ).one_or_none()
    return None if row is None else Generation(**row._mapping)


def add_generation(
    connection: Connection,
    *,
    title: str,
    effective_at: datetime,
    published_at: datetime,
    digest: str,
) -> int:
    """Open a generation and return its number."""
    return connection.execute(
        insert(GenerationRow)
        .values(title=title, effective_at=effective_at, published_at=published_at, digest=digest)
        .returning(GenerationRow.generation)
    ).scalar_one()
