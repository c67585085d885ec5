"""Requests about an incident's time, and supervision: what is asked for, until when, by whom.

Who may ask and who answers is in `transition`; what becomes of the clock in `dispatch.clock`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gridsvc.core.division import Level
from gridsvc.core.instant import check_aware
from gridsvc.core.officer import OfficerId

#: approvals of 延期 that one incident may have; what was refused does not count
MOST_EXTENSIONS = 2
#: how far ahead the end of a 挂账 or the deadline of a 督办 may lie
LONGEST_AHEAD = timedelta(days=365)
#: how many must agree that a breach is exempted
REVIEWERS_OF_APPEAL = 2


class RequestKind(StrEnum):
    """What is asked for; an incident has one open request at a time."""

    EXTENSION = "extension"  # 延期
    SUSPENSION = "suspension"  # 挂账
    APPEAL = "appeal"  # 申诉


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something asked for and not answered yet; meanwhile every clock runs on."""

    kind: RequestKind
    asked_by: OfficerId | None
    asked_at: datetime
    #: the end asked for, of a suspension
    until: datetime | None = None
    #: who has agreed so far, of an appeal
    granted_by: frozenset[OfficerId] = frozenset()

    def __post_init__(self) -> None:
        check_aware(asked_at=self.asked_at, until=self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """A demand from above 督办; it moves nothing, everybody sees it."""

    #: the level that demands
    level: Level
    until: datetime

    def __post_init__(self) -> None:
        check_aware(until=self.until)


class Satisfaction(StrEnum):
    """What the reporter said after closing; asked once."""

    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
