"""Lists of incidents: which ones are wanted, in which order."""

from dataclasses import dataclass
from enum import StrEnum


class Order(StrEnum):
    """In which order a list comes."""

    #: newest first
    RECEIVED = "received"
    #: what is due soonest first
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which incidents a list asks for; None asks for nothing."""

    is_open: bool | None = None
    is_late: bool | None = None
    state: str | None = None
    tier: str | None = None
    grid_id: int | None = None
    division_code: str | None = None
    queue: str | None = None
    #: west, south, east, north in EPSG:4490
    bbox: tuple[float, float, float, float] | None = None
    account_key: str | None = None
    #: 挂账, 督办, and what waits for an answer
    is_suspended: bool | None = None
    is_supervised: bool | None = None
    request: str | None = None
