"""Officers and the posts they hold: one row per holding, all of them or none.

Names and numbers go to the table that can be erased and nowhere else.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection

from gridsvc.core.duty import Duty
from gridsvc.core.shift import Shift
from gridsvc.services.context import Context
from gridsvc.services.importing.outcome import Outcome, Problem
from gridsvc.services.importing.table import (
    RowReader,
    Table,
    missing_columns,
    read_table,
    readers,
)
from gridsvc.store import divisions, grids, installation, matters, people

COLUMNS = (
    *("officer_code", "name", "phone", "post_code", "duty", "place_kind", "place_code"),
    *("department", "is_backup", "shift"),
)


class PlaceKind(StrEnum):
    """What a post is over."""

    GRID = "grid"
    DIVISION = "division"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWorld:
    """The codes a row may refer to, and those it may not take."""

    grid_ids: Mapping[str, int]
    division_codes: Collection[str]
    department_codes: Collection[str]
    officer_codes: Collection[str] = ()
    post_codes: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWords:
    """A post as a row writes it; rows that share a post must agree on all of it."""

    duty: Duty | None
    place_kind: PlaceKind | None
    place_code: str
    department: str | None
    is_backup: bool
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class Roster:
    """Officers by code (name, phone), posts by code, and who holds which."""

    officers: dict[str, tuple[str, str]] = field(default_factory=dict)
    posts: dict[str, PostWords] = field(default_factory=dict)
    holders: dict[str, list[str]] = field(default_factory=dict)


def import_officers(
    ctx: Context, path: Path, *, dry_run: bool = False, effective_at: datetime | None = None
) -> Outcome:
    """Load a file of officers and posts, valid from an instant on (default now)."""
    with ctx.database.begin() as connection:
        return load_officers(connection, path, effective_at or ctx.clock.now(), dry_run=dry_run)


def load_officers(
    connection: Connection, path: Path, effective_at: datetime, *, dry_run: bool = False
) -> Outcome:
    """Check a file against the database and, when all of it is good, write it."""
    installation.lock_installation(connection)
    table = read_table(path)
    if lacking := missing_columns(table, COLUMNS):
        return Outcome(problems=tuple(lacking))
    world = known_world(connection, table)
    roster, problems = check_roster(table, world)
    counts = {"officers": len(roster.officers), "posts": len(roster.posts)}
    if problems or dry_run:
        return Outcome(problems=tuple(problems), counts=counts)
    write_roster(connection, roster, world, effective_at)
    return Outcome(counts=counts, is_written=True)


def known_world(connection: Connection, table: Table) -> KnownWorld:
    """Read which of the codes that a table mentions are known."""
    mentioned = {
        column: sorted({cells[column] for _, cells in table.rows})
        for column in ("place_code", "officer_code", "post_code")
    }
    return KnownWorld(
        grid_ids=grids.grid_ids_by_code(connection, mentioned["place_code"]),
        division_codes=set(divisions.divisions(connection)),
        department_codes=set(matters.departments(connection)),
        officer_codes=set(people.officer_ids_by_code(connection, mentioned["officer_code"])),
        post_codes=people.post_codes_taken(connection, mentioned["post_code"]),
    )


def check_roster(table: Table, world: KnownWorld) -> tuple[Roster, list[Problem]]:
    """Return the officers and posts of a table, and what is wrong with its rows."""
    roster = Roster()
    problems: list[Problem] = []
    for row in readers(table, "officer_code"):
        _take_post(row, roster, world)
        _take_officer(row, roster, world)
        problems += row.problems
    return roster, problems


def _take_post(row: RowReader, roster: Roster, world: KnownWorld) -> None:
    code = row.text("post_code")
    words = PostWords(
        duty=row.choice("duty", Duty),
        place_kind=row.choice("place_kind", PlaceKind),
        place_code=row.text("place_code"),
        department=row.known("department", world.department_codes, "department"),
        is_backup=row.flag("is_backup"),
        shift=row.choice("shift", Shift),
    )
    if words.place_kind is PlaceKind.GRID and words.place_code:
        row.known("place_code", world.grid_ids, "grid")
    if words.place_kind is PlaceKind.DIVISION and words.place_code:
        row.known("place_code", world.division_codes, "division")
    if code in world.post_codes:
        row.wrong(f"post {code} is already there")
    if code and roster.posts.setdefault(code, words) != words:
        row.wrong(f"post {code} is described otherwise in an earlier row")


def _take_officer(row: RowReader, roster: Roster, world: KnownWorld) -> None:
    post = row.text("post_code", required=False)
    code = row.text("officer_code", required=False)
    holders = roster.holders.setdefault(post, [])
    if not code:
        # A post that nobody holds yet is worth knowing; a name without a code is a slip.
        if row.text("name", required=False):
            row.wrong("officer_code is empty")
        return
    person = (row.text("name"), row.text("phone", required=False))
    if code in world.officer_codes:
        row.wrong(f"officer {code} is already there")
    if roster.officers.setdefault(code, person) != person:
        row.wrong(f"officer {code} has another name or number in an earlier row")
    if code in holders:
        row.wrong(f"officer {code} holds post {post} twice")
    holders.append(code)


def write_roster(
    connection: Connection, roster: Roster, world: KnownWorld, effective_at: datetime
) -> None:
    """Write officers and posts that were checked."""
    codes = list(roster.officers)
    ids = people.add_officers(
        connection,
        [
            people.NewOfficer(code=code, name=name, phone=phone)
            for code, (name, phone) in roster.officers.items()
        ],
    )
    id_of = dict(zip(codes, ids, strict=True))
    posts = []
    for code, words in roster.posts.items():
        assert words.duty is not None
        assert words.shift is not None
        is_grid = words.place_kind is PlaceKind.GRID
        posts.append(
            people.NewPost(
                code=code,
                duty=words.duty,
                grid_id=world.grid_ids[words.place_code] if is_grid else None,
                division_code=None if is_grid else words.place_code,
                department_code=words.department,
                is_backup=words.is_backup,
                shift=words.shift,
                officer_ids=tuple(id_of[holder] for holder in roster.holders[code]),
            )
        )
    people.add_posts(connection, posts, effective_at)
