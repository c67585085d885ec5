"""The findings of an audit as sentences, the same in tables, layers and refusals."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gridsvc.core.geo.problems import CoverageProblems

#: The kinds of findings in the order they are told, as keys of the JSON and of
#: `CoverageProblems`.
KINDS = ("invalid", "gaps", "overlaps", "slivers", "t_junctions", "misowned", "outside_parent")
#: The same, gravest first.
GRAVEST_FIRST = (
    "invalid",
    "gaps",
    "overlaps",
    "outside_parent",
    "slivers",
    "t_junctions",
    "misowned",
)
#: Returns areas by their ids as a person calls them.
Called = Callable[[Sequence[str]], str]

Place = tuple[float, float]
_NAMED_AT_MOST = 6


def sentence(kind: str, finding: Any, called: Called) -> str:
    """Return one finding of a kind as a sentence, its place not told."""
    return _SENTENCES[kind](finding, called)


def sentences(found: CoverageProblems, called: Called) -> list[str]:
    """Return all findings as sentences with their places, gravest kind first."""
    return [
        sentence(kind, finding, called) + at(finding.place)
        for kind in GRAVEST_FIRST
        for finding in getattr(found, kind)
    ]


def called_by(names: Mapping[str, str]) -> Called:
    """Return how areas are called: by id and, where there is one, by name; some of many."""

    def called(ids: Sequence[str]) -> str:
        words = [f"{one} {names[one]}" if one in names else one for one in ids]
        more = len(words) - _NAMED_AT_MOST
        return ", ".join(words[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")

    return called


def at(place: Place | None) -> str:
    """Return where something lies."""
    return "" if place is None else f" at {place[0]:.6f}, {place[1]:.6f}"


def metres(area_m2: float) -> str:
    """Return an area as people read it."""
    return f"{area_m2:,.0f} m²"


_SENTENCES: dict[str, Callable[[Any, Called], str]] = {
    "invalid": lambda x, called: f"{called([x.id])} is no valid polygon: {x.reason}",
    "gaps": lambda x, called: f"gap of {metres(x.area_m2)} between {called(x.near)}",
    "overlaps": lambda x, called: (
        f"overlap of {metres(x.area_m2)} of {called([x.a])} and {called([x.b])}"
    ),
    "slivers": lambda x, called: (
        f"{called([x.id])} has a sliver {x.width_m:.2f} m wide of {metres(x.area_m2)}"
    ),
    "t_junctions": lambda x, called: (
        f"{called([x.a])} lacks the vertex that {called([x.b])} has on their border"
    ),
    "misowned": lambda x, called: (
        f"border of {called(x.ids)} over {x.length_m:,.1f} m has not two owners"
    ),
    "outside_parent": lambda x, called: (
        f"{called([x.id])} reaches {metres(x.area_m2)} beyond "
        + ("every parent" if x.parent is None else called([x.parent]))
    ),
}
