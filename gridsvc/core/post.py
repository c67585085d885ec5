"""Posts 岗位: duties over a place and a department, held by officers."""

from dataclasses import dataclass
from typing import NewType

from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.duty import Duty
from gridsvc.core.grid import Grid, GridId
from gridsvc.core.officer import OfficerId
from gridsvc.core.shift import Shift

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
