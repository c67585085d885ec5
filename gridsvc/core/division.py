"""Divisions 区划: the administrative tree above the grids, and the ladder of its levels.

Dongguan has no county level, other cities have one: the number and the names of
the levels are data. Outlines are not here; they belong to a generation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NewType

#: 12 digits, e.g. city 441900000000, town 441900003000, community 441900003001
DivisionCode = NewType("DivisionCode", str)
#: the name of one rung of a Ladder, e.g. "town"
Level = NewType("Level", str)


class UnknownLevel(ValueError):
    """A level that is no rung of the ladder in use."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The levels of command 三级指挥 of one city, lowest first."""

    levels: tuple[Level, ...]

    def __post_init__(self) -> None:
        if not self.levels:
            raise ValueError("a ladder has at least one level")
        if len(set(self.levels)) != len(self.levels):
            raise ValueError(f"a ladder names each level once, not {', '.join(self.levels)}")

    @classmethod
    def of(cls, *names: str) -> "Ladder":
        """Build a ladder from level names, lowest first."""
        return cls(tuple(Level(name) for name in names))

    @property
    def lowest(self) -> Level:
        """The level nearest to the street."""
        return self.levels[0]

    @property
    def highest(self) -> Level:
        """The level of the city centre."""
        return self.levels[-1]

    def rank(self, level: Level) -> int:
        """Return 0 for the lowest level; refuse a level that is not on the ladder."""
        try:
            return self.levels.index(level)
        except ValueError:
            raise UnknownLevel(f"level {level!r} is not one of {', '.join(self.levels)}") from None

    def above(self, level: Level) -> Level | None:
        """Return the next level up, None from the highest."""
        rank = self.rank(level) + 1
        return self.levels[rank] if rank < len(self.levels) else None

    def highest_of(self, levels: Iterable[Level]) -> Level:
        """Return the highest of some levels; the lowest of the ladder when there are none."""
        return max(levels, key=self.rank, default=self.lowest)


SAMPLE_LADDER = Ladder.of("community", "town", "city")


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A city, town or community of the administrative tree.

    A division may have no land: three functional zones of Dongguan have codes only.
    """

    code: DivisionCode
    name: str
    name_en: str = ""
    level: Level
    #: None only at the top
    parent_code: DivisionCode | None = None
    city_code: DivisionCode
    is_home: bool = True
    population: int | None = None
    households: int | None = None
    area_m2: float | None = None

    def __post_init__(self) -> None:
        if len(self.code) != 12 or not self.code.isdigit():
            raise ValueError(f"a division code has 12 digits, not {self.code!r}")
