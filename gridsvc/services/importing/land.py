"""What is wrong with outlines as a set, in words and with the names of the areas."""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridsvc.core.geo.coverage import CoverageProblems, NamedOutlines, find_problems
from gridsvc.services.importing.outcome import Problem

Place = tuple[float, float]
_NAMED_AT_MOST = 6


def named(outlines: Mapping[str, BaseGeometry | None]) -> NamedOutlines:
    """Return outlines by id in the form that is audited."""
    array = np.empty(len(outlines), dtype=object)
    array[:] = list(outlines.values())
    return NamedOutlines(ids=tuple(outlines), outlines_4490=array)


def land_problems(
    outlines: Mapping[str, BaseGeometry | None],
    parents: Mapping[str, BaseGeometry | None],
    names: Mapping[str, str],
    what: str,
) -> list[Problem]:
    """Return the defects of areas by code, against their parents where those have land.

    `what` says what they are together ("towns"); `names` adds a name to a code.
    """
    landed = {code: outline for code, outline in parents.items() if outline is not None}
    found = find_problems(named(outlines), named(landed) if landed else None)
    return [
        Problem(where=what, statement=statement, is_defect=True)
        for statement in statements(found, names)
    ]


def statements(found: CoverageProblems, names: Mapping[str, str]) -> list[str]:
    """Return an audit's findings as sentences, gravest kind first."""

    def called(codes: Sequence[str]) -> str:
        words = [f"{code} {names[code]}" if code in names else code for code in codes]
        more = len(words) - _NAMED_AT_MOST
        return ", ".join(words[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")

    def parent(code: str | None) -> str:
        return "every parent" if code is None else called([code])

    return [
        *(f"{called([r.id])} is no valid polygon: {r.reason}{at(r.place)}" for r in found.invalid),
        *(f"gap of {metres(g.area_m2)} between {called(g.near)}{at(g.place)}" for g in found.gaps),
        *(
            f"overlap of {metres(o.area_m2)} of {called([o.a])} and {called([o.b])}{at(o.place)}"
            for o in found.overlaps
        ),
        *(
            f"{called([o.id])} reaches {metres(o.area_m2)} beyond {parent(o.parent)}{at(o.place)}"
            for o in found.outside_parent
        ),
        *(
            f"{called([s.id])} has a sliver {s.width_m:.2f} m wide of {metres(s.area_m2)}"
            f"{at(s.place)}"
            for s in found.slivers
        ),
        *(
            f"{called([t.a])} lacks the vertex that {called([t.b])} has on their border"
            f"{at(t.place)}"
            for t in found.t_junctions
        ),
        *(
            f"border of {called(m.ids)} over {m.length_m:,.1f} m has not two owners{at(m.place)}"
            for m in found.misowned
        ),
    ]


def metres(area_m2: float) -> str:
    """Return an area as people read it."""
    return f"{area_m2:,.0f} m²"


def at(place: Place | None) -> str:
    """Return where something lies."""
    return "" if place is None else f" at {place[0]:.6f}, {place[1]:.6f}"


def mended(outline: BaseGeometry | None) -> BaseGeometry | None:
    """Return an outline as a valid polygon, as GEOS mends it; a valid one as it is."""
    if outline is None or outline.is_valid:
        return outline
    return shapely.make_valid(outline, method="structure", keep_collapsed=False)
