"""Audit a file of areas: is it a coverage, of its parents, and in the datum it claims?"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from gridsvc.core.geo.coverage import (
    SMALLEST_M2,
    CoverageProblems,
    NamedOutlines,
    find_problems,
)
from gridsvc.core.geo.datum_doubt import DatumVerdict, judge_datum
from gridsvc.core.geo.repair import GAP_WIDTH_M
from gridsvc.services.area_files import AreaFile, as_text, read_areas
from gridsvc.services.area_repairs import RepairPreview, write_preview
from gridsvc.services.finding_layers import add_findings
from gridsvc.services.finding_words import KINDS as KINDS
from gridsvc.services.refusal import BadFile, Refusal
from gridsvc.services.whole_file import drawn_whole

#: What a finding is drawn as: for layers, not for text.
_SHAPES = {"outline_4490", "line_4490"}
_NAME_COLUMNS = ("name", "名称", "NAME")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was found in one file."""

    path: Path
    problems: CoverageProblems
    #: Only when a reference was given.
    datum: DatumVerdict | None
    #: Only when one was asked for.
    repair: RepairPreview | None = None

    def __len__(self) -> int:
        """Return the number of problems, a doubted datum included."""
        return len(self.problems) + (self.datum is not None and self.datum.is_doubted)

    def to_json(self) -> dict[str, Any]:
        """Return the audit as plain values: m² to 0.01, metres to 0.001, places to 1e-7°."""
        told: dict[str, Any] = {
            "features": self.problems.features,
            "measured_in": self.problems.measured_in,
        }
        for kind in KINDS:
            told[kind] = [_rounded(_plain(one)) for one in getattr(self.problems, kind)]
        if self.datum is not None:
            told["datum"] = _rounded(asdict(self.datum))
        if self.repair is not None:
            told["repair"] = self.repair.to_json()
        return told


def audit_file(
    path: Path,
    *,
    parents: Path | None = None,
    against: Path | None = None,
    crs: str | None = None,
    area_id: str | None = None,
    layer: str | None = None,
    smallest_m2: float = SMALLEST_M2,
    out: Path | None = None,
    repair: Path | None = None,
    gap_width_m: float = GAP_WIDTH_M,
    step: Callable[[str], None] = lambda _: None,
) -> Audit:
    """Audit a file; `parents` and `against` are read with the datum they state themselves.

    `out` is a GeoPackage that gets the findings as layers, `repair` one that gets what a repair
    would change, gaps up to `gap_width_m` wide filled. `step` is told what is being done next.
    """
    if out is not None and out.suffix.lower() != ".gpkg":
        raise Refusal(f"{out.name}: findings go to a GeoPackage. Give it the ending .gpkg.")
    if out is not None and out.resolve() in {path.resolve(), repair and repair.resolve()}:
        raise Refusal(f"{out.name}: the findings would replace another file. Give another --out.")
    step(f"Reading {path.name}")
    areas = read_areas(path, area_id=area_id, crs=crs, layer=layer)
    above = read_areas(parents) if parents else None
    reference = read_areas(against) if against else None
    step(f"Checking {len(areas.ids)} outlines")
    problems = find_problems(_named(areas), _landed(above) if above else None, smallest_m2)
    verdict = None
    if reference is not None:
        step(f"Comparing with {reference.path.name}")
        verdict = _verdict(areas, reference)
    preview = None
    if repair is not None:
        step("Trying a repair")
        preview = write_preview(areas, repair, gap_width_m=gap_width_m)
    if out is not None:
        step(f"Writing {out.name}")
        with drawn_whole(out) as unfinished:
            add_findings(unfinished, problems, _names(areas))
    return Audit(path=path, problems=problems, datum=verdict, repair=preview)


def _named(areas: AreaFile) -> NamedOutlines:
    return NamedOutlines(ids=areas.ids, outlines_4490=areas.outlines_4490)


def _names(areas: AreaFile) -> dict[str, str]:
    column = next((areas.columns[name] for name in _NAME_COLUMNS if name in areas.columns), None)
    if column is None:
        return {}
    named = zip(areas.ids, map(as_text, column), strict=True)
    return {one: name for one, name in named if name and name != one}


def _landed(areas: AreaFile) -> NamedOutlines:
    landed = np.array([outline is not None for outline in areas.outlines_4490], dtype=bool)
    return NamedOutlines(
        ids=tuple(one for one, has_land in zip(areas.ids, landed, strict=True) if has_land),
        outlines_4490=areas.outlines_4490[landed],
    )


def _verdict(areas: AreaFile, reference: AreaFile) -> DatumVerdict:
    verdict = judge_datum(
        _landed(areas).outlines_4490, areas.datum, _landed(reference).outlines_4490
    )
    if not verdict.median_m:
        raise BadFile(
            reference.path,
            f"does not come near {areas.path.name}, so it cannot tell about its datum",
            "Give a reference that covers or borders the same land",
        )
    return verdict


def _plain(finding: Any) -> dict[str, Any]:
    return {
        one.name: getattr(finding, one.name) for one in fields(finding) if one.name not in _SHAPES
    }


def _rounded(value: Any, key: str = "") -> Any:
    """Round floats by what they are: the key tells the unit."""
    if isinstance(value, dict):
        return {
            name: _rounded(one, key if key == "median_m" else name) for name, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [_rounded(one, key) for one in value]
    if isinstance(value, float):
        return round(value, {"place": 7, "area_m2": 2}.get(key, 3))
    return value
