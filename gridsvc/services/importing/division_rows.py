"""Features of a file read as divisions: which code, level and parent each one has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gridsvc.services.area_files import AreaFile, as_text
from gridsvc.services.importing.division_codes import CodeList, level_of, parent_of
from gridsvc.services.importing.outcome import Problem
from gridsvc.services.refusal import BadFile


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionFields:
    """Where a file keeps what we need, for files that were not made for us."""

    #: Column of the code; `code` when there is one. Codes of 6 and 9 digits are filled up.
    code: str | None = None
    name: str = "name"
    #: The level of every feature; else the column `level`, else by the form of the code.
    level: str | None = None
    #: The parent of every feature; else the column `parent_code`, else by the code.
    parent: str | None = None


@dataclass(slots=True, kw_only=True)
class DivisionDraft:
    """A division on its way in."""

    where: str
    code: str
    name: str
    name_en: str = ""
    level: str
    parent_code: str | None
    outline: BaseGeometry | None
    population: int | None = None
    households: int | None = None
    area_km2: float | None = None
    #: Not of the file, but made of the divisions below it.
    is_made: bool = False


def read_drafts(
    file: AreaFile, fields: DivisionFields, codes: CodeList
) -> tuple[list[DivisionDraft], list[Problem]]:
    """Return the divisions of a file, and which features could not be made out."""
    if fields.name not in file.columns:
        raise BadFile(
            file.path,
            f"has no column {fields.name!r}",
            f"Name the one with the names with --name-field; there are: {', '.join(file.columns)}",
        )
    code_field = fields.code or ("code" if "code" in file.columns else None)
    if code_field is not None and code_field not in file.columns:
        raise BadFile(file.path, f"has no column {code_field!r}")
    drafts, problems = [], []
    for position, outline in enumerate(file.outlines_4490):
        cells = {column: as_text(values[position]) for column, values in file.columns.items()}
        name = cells[fields.name]
        where = f"feature {position + 1} ({name or file.ids[position]})"
        try:
            code = _code(cells, code_field, name, fields, codes)
            drafts.append(_draft(where, code, name, cells, fields, codes, outline))
        except ValueError as error:
            problems.append(Problem(where=where, statement=str(error)))
    return drafts, problems + _repeated(drafts)


def _code(
    cells: Mapping[str, str], field: str | None, name: str, fields: DivisionFields, codes: CodeList
) -> str:
    if not name:
        raise ValueError("has no name")
    if field is not None:
        written = cells[field]
        code = written.ljust(12, "0") if len(written) in (6, 9) else written
        if len(code) != 12 or not (code.isascii() and code.isdigit()):
            raise ValueError(f"{field} is {written!r}, not a code of 12 (or 6 or 9) digits")
        return code
    found = codes.codes_named(name, cells.get("level") or fields.level)
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(f"several divisions are called {name}: {', '.join(found)}")
    raise ValueError(
        f"no code is known for {name}: name the column with --code-field, or a list of "
        "codes with --codes"
    )


def _draft(
    where: str,
    code: str,
    name: str,
    cells: Mapping[str, str],
    fields: DivisionFields,
    codes: CodeList,
    outline: Any,
) -> DivisionDraft:
    level = cells.get("level") or fields.level or level_of(code)
    if "parent_code" in cells and fields.parent is None:
        parent = cells["parent_code"] or None
    else:
        parent = None if level_of(code) == "city" else fields.parent or parent_of(code)
    return DivisionDraft(
        where=where,
        code=code,
        name=name,
        name_en=cells.get("name_en") or codes.names_en.get(code, ""),
        level=level,
        parent_code=parent,
        outline=multi(outline),
        population=_whole(cells, "population"),
        households=_whole(cells, "households"),
        area_km2=_number(cells, "area_km2"),
    )


def multi(outline: BaseGeometry | None) -> MultiPolygon | None:
    """Return an outline as a MultiPolygon, None for no land."""
    if outline is None or outline.is_empty:
        return None
    parts = [part for part in shapely.get_parts(outline) if part.geom_type == "Polygon"]
    return MultiPolygon(parts)


def _whole(cells: Mapping[str, str], column: str) -> int | None:
    number = _number(cells, column)
    return None if number is None else round(number)


def _number(cells: Mapping[str, str], column: str) -> float | None:
    written = cells.get(column, "")
    if not written:
        return None
    try:
        number = float(written)
    except ValueError:
        raise ValueError(f"{column} is {written!r}, not a number") from None
    if not 0 <= number < float("inf"):
        raise ValueError(f"{column} is {written}, which cannot be")
    return number


def _repeated(drafts: list[DivisionDraft]) -> list[Problem]:
    first: dict[str, str] = {}
    return [
        Problem(where=d.where, statement=f"has the code {d.code} of {first[d.code]} too")
        for d in drafts
        if first.setdefault(d.code, d.where) != d.where
    ]
