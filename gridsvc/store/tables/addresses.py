"""The standard addresses 标准地址库: streets by community, houses and what is in them."""

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.store.tables.row import Row


class StreetRow(Row):
    """The part of a street, lane, estate or hamlet that lies in one community."""

    __tablename__ = "street"
    __table_args__ = (UniqueConstraint("community_code", "name"),)

    street_id: Mapped[int] = mapped_column(primary_key=True)
    community_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    name: Mapped[str]


class AddressRow(Row):
    """A house number, or a building, unit or room in it. Nobody's name belongs here."""

    __tablename__ = "address"
    __table_args__ = (
        CheckConstraint("number <> ''", name="has_number"),
        UniqueConstraint("street_id", "number", "building", "unit", "room"),
        Index("address_street_id_number_value_idx", "street_id", "number_value"),
        Index(
            "address_place_idx",
            "place",
            postgresql_using="gist",
            postgresql_where=text("building = '' AND unit = '' AND room = ''"),
        ),
    )

    address_id: Mapped[int] = mapped_column(primary_key=True)
    #: The code of the city's own table.
    code: Mapped[str] = mapped_column(unique=True)
    street_id: Mapped[int] = mapped_column(ForeignKey("street.street_id"))
    number: Mapped[str]
    #: Its leading digits, by which neighbours are found.
    number_value: Mapped[int]
    #: Empty where the address is not as deep.
    building: Mapped[str] = mapped_column(server_default="")
    unit: Mapped[str] = mapped_column(server_default="")
    room: Mapped[str] = mapped_column(server_default="")
    #: Whether another row lies inside this one.
    has_parts: Mapped[bool]
    place: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=4490, spatial_index=False))


class DivisionAliasRow(Row):
    """A name of a division that does not follow from its own."""

    __tablename__ = "division_alias"

    alias: Mapped[str] = mapped_column(primary_key=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), primary_key=True)
