"""How a stored incident stands against its clock."""

from datetime import datetime

from gridsvc.core.action import Timing
from gridsvc.store.incidents import StoredIncident


def timing_of(stored: StoredIncident, now: datetime) -> Timing:
    """Return how a stored incident stands against its clock."""
    return Timing(now=now, due_at=stored.due_at, breached_at=stored.breached_at)
