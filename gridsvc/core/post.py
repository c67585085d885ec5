"""Posts 岗位: duties over a place and a department, held by officers."""

import json
from dataclasses import dataclass, field, fields
from typing import NewType

from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.duty import Duty
from gridsvc.core.grid import Grid, GridId
from gridsvc.core.officer import OfficerId
from gridsvc.core.shift import Shift

#: everything is in lists, so the text is canonical without sorted keys
_CANONICAL = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, check_circular=False)

PostId = NewType("PostId", int)
PostCode = NewType("PostCode", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPlace:
    """What a post is over: one grid, or one division with all its grids."""

    grid_id: GridId | None = None
    division_code: DivisionCode | None = None
    #: the division's level; None for a grid, which counts as the lowest level
    level: Level | None = None
    city_code: DivisionCode
    area_m2: float

    def __post_init__(self) -> None:
        if (self.grid_id is None) == (self.division_code is None):
            raise ValueError("a post is over one grid or over one division")
        if (self.division_code is None) != (self.level is None):
            raise ValueError("a division has a level, a grid has none")

    def covers(self, grid: Grid) -> bool:
        """Tell whether the grid is this place or lies below it."""
        if self.grid_id is not None:
            return self.grid_id == grid.grid_id
        return self.division_code in grid.division_codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """An officer on a post; away means on leave or released, whatever the shift says."""

    officer_id: OfficerId
    is_away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A duty over a place, for a department or for any."""

    post_id: PostId
    code: PostCode
    duty: Duty
    place: PostPlace
    department: DepartmentCode | None = None
    #: a B post, asked after the primary ones of the same place
    is_backup: bool = False
    shift: Shift = Shift.DAY
    #: empty when the post is vacant
    holders: tuple[Holder, ...] = ()
    #: work already given and not yet done, by the usual minutes of each kind of task
    open_task_minutes: int = 0
    _facts: bytes | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def facts(self) -> bytes:
        """What a decision may have looked at, its load aside, as canonical JSON; made once."""
        if self._facts is None:
            place = self.place
            listed = (
                self.post_id,
                self.code,
                self.duty,
                place.grid_id,
                place.division_code,
                place.level,
                place.city_code,
                place.area_m2,
                self.department,
                self.is_backup,
                self.shift,
                [[h.officer_id, h.is_away] for h in self.holders],
            )
            object.__setattr__(self, "_facts", _CANONICAL.encode(listed).encode())
        assert self._facts is not None
        return self._facts

    def with_load(self, minutes: int) -> "Post":
        """Return the post with another load; what else was seen of it stays."""
        # by slots: `replace` costs five times as much, and a batch of reports makes hundreds
        loaded = object.__new__(Post)
        for name in _SLOTS:
            object.__setattr__(loaded, name, getattr(self, name))
        object.__setattr__(loaded, "open_task_minutes", minutes)
        return loaded


_SLOTS = tuple(each.name for each in fields(Post))
