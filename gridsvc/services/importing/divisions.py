"""Divisions: the tree from a file, checked for its codes and for its land.

Flaws of the land (gaps, overlaps …) can be accepted, because a city has to live with the
borders it is given; anything else keeps the whole file out. A division that is there gets
another outline from an instant on; grids in force stay where they are.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import shapely
from sqlalchemy import Connection

from gridsvc.core.division import SAMPLE_LADDER, Division, DivisionCode, Level
from gridsvc.core.geo.datum import area_m2
from gridsvc.core.geo.densify import densified
from gridsvc.services.area_files import read_areas
from gridsvc.services.context import Context
from gridsvc.services.importing.division_codes import (
    CodeList,
    built_in_codes,
    level_of,
    parent_of,
    read_codes,
    stem,
)
from gridsvc.services.importing.division_rows import (
    DivisionDraft,
    DivisionFields,
    multi,
    read_drafts,
)
from gridsvc.services.importing.land import land_problems, mended
from gridsvc.services.importing.outcome import Outcome, Problem
from gridsvc.store import divisions, installation
from gridsvc.store.divisions import DivisionAt

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionImport:
    """What somebody asks for with a file of divisions."""

    path: Path
    #: Datum of the file, when it is not what the file says.
    crs: str | None = None
    #: Layer of the file, where it holds several.
    layer: str | None = None
    fields: DivisionFields = field(default_factory=DivisionFields)
    #: A table of codes and names instead of the list built in.
    codes: Path | None = None
    #: The city served, where none is loaded yet; else the first city of the file.
    home_city: str | None = None
    accept_defects: bool = False
    dry_run: bool = False


def import_divisions(
    ctx: Context, wanted: DivisionImport, effective_at: datetime | None = None
) -> Outcome:
    """Load a file of divisions with their outlines from an instant on (default now)."""
    with ctx.database.begin() as connection:
        outcome = load_divisions(connection, wanted, effective_at or ctx.clock.now())
    if outcome.is_written:
        ctx.ground.forget()
        ctx.clock.forget()
    return outcome


def load_divisions(
    connection: Connection, wanted: DivisionImport, effective_at: datetime, is_demo: bool = False
) -> Outcome:
    """Check a file against the database and, when nothing blocks it, write it."""
    # Two imports at once would each check against what the other is about to change.
    installation.lock_installation(connection)
    codes = built_in_codes() if wanted.codes is None else read_codes(wanted.codes)
    known: dict[str, DivisionAt] = {
        d.division.code: d for d in divisions.divisions_at(connection, effective_at)
    }
    here = installation.installation(connection)
    drafts, problems = read_drafts(
        read_areas(wanted.path, crs=wanted.crs, layer=wanted.layer), wanted.fields, codes
    )
    added, notes, lacking = missing_parents(drafts, set(known), codes)
    drafts = added + drafts
    problems += lacking + name_problems(drafts, known, level_names(connection))
    if problems:
        return Outcome(problems=tuple(problems))
    paths = paths_of(drafts, known)
    home = here.home_city if here else wanted.home_city or first_city(drafts)
    if home not in paths and home not in known:
        return Outcome(problems=(Problem(where="", statement=f"there is no city {home}"),))
    outlines = np.empty(len(drafts), dtype=object)
    outlines[:] = [d.outline for d in drafts]
    for draft, outline in zip(drafts, densified(outlines), strict=True):
        draft.outline = outline
    problems += tree_problems(drafts, known)
    problems += outline_problems(connection, drafts, known, effective_at)
    counts = {"divisions": len(drafts)}
    outcome = Outcome(problems=tuple(problems), notes=tuple(notes), counts=counts)
    if outcome.blocked(wanted.accept_defects) or wanted.dry_run:
        return outcome
    rows = [division_at(draft, paths[draft.code], home) for draft in drafts]
    write(connection, rows, set(known), effective_at)
    if here is None:
        installation.set_installation(connection, home, is_demo=is_demo, now=effective_at)
    return Outcome(problems=tuple(problems), notes=tuple(notes), counts=counts, is_written=True)


def level_names(connection: Connection) -> tuple[Level, ...]:
    """Return the levels a division may have: those in use, else those of the sample city."""
    return divisions.levels(connection) or SAMPLE_LADDER.levels


def first_city(drafts: list[DivisionDraft]) -> str:
    """Return the first division without a parent, which is the home city of a first file."""
    return next((d.code for d in drafts if d.parent_code is None), "at the top of the file")


def missing_parents(
    drafts: list[DivisionDraft], known: set[str], codes: CodeList
) -> tuple[list[DivisionDraft], list[str], list[Problem]]:
    """Return parents made for divisions that come without: their land is their children's."""
    made: dict[str, DivisionDraft] = {}
    problems = []
    there = known | {d.code for d in drafts}
    for draft in drafts:
        code = draft.parent_code
        while code is not None and code not in there:
            if code not in codes.names:
                problems.append(
                    Problem(
                        where=draft.where,
                        statement=f"its parent {code} is neither in the file nor loaded",
                    )
                )
                break
            made[code] = DivisionDraft(
                where=f"{code} {codes.names[code]}",
                code=code,
                name=codes.names[code],
                name_en=codes.names_en.get(code, ""),
                level=level_of(code),
                parent_code=parent_of(code),
                outline=None,
                is_made=True,
            )
            there.add(code)
            code = parent_of(code)
    # Lower ones first, because a city may be made of towns that are made themselves.
    for code in sorted(made, key=lambda c: level_of(c) == "city"):
        below = [d.outline for d in [*drafts, *made.values()] if d.parent_code == code]
        made[code].outline = multi(
            shapely.union_all([mended(outline) for outline in below if outline is not None])
        )
    notes = [
        f"{d.where} is not in the file: added, with the land of the divisions below it"
        for d in made.values()
    ]
    return sorted(made.values(), key=lambda d: d.parent_code is not None), notes, problems


