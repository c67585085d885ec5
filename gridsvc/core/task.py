"""Tasks 任务: work given to one post."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from gridsvc.core.instant import check_aware
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import PostId

TaskId = NewType("TaskId", UUID)


class TaskKind(StrEnum):
    """What is asked for."""

    VERIFY = "verify"  # 核实: does the reported thing exist?
    PATROL_FIX = "patrol_fix"  # put right by the patrol tier
    HANDLE = "handle"  # 处置
    ENFORCE = "enforce"  # 执法
    RECHECK = "recheck"  # 核查: is it fixed?


#: what a task of a kind costs as a rule; the load of a post is the sum over its open tasks
USUAL_MINUTES: dict[TaskKind, int] = {
    TaskKind.VERIFY: 20,
    TaskKind.PATROL_FIX: 20,
    TaskKind.HANDLE: 60,
    TaskKind.ENFORCE: 120,
    TaskKind.RECHECK: 20,
}


class TaskState(StrEnum):
    """Where a task stands; the last three are final."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    RETURNED = "returned"
    CANCELLED = "cancelled"


#: being done implies having been seen, so an open task may be done at once
NEXT_TASK_STATES: dict[TaskState, frozenset[TaskState]] = {
    TaskState.OPEN: frozenset(set(TaskState) - {TaskState.OPEN}),
    TaskState.ACKNOWLEDGED: frozenset({TaskState.DONE, TaskState.RETURNED, TaskState.CANCELLED}),
    TaskState.DONE: frozenset(),
    TaskState.RETURNED: frozenset(),
    TaskState.CANCELLED: frozenset(),
}


class IllegalTaskState(ValueError):
    """A task cannot go from its state to the one asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Work given to one post on an incident."""

    task_id: TaskId
    kind: TaskKind
    incident_id: UUID
    post_id: PostId
    #: the holder it was given to; another holder of the post may take it over
    officer_id: OfficerId | None
    state: TaskState = TaskState.OPEN
    created_at: datetime
    acknowledge_by: datetime | None = None
    due_at: datetime | None = None

    def __post_init__(self) -> None:
        check_aware(
            created_at=self.created_at, acknowledge_by=self.acknowledge_by, due_at=self.due_at
        )

    @property
    def is_open(self) -> bool:
        """Whether somebody is still expected to act."""
        return bool(NEXT_TASK_STATES[self.state])

    def moved_to(self, state: TaskState) -> "Task":
        """Return the task in its next state, or refuse."""
        if state not in NEXT_TASK_STATES[self.state]:
            raise IllegalTaskState(f"a task that is {self.state} cannot become {state}")
        return replace(self, state=state)
