"""Lamps: how an incident stands against its clock, as the walls of Chinese centres show it."""

from datetime import datetime
from enum import StrEnum


class Lamp(StrEnum):
    """Green within the limit, yellow near it, red over it, grey with no clock running."""

    GREY = "grey"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


def lamp_at(
    now: datetime, is_open: bool, warn_at: datetime | None, due_at: datetime | None
) -> Lamp:
    """Return the lamp of an incident; the limit itself already belongs to red."""
    if not is_open or due_at is None:
        return Lamp.GREY
    if now >= due_at:
        return Lamp.RED
    if warn_at is not None and now >= warn_at:
        return Lamp.YELLOW
    return Lamp.GREEN
