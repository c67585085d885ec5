"""The roster 人员配备: which posts a grid should have, and what it means that one is not held."""

from enum import StrEnum

from gridsvc.core.dispatch.reason import Shortfall
from gridsvc.core.duty import Duty

#: 四员: whom every grid has, over itself or over a division that it lies in (M4).
FOUR_ROLES = (
    Duty.GRID_MANAGER,
    Duty.GRID_ASSISTANT,
    Duty.GRID_POLICE,
    Duty.GRID_SUPERVISOR,
)
#: What a decision lacked because of the roster; the others are of the incident or the lists.
GAPS = frozenset(
    {
        Shortfall.VACANT_POST,
        Shortfall.NOBODY_ON_SHIFT,
        Shortfall.NO_POST_OF_TIER,
        Shortfall.NO_DEPARTMENT_POST,
        Shortfall.NO_POST_AT_LEVEL,
    }
)


class Lack(StrEnum):
    """Why a grid has nobody in a role."""

    NO_POST = "no_post"
    VACANT = "vacant"  # there is a post, and nobody holds it
    AWAY = "away"  # everybody who holds it is on leave


def lack_of(posts: int, holders: int, present: int) -> Lack | None:
    """Return why nobody is there, None when somebody is."""
    if present:
        return None
    if holders:
        return Lack.AWAY
    return Lack.VACANT if posts else Lack.NO_POST


class RosterRefused(Exception):
    """A change of the roster that cannot be; `code` is for machines."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
