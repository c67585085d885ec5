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
        """Return the SHA-256 of the facts seen, as canonical JSON in the order of their ids.

        Two decisions with the same digest, incident and rules are the same decision;
        names are no facts, so a renamed division changes nothing.
        """
        grid = self.grid
        border = self.border
        facts = [
            self.generation,
            self.match,
            grid and [grid.grid_id, grid.is_home, *grid.division_codes],
            [[d.code, d.level] for d in self.divisions],
            [
                [n.grid.grid_id, n.shared_m, n.crosses_city, *n.grid.division_codes]
                for n in sorted(self.neighbours, key=lambda n: n.grid.grid_id)
            ],
            _sorted_facts(self.posts),
            sorted(self.departments),
            self.calendar.digest,
            border and [border.distance_m, border.foreign_city, _sorted_facts(border.liaisons)],
        ]
        return hashlib.sha256(_CANONICAL.encode(facts).encode()).hexdigest()


def _sorted_facts(posts: tuple[Post, ...]) -> list[tuple[object, ...]]:
    return [_facts_of(post) for post in sorted(posts, key=attrgetter("post_id"))]


def _facts_of(post: Post) -> tuple[object, ...]:
    place = post.place
    return (
        post.post_id,
        post.code,
        post.duty,
        place.grid_id,
        place.division_code,
        place.level,
        place.city_code,
        place.area_m2,
        post.department,
        post.is_backup,
        post.shift,
        [[h.officer_id, h.is_away] for h in post.holders],
        post.open_task_minutes,
    )
