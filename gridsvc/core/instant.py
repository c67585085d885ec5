"""Instants: points in time that always carry their zone."""

from datetime import datetime


def check_aware(**instants: datetime | None) -> None:
    """Refuse instants without a time zone, naming the field; None passes."""
    for name, instant in instants.items():
        if instant is not None and instant.utcoffset() is None:
            raise ValueError(f"{name} must carry a time zone")
