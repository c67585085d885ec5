"""Levels of command on the wire."""

from pydantic import BaseModel

from gridsvc.api.schemas.references import NamedOut
from gridsvc.core.dispatch.level_suggestion import LevelReason


class LevelOut(BaseModel):
    """The level in command of an incident, the one suggested, and what asks for it."""

    level: str
    #: what may be chosen, the lowest first
    levels: list[str]
    chosen_level: str | None
    suggested: str
    reasons: list[LevelReason]
    #: the smallest division that holds every place it was reported from
    extent: NamedOut | None
    persons: int


class SolvedOut(BaseModel):
    """How many were solved at a level."""

    level: str
    count: int


class LevelFiguresOut(BaseModel):
    """At which levels incidents were solved, and how often the level suggested was confirmed.

    A share is null as long as there is nothing to divide by.
    """

    solved: list[SolvedOut]
    solved_count: int
    lowest_level: str
    lowest_share: float | None
    suggested_count: int
    confirmed_count: int
    confirmed_share: float | None
