"""The rows that giving work leaves behind: a task for one post, and the clocks that run on it."""

from datetime import datetime
from uuid import UUID

from gridsvc.core.dispatch.clock import Stage, StageClock
from gridsvc.core.dispatch.decision import Decision
from gridsvc.core.ordered_id import ordered_id
from gridsvc.core.task import USUAL_MINUTES, Task, TaskId
from gridsvc.store.tasks import NewClock, NewTask


def new_task(incident_id: UUID, decision: Decision, decision_id: UUID, now: datetime) -> NewTask:
    """Return the task that a decision gives; its id follows from the decision's."""
    assignment = decision.assignment
    assert assignment is not None
    ends = {clock.stage: clock.due_at for clock in decision.clocks}
    return NewTask(
        task=Task(
            task_id=TaskId(ordered_id(now, decision_id, "task")),
            kind=assignment.task_kind,
            incident_id=incident_id,
            post_id=assignment.post_id,
            officer_id=assignment.officer_id,
            created_at=now,
            acknowledge_by=ends.get(Stage.ACKNOWLEDGE),
            due_at=next(
                (end for stage, end in ends.items() if stage is not Stage.ACKNOWLEDGE), None
            ),
        ),
        decision_id=decision_id,
        minutes=USUAL_MINUTES[assignment.task_kind],
    )


def new_clock(incident_id: UUID, task_id: UUID | None, clock: StageClock) -> NewClock:
    """Return a clock as it starts."""
    return NewClock(
        incident_id=incident_id,
        task_id=task_id,
        stage=clock.stage.value,
        starts_at=clock.starts_at,
        limit=clock.limit,
        warn_at=clock.warn_at,
        due_at=clock.due_at,
    )
