"""The preview of a repair: what it would change, as layers to look at and a table to read.

Nothing is repaired in place. Whoever agrees imports the layer `after` of the preview.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gridsvc.core.geo.coverage import find_problems
from gridsvc.core.geo.problems import NamedOutlines
from gridsvc.core.geo.repair import GAP_WIDTH_M, Repair, WouldVanish, propose_repair
from gridsvc.services.area_files import AreaFile
from gridsvc.services.layers import POLYGONS, add_layer
from gridsvc.services.refusal import BadFile, Refusal
from gridsvc.services.whole_file import drawn_whole

#: The layers of a preview.
BEFORE, AFTER, MOVED = "before", "after", "moved_land"
# A GeoPackage keeps these names for itself.
_RESERVED = {"fid", "geom", "geometry"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairPreview:
    """A repair that was written down."""

    out: Path
    repair: Repair
    #: Findings of an audit before and after, group by group.
    findings_before: int
    findings_after: int

    def to_json(self) -> dict[str, Any]:
        """Return the preview as a script would want it."""
        return {
            "preview": str(self.out),
            "measured_in": self.repair.measured_in,
            "gap_width_m": self.repair.gap_width_m,
            "findings_before": self.findings_before,
            "findings_after": self.findings_after,
            "changed": [
                {
                    "id": one.id,
                    "done": list(one.done),
                    "before_m2": round(one.before_m2, 2),
                    "after_m2": round(one.after_m2, 2),
                    "delta_m2": round(one.delta_m2, 2),
                }
                for one in self.repair.changed
            ],
        }


def write_preview(
    areas: AreaFile,
    out: Path,
    *,
    groups: Sequence[str] | None = None,
    gap_width_m: float = GAP_WIDTH_M,
) -> RepairPreview:
    """Write what a repair would make of a file to a GeoPackage, whole or not at all.

    `groups` labels the areas with the coverage each belongs to. Refused when an area would lose
    all its land.
    """
    if out.suffix.lower() != ".gpkg":
        raise Refusal(f"{out.name}: a preview is a GeoPackage. Give it the ending .gpkg.")
    if out.resolve() == areas.path.resolve():
        raise Refusal(f"{out.name}: the preview would replace the file. Give another name.")
    if not gap_width_m >= 0.0:
        raise Refusal(f"A gap cannot be {gap_width_m} m wide. Give 0 or more.")
    named = NamedOutlines(ids=areas.ids, outlines_4490=areas.outlines_4490)
    try:
        repair = propose_repair(named, groups, gap_width_m)
    except WouldVanish as error:
        raise _vanishing(areas, error) from None
    with drawn_whole(out) as unfinished:
        _write(unfinished, areas, repair)
    after = np.empty(len(repair.areas), dtype=object)
    after[:] = [one.after_4490 for one in repair.areas]
    return RepairPreview(
        out=out,
        repair=repair,
        findings_before=_findings(named, groups),
        findings_after=_findings(NamedOutlines(ids=areas.ids, outlines_4490=after), groups),
    )


def _vanishing(areas: AreaFile, error: WouldVanish) -> BadFile:
    told = ", ".join(f"feature {areas.ids.index(one) + 1} (id {one})" for one in error.ids[:10]) + (
        f" and {len(error.ids) - 10} more" if len(error.ids) > 10 else ""
    )
    return BadFile(
        areas.path,
        f"a repair would leave {told} without any land: it is empty, thinner than a millimetre, "
        "or lies wholly in another area",
        "Draw it anew, or cut it out of the other one. No preview was written",
    )


def _write(path: Path, areas: AreaFile, repair: Repair) -> None:
    told = {
        "area_id": [one.id for one in repair.areas],
        "repair_done": ["; ".join(one.done) for one in repair.areas],
        "repair_before_m2": np.array([one.before_m2 for one in repair.areas]),
        "repair_after_m2": np.array([one.after_m2 for one in repair.areas]),
        "repair_delta_m2": np.array([one.delta_m2 for one in repair.areas]),
    }
    own = {
        name: values
        for name, values in areas.columns.items()
        if name.lower() not in _RESERVED | set(told)
    }
    add_layer(path, BEFORE, POLYGONS, [one.before_4490 for one in repair.areas], told)
    add_layer(path, AFTER, POLYGONS, [one.after_4490 for one in repair.areas], {**own, **told})
    add_layer(
        path,
        MOVED,
        POLYGONS,
        [piece.outline_4490 for piece in repair.moved],
        {
            "area_id": [piece.id for piece in repair.moved],
            "change": ["gained" if piece.is_gained else "lost" for piece in repair.moved],
            "area_m2": np.array([piece.area_m2 for piece in repair.moved]),
        },
    )


def _findings(areas: NamedOutlines, groups: Sequence[str] | None) -> int:
    members: dict[str, list[int]] = defaultdict(list)
    for position, group in enumerate(groups or [""] * len(areas.ids)):
        members[group].append(position)
    return sum(
        len(
            find_problems(
                NamedOutlines(
                    ids=tuple(areas.ids[i] for i in positions),
                    outlines_4490=areas.outlines_4490[positions],
                )
            )
        )
        for positions in members.values()
    )
