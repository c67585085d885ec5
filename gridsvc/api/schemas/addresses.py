"""Addresses on the wire. Coordinates are EPSG:4490, longitude first."""

from pydantic import BaseModel

from gridsvc.api.schemas.ground import LocateOut, named
from gridsvc.api.schemas.references import GridRefOut, NamedOut
from gridsvc.services.addresses import Candidate, Geocoded, ReverseGeocoded


class AddressOut(BaseModel):
    """Something a text may mean."""

    text: str
    #: room, unit, building, house, street, or the level of a division
    level: str
    #: 1 for what is written exactly so
    score: float
    address_code: str | None
    #: null for a division; a street's is that of a house in its middle
    lon: float | None
    lat: float | None
    grid: GridRefOut | None
    #: from the city down
    divisions: list[NamedOut]

    @classmethod
    def of(cls, candidate: Candidate) -> "AddressOut":
        """Return the wire form of a candidate."""
        grid, place = candidate.grid, candidate.place
        return cls(
            text=candidate.text,
            level=candidate.level,
            score=candidate.score,
            address_code=candidate.address_code,
            lon=place[0] if place else None,
            lat=place[1] if place else None,
            grid=None if grid is None else GridRefOut(grid_id=grid.grid_id, code=grid.code),
            divisions=[out for out in map(named, candidate.divisions) if out is not None],
        )


class GeocodeOut(BaseModel):
    """What a text means."""

    #: exact, likely, ambiguous, division or nothing
    confidence: str
    #: several could be meant; none of them is chosen
    is_ambiguous: bool
    candidates: list[AddressOut]
    #: of candidates, those beyond the limit too
    total: int

    @classmethod
    def of(cls, answer: Geocoded) -> "GeocodeOut":
        """Return the wire form of an answer."""
        return cls(
            confidence=answer.confidence,
            is_ambiguous=answer.is_ambiguous,
            candidates=[AddressOut.of(candidate) for candidate in answer.candidates],
            total=answer.total,
        )


class NearAddressOut(BaseModel):
    """The address nearest to a place."""

    text: str
    lon: float
    lat: float
    distance_m: float


class ReverseOut(LocateOut):
    """Where a place lies, and the address nearest to it within two kilometres."""

    nearest: NearAddressOut | None

    @classmethod
    def near(cls, found: ReverseGeocoded) -> "ReverseOut":
        """Return the wire form of what is at a place."""
        nearest = None
        if found.nearest is not None and found.nearest_text is not None:
            nearest = NearAddressOut(
                text=found.nearest_text,
                lon=found.nearest.house.lon,
                lat=found.nearest.house.lat,
                distance_m=round(found.nearest.distance_m, 1),
            )
        return cls(**LocateOut.of(found.located).model_dump(), nearest=nearest)