def name_problems(
    drafts: list[DivisionDraft], known: Mapping[str, DivisionAt], levels: tuple[Level, ...]
) -> list[Problem]:
    """Return what is wrong with names and levels."""
    problems = []
    level_of_code = {code: str(d.division.level) for code, d in known.items()}
    level_of_code |= {d.code: d.level for d in drafts}
    rank: dict[str, int] = {level: at for at, level in enumerate(levels)}
    for draft in drafts:
        if draft.level not in levels:
            statement = f"level is {draft.level!r}, not one of {', '.join(levels)}"
            problems.append(Problem(where=draft.where, statement=statement))
        loaded = known.get(draft.code)
        if loaded is not None and stem(loaded.division.name) != stem(draft.name):
            statement = f"{draft.code} is loaded as {loaded.division.name}"
            problems.append(Problem(where=draft.where, statement=statement))
        # Levels rise with every step up, so that a tree cannot bite its own tail.
        above = level_of_code.get(draft.parent_code or "")
        if above is not None and rank.get(above, 0) <= rank.get(draft.level, -1):
            statement = f"a {draft.level} cannot lie under {draft.parent_code}, a {above}"
            problems.append(Problem(where=draft.where, statement=statement))
    return problems


def paths_of(
    drafts: list[DivisionDraft], known: Mapping[str, DivisionAt]
) -> dict[str, tuple[str, ...]]:
    """Return the codes from the city down to each division; a ring of parents has no path."""
    parents = {draft.code: draft.parent_code for draft in drafts}
    paths: dict[str, tuple[str, ...]] = {}
    for code in parents:
        path: tuple[str, ...] = (code,)
        above = parents[code]
        while above is not None and above not in path:
            if above in known and above not in parents:
                path = (*known[above].path, *path)
                break
            path = (above, *path)
            above = parents[above]
        paths[code] = path
    return paths


def tree_problems(drafts: list[DivisionDraft], known: Mapping[str, DivisionAt]) -> list[Problem]:
    """Return the defects of the land, level by level, with what is loaded around it."""
    names = {code: d.division.name for code, d in known.items()} | {d.code: d.name for d in drafts}
    outline_of = {code: d.outline for code, d in known.items()}
    outline_of |= {d.code: d.outline for d in drafts}
    parent_code = {code: d.division.parent_code for code, d in known.items()}
    parent_code |= {d.code: DivisionCode(d.parent_code) if d.parent_code else None for d in drafts}
    by_level: dict[str, list[str]] = defaultdict(list)
    for code, loaded in known.items():
        by_level[loaded.division.level].append(code)
    for draft in drafts:
        if draft.code not in known:
            by_level[draft.level].append(draft.code)
    changed = {draft.code for draft in drafts if not draft.is_made}
    problems = []
    for level, codes in by_level.items():
        above = {parent_code[code] for code in codes} - {None}
        if changed.isdisjoint(codes) and changed.isdisjoint(above):
            continue
        problems += land_problems(
            {code: outline_of[code] for code in sorted(codes)},
            {code: outline_of[code] for code in sorted(c for c in above if c)},
            names,
            f"level {level}",
        )
    return problems


def outline_problems(
    connection: Connection,
    drafts: list[DivisionDraft],
    known: Mapping[str, DivisionAt],
    effective_at: datetime,
) -> list[Problem]:
    """Return which outlines could not be followed by another at that instant."""
    since = divisions.outlines_since(connection, [d.code for d in drafts if d.code in known])
    return [
        Problem(
            where=draft.where,
            statement=f"has an outline from {since[draft.code].isoformat()} on, so that another "
            f"cannot begin at {effective_at.isoformat()}",
        )
        for draft in drafts
        if draft.code in since and since[draft.code] >= effective_at
    ]


def division_at(draft: DivisionDraft, path: tuple[str, ...], home_city: str) -> DivisionAt:
    """Return a draft as a division."""
    outline = multi(mended(draft.outline))
    size_m2 = None
    if draft.area_km2 is not None:
        size_m2 = draft.area_km2 * 1_000_000
    elif outline is not None:
        size_m2 = float(area_m2(np.array([outline], dtype=object))[0])
    return DivisionAt(
        division=Division(
            code=DivisionCode(draft.code),
            name=draft.name,
            name_en=draft.name_en,
            level=Level(draft.level),
            parent_code=None if draft.parent_code is None else DivisionCode(draft.parent_code),
            city_code=DivisionCode(path[0]),
            is_home=path[0] == home_city,
            population=draft.population,
            households=draft.households,
            area_m2=size_m2,
        ),
        path=path,
        outline=outline,
    )


def write(
    connection: Connection, rows: list[DivisionAt], known: set[str], effective_at: datetime
) -> None:
    """Add new divisions, and give those that are there another outline from then on."""
    fresh = [row for row in rows if row.division.code not in known]
    divisions.add_divisions(connection, sorted(fresh, key=lambda r: len(r.path)), effective_at)
    changed = [row for row in rows if row.division.code in known and row.outline is not None]
    divisions.close_outlines(connection, [row.division.code for row in changed], effective_at)
    divisions.add_outlines(connection, changed, effective_at)
