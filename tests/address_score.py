"""What came of damaged addresses: right, several, nothing, or the one thing it must not be."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import text

from gridsvc.core.address.choice import Confidence
from gridsvc.core.address.numbers import Numbers
from gridsvc.core.address.text import normalised
from gridsvc.services.addresses import Geocoded, geocode_many
from gridsvc.services.context import Context
from tests.address_damage import ABSENT, CLASSES, Damage, Known, damaged

_ALL = """
    SELECT a.code, city.name, town.name, community.name, s.name,
           a.number, a.building, a.unit, a.room
    FROM address a JOIN street s USING (street_id)
    JOIN division community ON community.code = s.community_code
    JOIN division town ON town.code = community.parent_code
    JOIN division city ON city.code = town.parent_code
    ORDER BY a.code
"""


class Outcome(StrEnum):
    RIGHT = "right"
    #: The house, street or division that it lies in: true, but less than was asked.
    COARSER = "coarser"
    SEVERAL = "several, the right one among them"
    OTHERS = "several, the right one not among them"
    NOTHING = "nothing"
    #: The damage made the very text of another address of the table; nobody could tell.
    ANOTHER = "is another address"
    WRONG = "wrong single answer"


@dataclass(slots=True)
class Tally:
    """The outcomes of one class of damage, with the texts that were answered wrongly."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)


def known_addresses(ctx: Context) -> list[Known]:
    """Return every address of the table."""
    with ctx.database.begin() as connection:
        return [
            Known(
                code=code,
                city=city,
                town=town,
                community=community,
                street=street,
                numbers=str(Numbers(*numbers)),
            )
            for code, city, town, community, street, *numbers in connection.execute(text(_ALL))
        ]


def sample_of(known: list[Known], count: int) -> list[Known]:
    """Return addresses spread evenly over the table."""
    return known[:: max(1, len(known) // count)][:count]


class Score:
    """Judges answers against the whole table."""

    def __init__(self, ctx: Context, known: list[Known]) -> None:
        self._ctx = ctx
        self._text_of = {one.code: one.text for one in known}

    def run(self, sample: list[Known], damage: Damage, seed: int = 1) -> Tally:
        """Geocode a damaged sample."""
        cases = list(damaged(sample, damage, seed))
        tally = Tally()
        for start in range(0, len(cases), 500):
            part = cases[start : start + 500]
            answers = geocode_many(self._ctx, [written for _, written in part], 10)
            for (known, written), answer in zip(part, answers, strict=True):
                outcome = self.judge(known, written, answer, is_absent=damage in ABSENT.values())
                tally.outcomes[outcome] += 1
                if outcome is Outcome.WRONG:
                    found = answer.candidates[0].text
                    tally.wrong.append((known.text, written, found))
        return tally

    def judge(self, known: Known, written: str, answer: Geocoded, *, is_absent: bool) -> Outcome:
        """Say what an answer is worth."""
        here = [self._place_of(c.address_code, c.text) for c in answer.candidates]
        target = known.text
        if answer.confidence is Confidence.NOTHING:
            return Outcome.NOTHING
        if answer.is_ambiguous:
            return Outcome.SEVERAL if target in here else Outcome.OTHERS
        if is_absent:
            # The town or street is true; a house would not be.
            found = answer.candidates[0]
            is_true = found.address_code is None and target.startswith(found.text)
            return Outcome.COARSER if is_true else Outcome.WRONG
        if here[0] == target:
            return Outcome.RIGHT
        spelled = normalised(written)
        full = spelled if spelled.startswith("东莞市") else "东莞市" + spelled
        if target.startswith(here[0]):
            return Outcome.COARSER
        is_there = answer.candidates[0].level != "street" and full.startswith(normalised(here[0]))
        return Outcome.ANOTHER if is_there else Outcome.WRONG

    def _place_of(self, code: str | None, written: str) -> str:
        return written if code is None else self._text_of[code]


def as_table(tallies: Mapping[str, Tally]) -> Iterable[str]:
    """Return the outcomes by class as lines."""
    yield f"{'':24}" + "".join(f"{o.name.lower():>9}" for o in Outcome)
    for name, tally in tallies.items():
        yield f"{name:24}" + "".join(f"{tally.outcomes[o]:9}" for o in Outcome)


EVERY = {**CLASSES, **ABSENT}
