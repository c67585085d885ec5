"""What an import found and did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that keeps a file from being loaded, and where it stands."""

    #: A row or feature number with what it calls itself, e.g. "row 12 (G-0031)".
    where: str
    statement: str
    #: A flaw of the land itself (gap, overlap …), which a city may have to live with.
    is_defect: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.statement}" if self.where else self.statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of an import, dry or not."""

    problems: tuple[Problem, ...] = ()
    #: What was done that the file did not say, e.g. a city's outline made from its towns.
    notes: tuple[str, ...] = ()
    #: How many of each noun were (or, without being written, would be) added.
    counts: Mapping[str, int] = field(default_factory=dict)
    is_written: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as a script would want it."""
        return {
            "is_written": self.is_written,
            "counts": dict(self.counts),
            "notes": list(self.notes),
            "problems": [
                {"where": p.where, "statement": p.statement, "is_defect": p.is_defect}
                for p in self.problems
            ],
        }

    def blocked(self, accept_defects: bool = False) -> bool:
        """Tell whether a problem keeps the file out."""
        return any(not (p.is_defect and accept_defects) for p in self.problems)


def first_words(problems: Sequence[Problem], most: int = 20) -> list[str]:
    """Return problems as lines, no more than somebody will read."""
    lines = [str(problem) for problem in problems[:most]]
    if len(problems) > most:
        lines.append(f"… and {len(problems) - most} more")
    return lines
