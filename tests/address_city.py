"""Addresses for tests: the real names of most of the city's communities, without land.

Every community has the streets that the sample city would give one of its name, a few houses
on each and some buildings and rooms, so that same-named communities truly look alike.
"""

from itertools import count

from geodata import facts
from geodata.addresses import street_names
from gridsvc.core.address.numbers import Numbers
from gridsvc.core.division import Division, DivisionCode, Level
from gridsvc.services.context import Context
from gridsvc.store.addresses import NewAddress, replace_addresses
from gridsvc.store.divisions import DivisionAt, add_divisions
from tests.city import CITY, OPENED_AT, outline_of

STREETS_EACH = 7
HOUSES_EACH = 5
#: Towns whose codes the tiny city uses itself.
_TAKEN = ("441900003000", "441900004000")


def add_addresses(ctx: Context) -> int:
    """Give the tiny city the other towns and an address table; return how many rows it has."""
    towns = [t for t in facts.towns() if t.code not in _TAKEN]
    communities = [c for c in facts.communities() if c.parent_code not in _TAKEN]
    rows = [_division(t.code, t.name, "town", (CITY, t.code)) for t in towns]
    rows += [
        _division(c.code, c.name, "community", (CITY, c.parent_code, c.code)) for c in communities
    ]
    streets: list[tuple[str, str]] = []
    addresses: list[NewAddress] = []
    serial = count(1)
    for community in communities:
        for name in street_names(community.name, STREETS_EACH):
            for number in range(1, HOUSES_EACH + 1):
                addresses += _house(next(serial), len(streets), str(number))
            streets.append((community.code, name))
    with ctx.database.begin() as connection:
        add_divisions(connection, rows, OPENED_AT)
        aliases = [(row["alias"], row["division_code"]) for row in facts.rows("aliases.csv")]
        replace_addresses(connection, streets, addresses, aliases)
    ctx.ground.forget()
    return len(addresses)


def _house(serial: int, street: int, number: str) -> list[NewAddress]:
    inside: list[Numbers] = []
    if serial % 31 == 0:
        inside = [
            Numbers(number, building, unit, room)
            for building in ("1", "2")
            for unit, room in (("", ""), ("1", ""), ("1", "101"), ("1", "201"))
        ]
    elif serial % 13 == 0:
        inside = [Numbers(number, "", "", room) for room in ("101", "102", "201")]
    parts = [Numbers(number), *inside]
    middle = outline_of("D1").centroid
    lon, lat = middle.x, middle.y
    return [
        NewAddress(
            code=f"{serial:07d}-{position}",
            street=street,
            numbers=one,
            number_value=int(number),
            has_parts=bool(inside) and not one.room,
            lon=lon,
            lat=lat,
        )
        for position, one in enumerate(parts)
    ]


def _division(code: str, name: str, level: str, path: tuple[str, ...]) -> DivisionAt:
    return DivisionAt(
        division=Division(
            code=DivisionCode(code),
            name=name,
            level=Level(level),
            parent_code=DivisionCode(path[-2]),
            city_code=CITY,
        ),
        path=path,
        outline=None,
    )
