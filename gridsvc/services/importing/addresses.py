"""Standard addresses 标准地址库: the whole table at once, all of it good or nothing changed.

A table is exchanged, not amended: the office that keeps it sends it whole. It holds places
and no people; columns other than those named are not read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from gridsvc.core.address.numbers import Numbers
from gridsvc.core.address.text import normalised
from gridsvc.core.geo.datum import BadCoordinate, UnknownDatum, check_datum, to_4490
from gridsvc.services.context import Context
from gridsvc.services.importing.outcome import Outcome, Problem
from gridsvc.services.importing.table import RowReader, Table, missing_columns, read_table, readers
from gridsvc.services.refusal import Refusal
from gridsvc.store import addresses, divisions
from gridsvc.store.addresses import NewAddress

COLUMNS = ("code", "community_code", "street", "number", "lon", "lat")
DEEPER = ("building", "unit", "room")
ALIAS_COLUMNS = ("alias", "division_code")
DATUM = "cgcs2000"
#: More problems than this help nobody, and a wrong file has one in each row.
_PROBLEMS_AT_MOST = 1_000

_LOT = re.compile(r"[A-Z]?\d+[A-Z]?(-\d*[A-Z]?\d*)*")
_INNER = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_WORD = re.compile(r"(号楼|号|栋|幢|座|单元|室|房)$")


@dataclass(slots=True)
class _Draft:
    """The rows of a table that are good so far."""

    streets: dict[tuple[str, str], int] = field(default_factory=dict)
    #: Streets as written to their one spelling; each stands in many rows.
    spelled: dict[str, str] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    addresses: dict[tuple[int, Numbers], str] = field(default_factory=dict)
    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)


def import_addresses(
    ctx: Context,
    path: Path,
    *,
    aliases: Path | None = None,
    crs: str = DATUM,
    dry_run: bool = False,
) -> Outcome:
    """Put the addresses of a file in the place of all that were there."""
    with ctx.database.begin() as connection:
        return load_addresses(connection, path, aliases=aliases, crs=crs, dry_run=dry_run)


def load_addresses(
    connection: Connection,
    path: Path,
    *,
    aliases: Path | None = None,
    crs: str = DATUM,
    dry_run: bool = False,
) -> Outcome:
    """Check a table of addresses, and of other names of divisions, and when good write it."""
    try:
        check_datum(crs)
    except UnknownDatum as error:
        raise Refusal(f"{error}.") from None
    known = divisions.divisions(connection)
    if not known:
        raise Refusal("No divisions are loaded yet: run `gridsvc import divisions` first.")
    lowest = divisions.levels(connection)[0]
    communities = {code for code, division in known.items() if division.level == lowest}
    table = read_table(path)
    if lacking := missing_columns(table, COLUMNS):
        return Outcome(problems=tuple(lacking))
    draft, problems = _read(table, communities, crs)
    names: list[tuple[str, str]] = []
    if aliases is not None:
        names, more = _read_aliases(read_table(aliases), known)
        problems += more
    counts = {"addresses": len(draft.addresses), "streets": len(draft.streets)}
    if problems or dry_run:
        return Outcome(problems=tuple(problems), counts=counts)
    rows = list(_rows(draft, crs))
    addresses.replace_addresses(
        connection, list(draft.streets), rows, None if aliases is None else names
    )
    made = len(rows) - len(draft.addresses)
    notes = (f"{made} house(s) were named only by what is in them and were added.",) if made else ()
    return Outcome(counts=counts, notes=notes, is_written=True)


def _read(table: Table, communities: set[str], crs: str) -> tuple[_Draft, list[Problem]]:
    draft = _Draft()
    problems: list[Problem] = []
    for row in readers(table, "code"):
        _take(row, draft, communities, crs)
        problems += row.problems
        if len(problems) >= _PROBLEMS_AT_MOST:
            break
    return draft, problems


def _take(row: RowReader, draft: _Draft, communities: set[str], crs: str) -> None:
    code = row.text("code")
    community = row.text("community_code")
    if community and community not in communities:
        row.wrong(f"community_code {community} is no community we know")
    street = row.text("street")
    name = draft.spelled.get(street) or draft.spelled.setdefault(street, normalised(street))
    if street and len(name) < 2:
        row.wrong(f"street is {street!r}, which is no name of a street, lane, estate or hamlet")
    number = _lot(row, "number", _LOT)
    building, unit, room = (_lot(row, column, _INNER) for column in DEEPER)
    place = _place(row, crs)
    if number == "" and not row.problems:
        row.wrong("number is empty")
    if row.problems or place is None:
        return
    if code in draft.codes:
        row.wrong(f"code {code} stands in an earlier row too")
        return
    draft.codes.add(code)
    position = draft.streets.setdefault((community, name), len(draft.streets))
    numbers = Numbers(number, building, unit, room)
    if (position, numbers) in draft.addresses:
        row.wrong(f"{street}{numbers} of that community has another row")
        return
    draft.addresses[position, numbers] = code
    draft.lon.append(place[0])
    draft.lat.append(place[1])


def _lot(row: RowReader, column: str, form: re.Pattern[str]) -> str:
    """Return a number without the word that follows it: 13号 is 13."""
    written = row.text(column, required=False)
    if not written or (written.isascii() and written.isdigit()):
        return written
    lot = _WORD.sub("", normalised(written))
    if lot and not form.fullmatch(lot):
        row.wrong(f"{column} is {written!r}, not digits with a letter or a dash")
        return ""
    return lot


def _place(row: RowReader, crs: str) -> tuple[float, float] | None:
    written = row.text("lon"), row.text("lat")
    try:
        lon, lat = float(written[0]), float(written[1])
        if crs != DATUM or not (-180 <= lon <= 180 and -90 <= lat <= 90):
            to_4490(lon, lat, crs)
        return lon, lat
    except BadCoordinate as error:
        row.wrong(f"is no place in {crs}: {error}")
    except ValueError:
        if all(written):
            row.wrong(f"lon {written[0]!r}, lat {written[1]!r} are not numbers")
    return None


def _rows(draft: _Draft, crs: str) -> Iterator[NewAddress]:
    """Return the rows to write; a house known only by what is in it gets a row of its own."""
    lon, lat = to_4490(np.array(draft.lon), np.array(draft.lat), crs)
    inhabited = {
        (street, above) for street, numbers in draft.addresses for above in _above(numbers)
    }
    made: set[tuple[int, Numbers]] = set()
    for (key, code), x, y in zip(draft.addresses.items(), lon.tolist(), lat.tolist(), strict=True):
        street, numbers = key
        yield _row(code, street, numbers, key in inhabited, x, y)
        house = (street, Numbers(numbers.number))
        if house not in draft.addresses and house not in made:
            made.add(house)
            yield _row(f"{code}-house", *house, True, x, y)


def _row(
    code: str, street: int, numbers: Numbers, has_parts: bool, lon: float, lat: float
) -> NewAddress:
    digits = re.search(r"\d+", numbers.number)
    return NewAddress(
        code=code,
        street=street,
        numbers=numbers,
        number_value=int(digits[0][:15]) if digits else 0,
        has_parts=has_parts,
        lon=lon,
        lat=lat,
    )


def _above(numbers: Numbers) -> Iterable[Numbers]:
    """Return what a row lies in, the house last."""
    while numbers.depth > 1:
        for part in ("room", "unit", "building"):
            if getattr(numbers, part):
                numbers = replace(numbers, **{part: ""})
                break
        yield numbers


def _read_aliases(
    table: Table, known: Mapping[str, object]
) -> tuple[list[tuple[str, str]], list[Problem]]:
    if lacking := missing_columns(table, ALIAS_COLUMNS):
        return [], lacking
    names: dict[tuple[str, str], None] = {}
    problems: list[Problem] = []
    for row in readers(table, "alias"):
        alias, code = row.text("alias"), row.known("division_code", known, "division")
        problems += row.problems
        if not row.problems and code is not None:
            names[alias, code] = None
    return list(names), problems
