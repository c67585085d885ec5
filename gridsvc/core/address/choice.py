"""From readings to an answer: one address where nothing else can be meant, else several.

The rule that keeps wrong single answers out: what was written is one slip away from what was
meant at most, so a reading is only alone when no other is as near. Texts that are exactly an
address of the table are that address.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gridsvc.core.address.lexicon import Gazetteer, Street
from gridsvc.core.address.numbers import Numbers, Split
from gridsvc.core.address.reading import MOST_EDITS, Cost, DivisionReading, StreetReading


class Confidence(StrEnum):
    """How far an answer can be relied on."""

    #: Written as the table has it.
    EXACT = "exact"
    #: One address, with a part left out, another name or one slip.
    LIKELY = "likely"
    #: Several could be meant; none is chosen.
    AMBIGUOUS = "ambiguous"
    #: No house is known; the street or division is.
    DIVISION = "division"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class House:
    """A row of the address table: a house, or a building, unit or room in it."""

    address_id: int
    #: Of the city's own table.
    code: str
    street_id: int
    numbers: Numbers
    #: Whether the table knows something inside it.
    has_parts: bool
    #: EPSG:4490.
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Something a text may mean."""

    cost: Cost
    division_code: str
    street: Street | None = None
    house: House | None = None
    #: Slips among the names alone.
    name_edits: int = 0
    #: The table knows what is in the house, and not this; or the name is rather another's.
    is_doubted: bool = False

    @property
    def key(self) -> tuple[str, int, int]:
        """What two readings of one thing share."""
        return (
            self.division_code,
            self.street.street_id if self.street else 0,
            self.house.address_id if self.house else 0,
        )

    @property
    def is_certain(self) -> bool:
        """Whether it is a house that the table has just so: that speaks for a slip in a name."""
        return self.house is not None and not self.is_doubted

    @property
    def score(self) -> float:
        """1 for what is written exactly so; a slip costs a quarter, an irregularity a bit."""
        return max(0.0, 1.0 - 0.25 * self.cost.edits - 0.05 * self.cost.irregular)


