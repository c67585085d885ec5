"""Manners: how often things go one way or the other, and what will go wrong in one story.

All shares are data. A share is of all stories, but where a comment says otherwise.
"""

from collections import Counter
from dataclasses import dataclass, field, fields

from gridsvc.cli.simulation.chance import Chance


@dataclass(frozen=True, slots=True)
class Manners:
    """How often things go one way or the other, as shares."""

    self_fix: float = 0.25
    photo: float = 0.5
    at_sea: float = 0.004
    next_city: float = 0.006
    # the public
    public: float = 0.08
    #: of the reports of the public
    unfounded: float = 0.2
    # several see the same thing; a dispatcher joins what they report
    storm: float = 0.03
    #: of those that were joined
    unjoined: float = 0.12
    # those who have the work
    #: of the officers
    never_answers: float = 0.01
    #: of the times that somebody is asked
    silent: float = 0.06
    #: of the times that somebody is asked
    returns: float = 0.03
    wrong_department: float = 0.02
    extension: float = 0.06
    #: of those asked for
    extension_granted: float = 0.7
    suspension: float = 0.05
    #: of those asked for
    suspension_granted: float = 0.7
    #: of those granted
    resumed_early: float = 0.5
    #: lets the limit run out before doing anything
    late: float = 0.08
    #: of the re-checks
    fails_recheck: float = 0.05
    # those above
    supervised: float = 0.02
    force_closed: float = 0.01
    #: of those closed late
    appealed: float = 0.6
    #: of the appeals
    appeal_granted: float = 0.6
    # the reporter, once it is closed
    answers: float = 0.3
    #: of the answers
    unsatisfied: float = 0.1
    #: leaves begun within the day, for each report
    leaves: float = 0.01
    #: of the leaves
    stood_in: float = 0.6


@dataclass(slots=True)
class Plot:
    """What will happen in one story: drawn at its beginning, each at most once."""

    ahead: set[str]

    @classmethod
    def drawn(cls, chance: Chance, manners: Manners) -> "Plot":
        """Draw by the shares; always as many draws, so that one share moves no other."""
        return cls({f.name for f in fields(manners) if chance.random() < getattr(manners, f.name)})

    def comes(self, name: str) -> bool:
        """Tell whether something comes now; it does not come again."""
        comes = name in self.ahead
        self.ahead.discard(name)
        return comes


@dataclass(slots=True)
class Tally:
    """What has happened so far."""

    #: steps and other deeds that were accepted
    counts: Counter[str] = field(default_factory=Counter)
    #: what was made to go another way than it should
    played: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    incidents: dict[str, str] = field(default_factory=dict)
