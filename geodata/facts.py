"""The facts of the city as read from `facts/*.csv`; nothing is computed here but types."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FACTS = Path(__file__).parent / "facts"
HOME_CITY = "441900000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A town-level unit; `seat` is the middle of its land, EPSG:4326 lon/lat, or None."""

    code: str
    name: str
    name_en: str
    seat: tuple[float, float] | None
    area_km2: float
    elongation: float  # length of the land over its width
    axis_deg: float  # bearing of the long axis, clockwise from north
    population: int
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A community of the home city (`beside` empty) or of a neighbour's strip."""

    code: str
    name: str
    kind: str  # residents, villagers or other
    parent_code: str
    beside: str = ""  # the home town the strip's community lies next to


@dataclass(frozen=True, slots=True, kw_only=True)
class CityBorder:
    """One stretch of the city line: a home town, what lies beyond it, and on which side."""

    town_code: str
    district_code: str  # empty where open water lies beyond
    side_deg: float  # bearing from the town's middle, clockwise from north
    over: str  # land or water


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one fact table as text."""
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def towns() -> tuple[Town, ...]:
    """Return all town-level units, those with land first."""
    return tuple(
        Town(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            seat=(float(row["lon"]), float(row["lat"])) if row["lon"] else None,
            area_km2=float(row["area_km2"] or 0),
            elongation=float(row["elongation"] or 1),
            axis_deg=float(row["axis_deg"] or 0),
            population=int(row["population"] or 0),
            households=int(row["households"] or 0),
        )
        for row in rows("towns.csv")
    )


def towns_with_land() -> tuple[Town, ...]:
    """Return the towns that have an outline, in the order of their codes."""
    return tuple(town for town in towns() if town.seat is not None)


@cache
def communities() -> tuple[Community, ...]:
    """Return the communities of the home city in the order of their codes."""
    return tuple(
        Community(
            code=row["code"], name=row["name"], kind=row["kind"], parent_code=row["town_code"]
        )
        for row in rows("communities.csv")
    )


@cache
def foreign_communities() -> tuple[Community, ...]:
    """Return the neighbour cities' communities along the city line, in walking order."""
    return tuple(
        Community(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            parent_code=row["district_code"],
            beside=row["beside_town"],
        )
        for row in rows("foreign_communities.csv")
    )


@cache
def city_borders() -> tuple[CityBorder, ...]:
    """Return the stretches of the city line."""
    return tuple(
        CityBorder(
            town_code=row["town_code"],
            district_code=row["district_code"],
            side_deg=float(row["side_deg"]),
            over=row["over"],
        )
        for row in rows("borders.csv")
    )


def neighbour_pairs() -> frozenset[tuple[str, str]]:
    """Return the pairs of home towns that truly share a border, lower code first."""
    return frozenset((row["a"], row["b"]) for row in rows("neighbours.csv"))
