"""Who asks: an account, the posts its officer holds now, and what follows from them.

Made anew from the database for every request (or read from a cache of seconds);
nothing about a person's standing is kept in a cookie or a key.
"""

from dataclasses import dataclass
from uuid import UUID

from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.duty import Duty, Tier
from gridsvc.core.grid import GridCode, GridId
from gridsvc.core.officer import OfficerId
from gridsvc.core.permission import AccountKind, Permission
from gridsvc.core.post import PostCode, PostId


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPost:
    """A post that somebody holds at this instant, with the names a screen shows."""

    post_id: PostId
    code: PostCode
    duty: Duty
    #: the grid, for a post over one grid
    grid_id: GridId | None = None
    grid_code: GridCode | None = None
    #: the division the post is over; for a grid, its community
    division_code: DivisionCode
    division_name: str = ""
    division_level: Level
    #: codes from the city down to the division
    division_path: tuple[DivisionCode, ...] = ()
    department_code: DepartmentCode | None = None
    department_name: str | None = None

    @property
    def tier(self) -> Tier | None:
        """The tier in which the holder is given tasks."""
        return self.duty.tier

    @property
    def is_over_grid(self) -> bool:
        """Whether the post is over one grid rather than a division."""
        return self.grid_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who has proved who they are, and what they may do and see now."""

    account_id: UUID
    login: str
    kind: AccountKind
    #: None for residents and machines
    officer_id: OfficerId | None = None
    #: the officer's name, or the login where there is no officer; for their own screen only
    name: str = ""
    posts: tuple[HeldPost, ...] = ()
    permissions: frozenset[Permission] = frozenset()
    #: keys of `core.scope`; what row-level security compares with
    scope: tuple[str, ...] = ()
    #: True when a machine acts for the officer, in a demo database only
    is_acted_for: bool = False

    def may(self, permission: Permission) -> bool:
        """Tell whether this is permitted, wherever it is permitted."""
        return permission in self.permissions

    @property
    def post_ids(self) -> frozenset[PostId]:
        """The posts held now."""
        return frozenset(post.post_id for post in self.posts)

    @property
    def duties(self) -> frozenset[Duty]:
        """The duties held now."""
        return frozenset(post.duty for post in self.posts)

    @property
    def division_codes(self) -> tuple[DivisionCode, ...]:
        """The divisions the held posts are over (a grid's community), without doubles, sorted."""
        return tuple(sorted({post.division_code for post in self.posts}))
