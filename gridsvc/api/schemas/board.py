"""The board on the wire: what a desk counts."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel

from gridsvc.api.schemas.references import NamedOut


class CountersOut(BaseModel):
    """The wall's counters."""

    to_dispatch: int
    handling: int
    reported_today: int
    solved_today: int
    late: int


class QueueCountOut(BaseModel):
    """How many stand in a division's queue."""

    division: NamedOut
    count: int
    oldest_since: datetime


class BoardOut(BaseModel):
    """Counters and queues within the asker's scope."""

    now: AwareDatetime
    counters: CountersOut
    queues: list[QueueCountOut]
