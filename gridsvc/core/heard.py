"""What a reporter hears of what they reported: that a step was taken, and never by whom."""

from enum import StrEnum


class Heard(StrEnum):
    """The kinds of event that a reporter hears of; the rest is the service's own business."""

    REPORTED = "reported"
    VERIFIED = "verified"
    FOUND_NOTHING = "found_nothing"
    ACCEPTED = "accepted"
    FILED = "filed"
    SELF_FIXED = "self_fixed"
    TASK_GIVEN = "task_given"
    ACKNOWLEDGED = "acknowledged"
    HANDLED = "handled"
    REWORK = "rework"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    CLOSED = "closed"
    VOIDED = "voided"
    FORCE_CLOSED = "force_closed"
    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
    REOPENED = "reopened"
    JOINED = "joined"
    UNJOINED = "unjoined"


HEARD = frozenset(kind.value for kind in Heard)
