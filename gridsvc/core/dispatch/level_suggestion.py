"""Levels suggested 分级应对: from nature, extent, persons and authority; a person decides.

What is said here moves nothing: the engine goes by the rules, and by the level that a
dispatcher has chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gridsvc.core.dispatch.authority import Authority
from gridsvc.core.dispatch.reason import Reason
from gridsvc.core.division import Ladder, Level

#: From how many persons on the second level is suggested, then the third, and so on.
PERSONS_OF_LEVELS = (10, 50)


class LevelReason(StrEnum):
    """What a suggestion rests on."""

    AUTHORITY = "authority"  # the condition, or a rule, names the lowest that may solve it
    NATURE = "nature"  # its severity asks for more
    EXTENT = "extent"  # it was reported from several divisions
    PERSONS = "persons"  # so many are concerned


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSuggestion:
    """A level with everything that asks for it."""

    level: Level
    reasons: tuple[LevelReason, ...]


def suggest_level(
    authority: Authority, extent: Level, persons: int, ladder: Ladder
) -> LevelSuggestion:
    """Suggest the lowest level that is high enough for all four.

    `extent` is the level of the smallest division that holds every place it was reported
    from.
    """
    by_authority = (
        LevelReason.NATURE
        if Reason.LEVEL_BY_SEVERITY in authority.reasons
        else LevelReason.AUTHORITY
    )
    asked = {
        by_authority: authority.level,
        LevelReason.EXTENT: extent,
        LevelReason.PERSONS: level_of_persons(persons, ladder, PERSONS_OF_LEVELS),
    }
    level = ladder.highest_of(asked.values())
    return LevelSuggestion(
        level=level,
        reasons=tuple(
            reason
            for reason, wanted in asked.items()
            # at the lowest level nothing asks for more than the incident's own authority
            if wanted == level and (level != ladder.lowest or reason is by_authority)
        ),
    )


def level_of_persons(persons: int, ladder: Ladder, steps: Sequence[int]) -> Level:
    """Return the level that so many persons ask for; steps beyond the ladder ask for its top."""
    rank = sum(persons >= least for least in steps)
    return ladder.levels[min(rank, len(ladder.levels) - 1)]
