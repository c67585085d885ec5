"""Shift patterns: when the holders of a post are on duty."""

from datetime import datetime, time
from enum import StrEnum

from gridsvc.core.calendar import SHANGHAI, Calendar


class Shift(StrEnum):
    """A pattern of duty hours, in Chinese local time."""

    DAY = "day"  # 08:30–17:30 on workdays
    EARLY = "early"  # 07:00–14:00 every day
    LATE = "late"  # 14:00–21:00 every day
    NIGHT = "night"  # 21:00–07:00 every day
    ALWAYS = "always"


def shifts_on(at: datetime, calendar: Calendar) -> frozenset[Shift]:
    """Return the patterns on duty at an instant; a shift includes its start and not its end."""
    local = at.astimezone(SHANGHAI)
    now = local.time()
    if now < time(7) or now >= time(21):
        watch = Shift.NIGHT
    else:
        watch = Shift.EARLY if now < time(14) else Shift.LATE
    on = {watch, Shift.ALWAYS}
    if time(8, 30) <= now < time(17, 30) and calendar.is_workday(local.date()):
        on.add(Shift.DAY)
    return frozenset(on)
