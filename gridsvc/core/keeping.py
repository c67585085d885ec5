"""Keeping: how long what people told, wrote and photographed is kept after an incident's end.

The periods are those of `docs/privacy.md`, which a test compares. They run from the closing;
an incident that counts as the same as another ends with that one, and what is open again has
not ended.
"""

from datetime import datetime, timedelta

ORIGINALS_KEPT = timedelta(days=90)
SERVED_KEPT = timedelta(days=365)
TEXTS_KEPT = timedelta(days=365)
#: That a report is a certain resident's.
LINKS_KEPT = timedelta(days=730)
_PERIODS = tuple(sorted({ORIGINALS_KEPT, SERVED_KEPT, TEXTS_KEPT, LINKS_KEPT}))
#: How often it is looked whether the main incident of one that is joined has ended.
LOOK_AGAIN = timedelta(days=1)


def first_forgetting(ended_at: datetime | None) -> datetime | None:
    """Return when something is kept no longer for the first time; None before the end."""
    return None if ended_at is None else ended_at + _PERIODS[0]


def is_over(ended_at: datetime | None, kept: timedelta, now: datetime) -> bool:
    """Tell whether what is kept so long after the end is kept no longer."""
    return ended_at is not None and ended_at + kept <= now


def next_forgetting(ended_at: datetime | None, now: datetime) -> datetime | None:
    """Return when something more is kept no longer, None when nothing more goes."""
    if ended_at is None:
        return now + LOOK_AGAIN
    return next((ended_at + period for period in _PERIODS if ended_at + period > now), None)
