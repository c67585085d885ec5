"""The ground: everything about the world that a decision looks at, as one value."""

import hashlib
import json
from dataclasses import dataclass
from operator import attrgetter

from gridsvc.core.calendar import Calendar
from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import Division, DivisionCode
from gridsvc.core.grid import Grid, Neighbour
from gridsvc.core.place import Match
from gridsvc.core.post import Post

_BY_ID = attrgetter("post_id")
#: everything is in lists, so the text is canonical without sorted keys
_CANONICAL = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, check_circular=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """The nearest line to another city, and who speaks for the other side."""

    #: from the place to the city line, in metres
    distance_m: float
    foreign_city: DivisionCode
    #: liaison posts of that city
    liaisons: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The world around one place at one instant."""

    generation: int
    match: Match
    #: None outside of every grid
    grid: Grid | None
    #: the divisions over the place, lowest first, the home city last; outside of every
    #: grid just the home city. It is the city whose dispatchers read this decision.
    divisions: tuple[Division, ...]
    neighbours: tuple[Neighbour, ...] = ()
    #: the posts over the grid, its divisions and its neighbour grids; dispatchers too
    posts: tuple[Post, ...] = ()
    departments: frozenset[DepartmentCode] = frozenset()
    calendar: Calendar
    #: None far from any city line
    border: Border | None = None

    def __post_init__(self) -> None:
        if not self.divisions:
            raise ValueError("the home city at least must stand over a place")

    def digest(self) -> str:
        """Return the SHA-256 of the facts seen: lines of canonical JSON in the order of ids.

        Two decisions with the same digest, incident and rules are the same decision;
        names are no facts, so a renamed division changes nothing.
        """
        grid = self.grid
        border = self.border
        posts = sorted(self.posts, key=_BY_ID)
        liaisons = [] if border is None else sorted(border.liaisons, key=_BY_ID)
        facts = [
            self.generation,
            self.match,
            grid and [grid.grid_id, grid.is_home, *grid.division_codes],
            [[d.code, d.level] for d in self.divisions],
            [
                [n.grid.grid_id, n.shared_m, n.crosses_city, *n.grid.division_codes]
                for n in sorted(self.neighbours, key=lambda n: n.grid.grid_id)
            ],
            [post.open_task_minutes for post in posts],
            sorted(self.departments),
            self.calendar.digest,
            border and [border.distance_m, border.foreign_city],
            [post.open_task_minutes for post in liaisons],
        ]
        lines = [_CANONICAL.encode(facts).encode()]
        lines += [post.facts for post in posts]
        lines += [post.facts for post in liaisons]
        return hashlib.sha256(b"\n".join(lines)).hexdigest()
