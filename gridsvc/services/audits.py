"""Audit a file of areas: is it a coverage, of its parents, and in the datum it claims?"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
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
from gridsvc.services.area_files import AreaFile, read_areas
from gridsvc.services.refusal import BadFile

#: The kinds of problems in the order they are told, as keys of the JSON and of `CoverageProblems`.
KINDS = ("invalid", "gaps", "overlaps", "slivers", "t_junctions", "misowned", "outside_parent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was found in one file."""

    path: Path
    problems: CoverageProblems
    #: Only when a reference was given.
    datum: DatumVerdict | None

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
            told[kind] = [_rounded(asdict(one)) for one in getattr(self.problems, kind)]
        if self.datum is not None:
            told["datum"] = _rounded(asdict(self.datum))
        return told


def audit_file(
    path: Path,
    *,
    parents: Path | None = None,
    against: Path | None = None,
    crs: str | None = None,
    area_id: str | None = None,
    smallest_m2: float = SMALLEST_M2,
    step: Callable[[str], None] = lambda _: None,
) -> Audit:
    """Audit a file; `parents` and `against` are read with the datum they state themselves.

    `step` is told what is being done next.
    """
    step(f"Reading {path.name}")
    areas = read_areas(path, area_id=area_id, crs=crs)
    above = read_areas(parents) if parents else None
    reference = read_areas(against) if against else None
    step(f"Checking {len(areas.ids)} outlines")
    problems = find_problems(_named(areas), _landed(above) if above else None, smallest_m2)
    verdict = None
    if reference is not None:
        step(f"Comparing with {reference.path.name}")
        verdict = _verdict(areas, reference)
    return Audit(path=path, problems=problems, datum=verdict)


def _named(areas: AreaFile) -> NamedOutlines:
    return NamedOutlines(ids=areas.ids, outlines_4490=areas.outlines_4490)


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