@dataclass(frozen=True, slots=True)
class Choice:
    """Readings best first, and what they amount to."""

    confidence: Confidence
    readings: tuple[Reading, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        """Whether several could be meant."""
        return self.confidence is Confidence.AMBIGUOUS


Houses = Mapping[tuple[int, str], Sequence[House]]


def read_houses(
    split: Split, streets: Iterable[StreetReading], houses: Houses
) -> Iterable[Reading]:
    """Return what the numbers of a text mean on the streets that its names may mean."""
    for street in streets:
        place = Reading(
            cost=Cost(street.cost.edits + split.edits, street.cost.irregular),
            division_code=street.street.community_code,
            street=street.street,
            name_edits=street.cost.edits,
            is_doubted=street.is_other or split.is_doubtful,
        )
        rows = houses.get((street.street.street_id, split.numbers.number), ())
        found = list(_inside(split.numbers, rows)) if split.numbers.number else []
        for house, cost in found:
            # A slip that was put right must lead to what is there, or it was none.
            if split.edits and house.numbers.depth < split.numbers.depth:
                continue
            yield replace(
                place,
                cost=_sum(place.cost, cost),
                house=house,
                is_doubted=place.is_doubted or cost.edits > 0,
            )
        if not found and not split.edits:
            yield replace(place, cost=_sum(place.cost, Cost(0, int(split.numbers.depth > 0))))


def _inside(numbers: Numbers, rows: Sequence[House]) -> Iterable[tuple[House, Cost]]:
    """Return the rows of one house number that the parts after it mean."""
    in_building = replace(numbers, room="", unit="")
    for asked in (
        numbers,
        replace(numbers, room=""),
        in_building,
        replace(in_building, building=""),
    ):
        fitting = [row for row in rows if _fits(asked, row.numbers)]
        if fitting:
            lost = numbers.depth - asked.depth
            for row in fitting:
                # A room the table could know and does not is a slip; else it is just deeper.
                # Another building is another place, known or not.
                is_other = lost and (row.has_parts or (numbers.building and not asked.building))
                slips = 1 if is_other else 0
                yield row, Cost(slips, row.numbers.depth - asked.depth + lost)
            return


def _fits(asked: Numbers, row: Numbers) -> bool:
    parts = (
        (asked.building, row.building),
        (asked.unit, row.unit),
        (asked.room, row.room),
    )
    return all(
        mine == theirs or (not mine and any(deeper for deeper, _ in parts[position + 1 :]))
        for position, (mine, theirs) in enumerate(parts)
    )


def choose(
    gazetteer: Gazetteer, readings: Iterable[Reading], divisions: Iterable[DivisionReading]
) -> Choice:
    """Return what a text means, given everything it may mean."""
    found = _best_of_each(readings)
    # A street whose number is in the table elsewhere along it needs no guess at this end.
    numbered = {r.street.name: r.cost.edits for r in reversed(found) if r.house and r.street}
    found = [
        r
        for r in found
        if r.house or r.street is None or numbered.get(r.street.name, 99) > r.cost.edits
    ]
    found += _of_divisions(gazetteer, found, divisions)
    found.sort(key=_rank)
    if not found:
        return Choice(Confidence.NOTHING)
    best = found[0]
    rivals = [other for other in found[1:] if _competes(best, other)]
    # Neither a house the table does not quite know nor a street that has no such number is
    # an answer when something else had to be taken as a slip.
    if rivals or best.is_doubted or best.cost.edits > int(best.house is not None):
        near = [r for r in found if r.cost.edits <= best.cost.edits + 1]
        return Choice(Confidence.AMBIGUOUS, tuple(near))
    if best.house is None:
        return Choice(Confidence.DIVISION, (best,))
    is_exact = best.cost == (0, 0)
    return Choice(Confidence.EXACT if is_exact else Confidence.LIKELY, (best,))


def is_settled(readings: Iterable[Reading]) -> bool:
    """Tell whether one house is written exactly so, whatever else might be meant."""
    return len({r.key for r in readings if r.house and r.cost == (0, 0)}) == 1


def _competes(best: Reading, other: Reading) -> bool:
    """Tell whether a reading may be what was meant instead of the best one."""
    if best.cost == (0, 0):
        return other.cost == (0, 0)
    if other.cost.edits <= best.cost.edits:
        return True
    # A slip in a full address may read like a shorter one.
    return best.cost.edits == 0 and other.cost.edits == 1 and other.cost < (1, best.cost.irregular)


def _of_divisions(
    gazetteer: Gazetteer, found: Sequence[Reading], divisions: Iterable[DivisionReading]
) -> list[Reading]:
    """Return the divisions that may be meant where no house is, or where another's is."""
    divisions = list(divisions)
    if not divisions or (found and found[0].cost == (0, 0)):
        return []
    # A name that is there as written needs no other that is there with a slip.
    most = min(division.cost.edits for division in divisions)
    if found and found[0].cost.edits < most:
        return []
    above = {
        code
        for reading in found
        if reading.name_edits <= most + int(reading.is_certain)
        for code in gazetteer.paths[reading.division_code]
    }
    answers: list[Reading] = []
    for division in divisions:
        if division.code in above or division.cost.edits > most:
            continue
        above.update(gazetteer.paths[division.code])
        answers.append(Reading(cost=division.cost, division_code=division.code))
    return answers


def _best_of_each(readings: Iterable[Reading]) -> list[Reading]:
    best: dict[tuple[str, int, int], Reading] = {}
    for reading in readings:
        known = best.get(reading.key)
        if reading.cost.edits <= MOST_EDITS and (known is None or reading.cost < known.cost):
            best[reading.key] = reading
    return sorted(best.values(), key=_rank)


def _rank(reading: Reading) -> tuple[Cost, int, tuple[str, int, int]]:
    depth = reading.house.numbers.depth if reading.house else -1 + int(reading.street is not None)
    return (reading.cost, -depth, reading.key)


def _sum(a: Cost, b: Cost) -> Cost:
    return Cost(a.edits + b.edits, a.irregular + b.irregular)
