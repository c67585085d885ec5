"""Standard addresses: names for the gazetteer, houses by street and number, the nearest one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Text,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from gridsvc.core.address.choice import House
from gridsvc.core.address.lexicon import Gazetteer, Street
from gridsvc.core.address.numbers import Numbers
from gridsvc.store.copying import codes_in, copy_rows, reserve_ids
from gridsvc.store.tables.addresses import AddressRow, DivisionAliasRow, StreetRow
from gridsvc.store.tables.grids import DivisionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddress:
    """A row on its way in; `street` is a position in the list of streets beside it."""

    code: str
    street: int
    numbers: Numbers
    number_value: int
    has_parts: bool
    #: EPSG:4490.
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NearHouse:
    """A house near a place."""

    house: House
    street: Street
    distance_m: float


def gazetteer(connection: Connection) -> Gazetteer:
    """Return every name an address may hold: divisions, their aliases, streets."""
    divisions = connection.execute(
        select(DivisionRow.code, DivisionRow.name, DivisionRow.path)
    ).all()
    streets = connection.execute(
        select(StreetRow.street_id, StreetRow.name, StreetRow.community_code)
    )
    aliases = connection.execute(select(DivisionAliasRow.alias, DivisionAliasRow.division_code))
    return Gazetteer(
        paths={row.code: row.path for row in divisions},
        names={row.code: row.name for row in divisions},
        streets=[Street(*row) for row in streets],
        aliases=[(row.alias, row.division_code) for row in aliases],
    )


_HOUSE = (
    AddressRow.address_id,
    AddressRow.code,
    AddressRow.street_id,
    AddressRow.number,
    AddressRow.building,
    AddressRow.unit,
    AddressRow.room,
    AddressRow.has_parts,
    func.ST_X(AddressRow.place).label("lon"),
    func.ST_Y(AddressRow.place).label("lat"),
)


def houses_numbered(
    connection: Connection, wanted: Collection[tuple[int, str]], rooms: Collection[str]
) -> Mapping[tuple[int, str], Sequence[House]]:
    """Return what the table has of some (street_id, number); of rooms only those named."""
    pairs = sorted(wanted)
    asked = (
        func.unnest(
            literal([street for street, _ in pairs], ARRAY(BigInteger())),
            literal([number for _, number in pairs], ARRAY(Text())),
        )
        .table_valued("street_id", "number", name="asked")
        .render_derived()
    )
    query = (
        select(*_HOUSE)
        .join(
            asked,
            (AddressRow.street_id == asked.c.street_id) & (AddressRow.number == asked.c.number),
        )
        .where(or_(AddressRow.room == "", codes_in(AddressRow.room, sorted(rooms))))
    )
    found: dict[tuple[int, str], list[House]] = defaultdict(list)
    for row in connection.execute(query):
        house = _house(row)
        found[house.street_id, house.numbers.number].append(house)
    return found


def house_on(connection: Connection, street_id: int) -> House | None:
    """Return a house in the middle of a street's numbers, None when it has none."""
    mine = (AddressRow.street_id == street_id, *_whole_house())
    middle = (
        select(func.percentile_disc(0.5).within_group(AddressRow.number_value))
        .where(*mine)
        .scalar_subquery()
    )
    row = connection.execute(
        select(*_HOUSE)
        .where(*mine, AddressRow.number_value == middle)
        .order_by(AddressRow.number)
        .limit(1)
    ).one_or_none()
    return None if row is None else _house(row)


def nearest_house(
    connection: Connection, lon: float, lat: float, within_m: float
) -> NearHouse | None:
    """Return the house nearest to a place in EPSG:4490 degrees, None when none is near."""
    place = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4490)
    # Degrees of longitude are shorter: the index offers what is near in degrees, metres decide.
    near = (
        select(*_HOUSE, AddressRow.place)
        .where(*_whole_house())
        .order_by(AddressRow.place.op("<->")(place))
        .limit(64)
        .subquery()
    )
    metres = func.ST_DistanceSphere(
        cast(near.c.place, Geometry("POINT")), cast(place, Geometry("POINT"))
    ).label("distance_m")
    row = connection.execute(
        select(
            *(c for c in near.c if c.name != "place"),
            metres,
            StreetRow.name,
            StreetRow.community_code,
        )
        .join(StreetRow, StreetRow.street_id == near.c.street_id)
        .order_by(metres, near.c.address_id)
        .limit(1)
    ).one_or_none()
    if row is None or row.distance_m > within_m:
        return None
    return NearHouse(
        house=_house(row),
        street=Street(row.street_id, row.name, row.community_code),
        distance_m=row.distance_m,
    )


def count_addresses(connection: Connection) -> int:
    """Return how many addresses there are."""
    return connection.execute(select(func.count()).select_from(AddressRow)).scalar_one()


def replace_addresses(
    connection: Connection,
    streets: Sequence[tuple[str, str]],
    addresses: Iterable[NewAddress],
    aliases: Iterable[tuple[str, str]] | None = None,
) -> None:
    """Put streets (community code, name) and addresses in the place of all that were there.

    `aliases` are (alias, division code); None leaves those that are there.
    """
    connection.execute(delete(AddressRow))
    connection.execute(delete(StreetRow))
    ids = reserve_ids(connection, StreetRow, len(streets))
    copy_rows(
        connection,
        StreetRow,
        ("street_id", "community_code", "name"),
        ((i, community, name) for i, (community, name) in zip(ids, streets, strict=True)),
    )
    copy_rows(
        connection,
        AddressRow,
        (
            *("code", "street_id", "number", "number_value", "building", "unit", "room"),
            *("has_parts", "place"),
        ),
        (
            (
                *(a.code, ids[a.street], a.numbers.number, a.number_value),
                *(a.numbers.building, a.numbers.unit, a.numbers.room, a.has_parts),
                f"SRID=4490;POINT({a.lon:.8f} {a.lat:.8f})",
            )
            for a in addresses
        ),
    )
    if aliases is not None:
        replace_aliases(connection, aliases)


def replace_aliases(connection: Connection, aliases: Iterable[tuple[str, str]]) -> None:
    """Put (alias, division code) in the place of all that were there."""
    connection.execute(delete(DivisionAliasRow))
    copy_rows(connection, DivisionAliasRow, ("alias", "division_code"), aliases)


def _whole_house() -> tuple[ColumnElement[bool], ...]:
    return (AddressRow.building == "", AddressRow.unit == "", AddressRow.room == "")


def _house(row: Row[*tuple[Any, ...]]) -> House:
    columns = row._mapping
    return House(
        address_id=columns["address_id"],
        code=columns["code"],
        street_id=columns["street_id"],
        numbers=Numbers(columns["number"], columns["building"], columns["unit"], columns["room"]),
        has_parts=columns["has_parts"],
        lon=columns["lon"],
        lat=columns["lat"],
    )
