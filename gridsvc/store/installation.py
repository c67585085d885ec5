"""The installation row: which city this is, whether it is a demo, and how its clock runs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, text, update

from gridsvc.store.tables.installation import InstallationRow

#: Any number that no other program of the cluster uses for an advisory lock.
LOADING_LOCK = 4419_0002


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What there is one of."""

    home_city: str
    is_demo: bool
    #: Business time was `clock_at` when the machine's time was `clock_from`.
    clock_from: datetime
    clock_at: datetime
    clock_rate: float


def installation(connection: Connection) -> Installation | None:
    """Return the installation, None before a city has been loaded."""
    row = connection.execute(
        select(
            InstallationRow.home_city,
            InstallationRow.is_demo,
            InstallationRow.clock_from,
            InstallationRow.clock_at,
            InstallationRow.clock_rate,
        )
    ).one_or_none()
    return None if row is None else Installation(**row._mapping)


def set_installation(connection: Connection, home_city: str, is_demo: bool, now: datetime) -> None:
    """Say which city this is; once said, it stays."""
    connection.execute(
        insert(InstallationRow).values(
            installation_id=1,
            home_city=home_city,
            is_demo=is_demo,
            clock_from=now,
            clock_at=now,
            clock_rate=1.0,
        )
    )


def set_demo_clock(
    connection: Connection, machine_now: datetime, clock_at: datetime, clock_rate: float
) -> None:
    """Bend the clock of a demo from now on; the table refuses it in any other database."""
    connection.execute(
        update(InstallationRow).values(
            clock_from=machine_now, clock_at=clock_at, clock_rate=clock_rate
        )
    )


def lock_installation(connection: Connection) -> None:
    """Let one transaction at a time load a city; the lock goes with the transaction."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOADING_LOCK})
