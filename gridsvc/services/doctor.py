"""The doctor: walks a database and names whatever must never be there.

Reads only, and takes no lock; what it asks is what the tests ask after a storm. Findings
hold ids and codes, no names and no text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from alembic.util.exc import CommandError

from gridsvc.core.geo.coverage import find_problems
from gridsvc.core.geo.problems import NamedOutlines
from gridsvc.core.transition import STEPS
from gridsvc.services.context import Context
from gridsvc.store import divisions, generations, grids
from gridsvc.store.doctor import BREACHES, WARNINGS, Found, ask, transitions_written
from gridsvc.store.migrate import check_drift

#: Ids named of each kind; the count tells of the others.
MOST_IDS = 20


class Severity(StrEnum):
    """Whether a finding breaks an invariant."""

    BREACH = "breach"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that should not be there."""

    check: str
    severity: Severity
    count: int
    ids: tuple[str, ...]


def examine(ctx: Context) -> list[Finding]:
    """Return everything found, breaches first."""
    return [*_of(Severity.BREACH, _breaches(ctx)), *_of(Severity.WARNING, _warnings(ctx))]


def _of(severity: Severity, found: Iterator[Found]) -> Iterator[Finding]:
    for one in found:
        if one.count:
            yield Finding(check=one.check, severity=severity, count=one.count, ids=one.ids)


def _breaches(ctx: Context) -> Iterator[Found]:
    now = ctx.clock.now()
    for check, query in BREACHES.items():
        with ctx.database.begin() as connection:
            yield ask(connection, check, query, now, MOST_IDS)
    yield _transitions(ctx)
    yield from _coverage(ctx)
    yield _drift(ctx)


def _warnings(ctx: Context) -> Iterator[Found]:
    now = ctx.clock.now()
    for check, query in WARNINGS.items():
        with ctx.database.begin() as connection:
            yield ask(connection, check, query, now, MOST_IDS)


def _found(check: str, ids: list[str]) -> Found:
    return Found(check=check, count=len(ids), ids=tuple(ids[:MOST_IDS]))


def _transitions(ctx: Context) -> Found:
    in_code = {(t.origin.value, t.target.value) for t in STEPS if t.origin != t.target}
    with ctx.database.begin() as connection:
        written = transitions_written(connection)
    differing = sorted(f"{origin} → {target}" for origin, target in written ^ in_code)
    return _found("change of state that code and database do not agree about", differing)


def _coverage(ctx: Context) -> Iterator[Found]:
    """Judge the home city's grids in force by the gate that they had to pass."""
    now = ctx.clock.now()
    with ctx.database.begin() as connection:
        generation = generations.generation_in_force(connection, now)
        if generation is None:
            return
        rows = grids.grids_in_force(connection, now, divisions.divisions(connection))
    home = [row for row in rows if row.grid.is_home]
    problems = find_problems(
        NamedOutlines(
            ids=tuple(row.grid.code for row in home),
            outlines_4490=np.array([row.outline for row in home], dtype=object),
        )
    )
    for check, ids in {
        "border in force that has not exactly two owners": [
            *(" | ".join(border.ids) for border in problems.misowned),
            *(f"{place.a} | {place.b}" for place in problems.t_junctions),
        ],
        "grids in force that overlap": [f"{o.a} | {o.b}" for o in problems.overlaps],
        "hole between grids in force": [" | ".join(gap.near) for gap in problems.gaps],
    }.items():
        yield _found(check, ids)


def _drift(ctx: Context) -> Found:
    check = "schema that is not the code's"
    try:
        check_drift(ctx.database.url)
    except CommandError as error:
        return _found(check, [str(error).splitlines()[0]])
    return _found(check, [])
