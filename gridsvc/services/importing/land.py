"""What is wrong with outlines as a set, in words and with the names of the areas."""

from collections.abc import Mapping

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridsvc.core.geo.coverage import CoverageProblems, NamedOutlines, find_problems
from gridsvc.services.finding_words import called_by, sentences
from gridsvc.services.importing.outcome import Problem


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
    return sentences(found, called_by(names))


def mended(outline: BaseGeometry | None) -> BaseGeometry | None:
    """Return an outline as a valid polygon, as GEOS mends it; a valid one as it is."""
    if outline is None or outline.is_valid:
        return outline
    return shapely.make_valid(outline, method="structure", keep_collapsed=False)
