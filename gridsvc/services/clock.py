"""The one clock: every business instant is read here and handed on as a parameter.

A database marked demo may carry an offset and a rate, so that a day plays in
minutes. The rate is read again every few seconds; all processes agree on it to
within that.
"""

import threading
import time
from datetime import UTC, datetime, timedelta

from gridsvc.store.database import Database
from gridsvc.store.installation import Installation, installation

#: How long a reading of the installation row is believed.
REREAD_AFTER_S = 2.0


def machine_now() -> datetime:
    """Return the machine's own time."""
    return datetime.now(UTC)  # noqa: TID251 - the one place where time is read


class Clock:
    """Business time of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._installation: Installation | None = None
        self._read_at = float("-inf")
        self._reading = threading.Lock()

    def now(self) -> datetime:
        """Return the business instant, aware, UTC."""
        return business_time(self._current(), machine_now())

    def rate(self) -> float:
        """Return how many business seconds pass in one second of the machine."""
        current = self._current()
        return 1.0 if current is None else current.clock_rate

    def is_demo(self) -> bool:
        """Tell whether the database is marked demo."""
        current = self._current()
        return current is not None and current.is_demo

    def forget(self) -> None:
        """Read the installation row again on the next call."""
        self._read_at = float("-inf")

    def _current(self) -> Installation | None:
        if time.monotonic() - self._read_at > REREAD_AFTER_S:
            # One reads for all, on a connection of its own: who asks the time within a
            # transaction would else wait for a second connection that nobody gives back.
            with self._reading:
                if time.monotonic() - self._read_at > REREAD_AFTER_S:
                    with self._database.begin_aside() as connection:
                        self._installation = installation(connection)
                    self._read_at = time.monotonic()
        return self._installation


def business_time(current: Installation | None, at: datetime) -> datetime:
    """Return the business instant for an instant of the machine."""
    if current is None or not current.is_demo:
        return at
    passed_s = (at - current.clock_from).total_seconds() * current.clock_rate
    return current.clock_at + timedelta(seconds=passed_s)
