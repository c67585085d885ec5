"""Grids: the first set of outlines of a city, through the same gate as any later one.

Once a generation is in force, other outlines enter as a plan and not here.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from gridsvc.core.division import Division
from gridsvc.core.geo.datum import area_m2
from gridsvc.core.geo.densify import densified
from gridsvc.core.grid import GridKind
from gridsvc.services.area_files import AreaFile, as_text, read_areas
from gridsvc.services.context import Context
from gridsvc.services.importing.borders import borders_between
from gridsvc.services.importing.division_rows import multi
from gridsvc.services.importing.land import land_problems
from gridsvc.services.importing.outcome import Outcome, Problem
from gridsvc.services.importing.table import RowReader
from gridsvc.services.refusal import Refusal
from gridsvc.store import divisions, generations, grids, installation
from gridsvc.store.grids import NewGrid


@dataclass(frozen=True, slots=True, kw_only=True)
class GridFields:
    """The columns of a file of grids."""

    code: str = "code"
    #: Column of the community's code; without it, the first 12 digits of the grid's.
    community: str = "community_code"
    kind: str = "kind"
    households: str = "households"
    population: str = "population"


@dataclass(frozen=True, slots=True, kw_only=True)
class GridImport:
    """What somebody asks for with a file of grids."""

    path: Path
    crs: str | None = None
    layer: str | None = None
    fields: GridFields = field(default_factory=GridFields)
    title: str = ""
    dry_run: bool = False


def import_grids(ctx: Context, wanted: GridImport, effective_at: datetime | None = None) -> Outcome:
    """Load a file of grids as the first generation, in force from an instant on (default now)."""
    with ctx.database.begin() as connection:
        now = ctx.clock.now()
        outcome = load_grids(connection, wanted, effective_at or now, now)
    if outcome.is_written:
        ctx.ground.forget()
    return outcome


def load_grids(
    connection: Connection, wanted: GridImport, effective_at: datetime, now: datetime
) -> Outcome:
    """Check a file against the divisions and, when all of it is good, open a generation."""
    installation.lock_installation(connection)
    first = generations.first_generation(connection)
    if first is not None:
        raise Refusal(
            f"Grids are in force since {first.effective_at:%Y-%m-%d %H:%M} (generation "
            f"{first.generation}, {first.title}). Other outlines enter as a plan, which is "
            "checked against them and published; a file cannot replace them. Nothing was changed."
        )
    at = {d.division.code: d for d in divisions.divisions_at(connection, effective_at)}
    if not at:
        raise Refusal("No divisions are loaded yet: run `gridsvc import divisions` first.")
    division_of: dict[str, Division] = {code: d.division for code, d in at.items()}
    lowest = divisions.levels(connection)[0]
    communities = {code: d for code, d in division_of.items() if d.level == lowest}
    file = read_areas(wanted.path, area_id=wanted.fields.code, crs=wanted.crs, layer=wanted.layer)
    rows, problems = read_grids(file, wanted.fields, communities)
    counts = {"grids": len(rows)}
    if problems:
        return Outcome(problems=tuple(problems), counts=counts)
    land: dict[str, BaseGeometry | None] = {
        code: d.outline for code, d in at.items() if d.division.level == lowest
    }
    problems = gate_problems(rows, communities, land)
    if problems or wanted.dry_run:
        return Outcome(problems=tuple(problems), counts=counts)
    generation = generations.add_generation(
        connection,
        title=wanted.title or wanted.path.name,
        effective_at=effective_at,
        published_at=now,
        digest=outlines_digest(rows),
    )
    ids = grids.add_grids(connection, rows, generation, effective_at)
    cities = [communities[row.community_code].city_code for row in rows]
    borders = borders_between(ids, [row.outline for row in rows], cities)
    grids.add_adjacencies(connection, borders, effective_at)
    return Outcome(counts={**counts, "adjacencies": len(borders)}, is_written=True)


def read_grids(
    file: AreaFile, fields: GridFields, communities: Mapping[str, Division]
) -> tuple[list[NewGrid], list[Problem]]:
    """Return the grids of a file, and what is wrong with its features."""
    rows: list[NewGrid] = []
    problems: list[Problem] = []
    outlines = densified(file.outlines_4490)
    sizes_m2 = area_m2(outlines)
    for position, code in enumerate(file.ids):
        cells = {column: as_text(values[position]) for column, values in file.columns.items()}
        row = RowReader(f"{file.path.name} feature {position + 1} ({code})", cells)
        community = cells.get(fields.community) or code[:12]
        outline = multi(outlines[position])
        if len(code) != 15 or not (code.isascii() and code.isdigit()):
            row.wrong(f"{fields.code} is {code!r}, not 15 digits (the community's 12 and 3)")
        elif not code.startswith(community):
            row.wrong(f"the code does not begin with that of its community {community}")
        if community not in communities:
            row.wrong(f"{community} is no community we know")
        if outline is None:
            row.wrong("has no outline")
        kind = row.choice(fields.kind, GridKind) if fields.kind in cells else GridKind.BASIC
        households, population = row.count(fields.households), row.count(fields.population)
        problems += row.problems
        if not row.problems and outline is not None and kind is not None:
            rows.append(
                NewGrid(
                    code=code,
                    community_code=community,
                    kind=kind,
                    outline=outline,
                    area_m2=float(sizes_m2[position]),
                    households=households,
                    population=population,
                )
            )
    return rows, problems


def gate_problems(
    rows: Sequence[NewGrid],
    communities: Mapping[str, Division],
    land: Mapping[str, BaseGeometry | None],
) -> list[Problem]:
    """Return what keeps grids from covering their communities, city by city.

    Each city answers for its own coverage: where the linework of two cities disagrees, the
    home city is asked first, and that is no flaw of either.
    """
    names = {code: d.name for code, d in communities.items()}
    by_city: dict[str, list[NewGrid]] = defaultdict(list)
    for row in rows:
        by_city[communities[row.community_code].city_code].append(row)
    problems = []
    for city, members in sorted(by_city.items()):
        is_home = communities[members[0].community_code].is_home
        held = {row.community_code for row in members}
        # Of the home city all land must be covered, of a neighbour only what is loaded.
        above = {
            code: land.get(code)
            for code, d in communities.items()
            if d.city_code == city and (is_home or code in held)
        }
        problems += land_problems({r.code: r.outline for r in members}, above, names, "grids")
    return problems


def outlines_digest(rows: Sequence[NewGrid]) -> str:
    """Return the SHA-256 over every outline by code, the same for the same set in any order."""
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda r: r.code):
        digest.update(row.code.encode())
        digest.update(shapely.to_wkb(shapely.normalize(row.outline), byte_order=1))
    return digest.hexdigest()
