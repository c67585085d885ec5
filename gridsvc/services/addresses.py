"""Addresses: what a text means, and what address is near a place.

The names of the city are kept in memory under the stamp of the tables they come from; houses
are read from the database for the few streets that may be meant. Many texts are answered
with as many statements as one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from gridsvc.core.address.choice import (
    Choice,
    Confidence,
    Reading,
    choose,
    is_settled,
    read_houses,
)
from gridsvc.core.address.lexicon import Gazetteer
from gridsvc.core.address.numbers import Split, readings, split
from gridsvc.core.address.reading import Head, StreetReading
from gridsvc.core.address.text import numbered, spelled
from gridsvc.core.division import Division
from gridsvc.core.geo.datum import to_4490
from gridsvc.core.grid import Grid
from gridsvc.services.context import Context
from gridsvc.services.ground import GroundIndex
from gridsvc.services.places import LocatedPlace, locate_place
from gridsvc.store import addresses
from gridsvc.store.addresses import NearHouse
from gridsvc.store.stamps import change_stamps

#: How far an address may be from a place and still say something about it.
NEAR_M = 2_000.0
#: Streets of one text whose houses are looked up.
_STREETS_AT_MOST = 400
#: A street is only looked at when it explains the text nearly as well as the best one.
_WORSE_AT_MOST = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something a text may mean: a house, or a street or division where none is known."""

    #: room, unit, building, house, street, or the level of the division.
    level: str
    #: 1 for what is written exactly so.
    score: float
    #: The whole standard address, or as much of it as is known.
    text: str
    #: Of the address table.
    address_code: str | None
    #: EPSG:4490; None for a division, which is no place. A street's is that of a house on it.
    place: tuple[float, float] | None
    grid: Grid | None
    #: From the city down.
    divisions: tuple[Division, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Geocoded:
    """The answer to one text."""

    confidence: Confidence
    #: Best first; several only when ambiguous, and then none is chosen.
    candidates: tuple[Candidate, ...]
    #: How many candidates there are, those beyond the limit too.
    total: int

    @property
    def is_ambiguous(self) -> bool:
        """Whether several could be meant."""
        return self.confidence is Confidence.AMBIGUOUS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseGeocoded:
    """What is at a place, and the address nearest to it."""

    located: LocatedPlace
    nearest: NearHouse | None
    nearest_text: str | None


def geocode(ctx: Context, text: str, limit: int = 5) -> Geocoded:
    """Say which address a text means."""
    [answer] = geocode_many(ctx, [text], limit)
    return answer


def geocode_many(ctx: Context, texts: Sequence[str], limit: int = 5) -> list[Geocoded]:
    """Say which address each text means, at most `limit` candidates for each."""
    with ctx.database.begin() as connection:
        index = ctx.ground.at(connection, ctx.clock.now())
        gazetteer = gazetteer_of(ctx, connection)
        choices = choose_many(connection, gazetteer, [spelled(text) for text in texts])
        shown = [choice.readings[:limit] for choice in choices]
        candidates = [
            tuple(_candidate(connection, index, reading) for reading in few) for few in shown
        ]
    return [
        Geocoded(confidence=choice.confidence, candidates=few, total=len(choice.readings))
        for choice, few in zip(choices, candidates, strict=True)
    ]


def reverse_geocode(ctx: Context, lon: float, lat: float, datum: str) -> ReverseGeocoded:
    """Say in which grid and divisions a place lies and which address is nearest to it."""
    located = locate_place(ctx, lon, lat, datum, None, None)
    lon, lat = to_4490(lon, lat, datum)
    with ctx.database.begin() as connection:
        near = addresses.nearest_house(connection, lon, lat, NEAR_M)
    if near is None:
        return ReverseGeocoded(located=located, nearest=None, nearest_text=None)
    names = [d.name for d in path_to(located.index, near.street.community_code)]
    text = "".join([*names, near.street.name, str(near.house.numbers)])
    return ReverseGeocoded(located=located, nearest=near, nearest_text=text)


def gazetteer_of(ctx: Context, connection: Connection) -> Gazetteer:
    """Return the names of the city as they stand, read again only when they have changed."""
    stamp = change_stamps(connection)["addresses"]
    kept: Gazetteer = ctx.ground.kept("addresses", stamp, lambda: addresses.gazetteer(connection))
    return kept


@dataclass(slots=True)
class _Question:
    """One text on its way to an answer."""

    split: Split
    #: What the text may say, with the streets that its names may mean.
    readings: list[tuple[Split, list[StreetReading]]]
    found: list[Reading]


def choose_many(connection: Connection, gazetteer: Gazetteer, texts: Sequence[str]) -> list[Choice]:
    """Return what texts mean; they are `spelled` already.

    First each is read as it stands; only those that are not an address of the table so are
    read again with one character taken as wrong.
    """
    questions = []
    for text in texts:
        said = split(numbered(text))
        streets = Head(gazetteer, said.head, near=False).streets()
        questions.append(_Question(said, [(said, _nearly_best(streets))], []))
    _look_up(connection, questions)
    open_ones = []
    heads: dict[int, Head] = {}
    for text, question in zip(texts, questions, strict=True):
        if not is_settled(question.found):
            heads[id(question)] = Head(gazetteer, question.split.head, near=True)
            question.readings = list(_all_readings(gazetteer, text, heads[id(question)]))
            open_ones.append(question)
    _look_up(connection, open_ones)
    return [
        choose(
            gazetteer,
            question.found,
            head.divisions(has_numbers=question.split.numbers.depth > 0) if head else (),
        )
        for question in questions
        for head in [heads.get(id(question))]
    ]


def _all_readings(
    gazetteer: Gazetteer, text: str, head: Head
) -> Iterable[tuple[Split, list[StreetReading]]]:
    known = {head.said: _nearly_best(head.streets())}
    for reading in readings(text):
        if reading.head not in known:
            # One slip is all that is allowed for, and this reading has had it.
            streets = Head(gazetteer, reading.head, near=False).streets()
            known[reading.head] = _nearly_best(streets)
        yield reading, known[reading.head]


def _nearly_best(streets: Sequence[StreetReading]) -> list[StreetReading]:
    if not streets:
        return []
    most = streets[0].cost.edits + _WORSE_AT_MOST
    return [street for street in streets if street.cost.edits <= most][:_STREETS_AT_MOST]


def _look_up(connection: Connection, questions: Sequence[_Question]) -> None:
    """Read the houses of every street that may be meant, in one statement."""
    wanted = {
        (street.street.street_id, reading.numbers.number)
        for question in questions
        for reading, streets in question.readings
        if reading.numbers.number
        for street in streets
    }
    rooms = {
        reading.numbers.room
        for question in questions
        for reading, _ in question.readings
        if reading.numbers.room
    }
    houses = addresses.houses_numbered(connection, wanted, rooms) if wanted else {}
    for question in questions:
        question.found = [
            found
            for reading, streets in question.readings
            for found in read_houses(reading, streets, houses)
        ]


def path_to(index: GroundIndex, code: str) -> tuple[Division, ...]:
    """Return the divisions from the city down to one."""
    found: list[Division] = []
    here = index.divisions.get(code)
    while here is not None:
        found.append(here)
        here = index.divisions.get(here.parent_code) if here.parent_code else None
    return tuple(reversed(found))


def _candidate(connection: Connection, index: GroundIndex, reading: Reading) -> Candidate:
    path = path_to(index, reading.division_code)
    house, level = reading.house, path[-1].level if path else ""
    words = [division.name for division in path]
    place = None
    if reading.street is not None:
        words.append(reading.street.name)
        level = "street"
        if house is None:
            on_it = addresses.house_on(connection, reading.street.street_id)
            place = (on_it.lon, on_it.lat) if on_it else None
    if house is not None:
        words.append(str(house.numbers))
        place, level = (house.lon, house.lat), house.numbers.level
    grid_id = index.locate(*place).key if place is not None else None
    return Candidate(
        level=level,
        score=round(reading.score, 2),
        text="".join(words),
        address_code=house.code if house else None,
        place=place,
        grid=None if grid_id is None else index.grids[grid_id],
        divisions=path,
    )
