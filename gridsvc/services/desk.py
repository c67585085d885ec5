"""A stored incident on the desk: the case, its open tasks and clocks, within one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from gridsvc.core.dispatch.clock import Stage, StageClock
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import PostId
from gridsvc.core.task import Task, TaskState
from gridsvc.services import clockwork
from gridsvc.services.casework import Case
from gridsvc.services.ground import GroundCache
from gridsvc.services.world import World
from gridsvc.store import clocks, offers, tasks
from gridsvc.store.clocks import RunningClock
from gridsvc.store.decisions import decision_count
from gridsvc.store.incidents import StoredIncident, pass_state, update_incident
from gridsvc.store.ledger import Ledger

ALL_STAGES = tuple(stage.value for stage in Stage)
#: A demand from above outlives the stage it was made in.
STAGES_OF_WORK = tuple(stage.value for stage in Stage if stage is not Stage.SUPERVISE)


@dataclass(slots=True)
class Desk:
    """What a step on a stored incident works with; the incident is locked."""

    connection: Connection
    case: Case
    ledger: Ledger
    open_tasks: tuple[Task, ...]

    @classmethod
    def open(
        cls,
        connection: Connection,
        cache: GroundCache,
        stored: StoredIncident,
        now: datetime,
        account_id: UUID | None,
    ) -> "Desk":
        """Read what surrounds an incident that this transaction has locked."""
        incident_id = stored.incident.incident_id
        ledger = Ledger()
        case = Case(
            stored=stored,
            world=World.read(connection, cache, now, [stored.owner_grid_id]),
            ledger=ledger,
            account_id=account_id,
            decision_count=decision_count(connection, incident_id),
        )
        return cls(connection, case, ledger, tasks.open_tasks_of(connection, incident_id))

    @property
    def incident_id(self) -> UUID:
        """The incident on the desk."""
        return self.case.incident.incident_id

    @property
    def now(self) -> datetime:
        """The instant of the step."""
        return self.case.world.now

    def acknowledge(self, officer_id: OfficerId | None) -> None:
        """Mark the open task as seen; nobody has to look any more why nobody answered."""
        for task in self.open_tasks:
            tasks.acknowledge_task(self.connection, task.task_id, officer_id, self.now)
        self.stop_acknowledge_clock()
        self.leave_queue()

    def finish_tasks(self, state: TaskState, officer_id: OfficerId | None) -> None:
        """End the open tasks as done or returned, by the officer who says so."""
        for task in self.open_tasks:
            ended = replace(task.moved_to(state), officer_id=officer_id or task.officer_id)
            tasks.finish_task(self.connection, ended, self.now)
        self.open_tasks = ()
        self.leave_queue()

    def cancel_tasks(self) -> None:
        """End the open tasks because somebody else has it now, or nobody needs to."""
        for task in self.open_tasks:
            tasks.finish_task(self.connection, task.moved_to(TaskState.CANCELLED), self.now)
            self.case.note("task_cancelled", task=str(task.task_id), post=task.post_id)
        self.open_tasks = ()
        self.leave_queue()

    def leave_queue(self) -> None:
        """Take it out of the queue it stands in, if any."""
        tasks.leave_queue(self.connection, self.incident_id, self.now)

    def stop_all_clocks(self) -> None:
        """Stop every clock of the work; a stage that follows starts its own."""
        self.stop_clocks(*STAGES_OF_WORK)

    def stop_acknowledge_clock(self) -> None:
        """Stop the clock that waits for an acknowledgement."""
        self.stop_clocks(Stage.ACKNOWLEDGE.value)

    def stop_clocks(self, *stages: str) -> None:
        """Stop the clocks of some stages."""
        clocks.stop_clocks(self.connection, self.incident_id, stages, self.now)

    def handle_clock(self) -> StageClock | None:
        """Return the limit of handling where it stands, None when it is not running."""
        clock = self.running_clock(Stage.HANDLE)
        world = self.case.world
        return None if clock is None else clockwork.stand_of(self.connection, clock, world)

    def running_clock(self, stage: Stage) -> RunningClock | None:
        """Return the clock of a stage as it is stored, None when it is not running."""
        return clocks.running_clocks(self.connection, self.incident_id).get(stage.value)

    def show_clock(self, stand: StageClock) -> None:
        """Let the lamp and the open tasks follow the clock; one that stands still shows none."""
        warn_at, due_at = (None, None) if stand.is_paused else (stand.warn_at, stand.due_at)
        self.case.stored = replace(self.case.stored, warn_at=warn_at, due_at=due_at)
        tasks.set_due(self.connection, self.incident_id, due_at)

    def show_no_clock(self) -> None:
        """Let the lamp be grey until a clock runs again."""
        self.case.stored = replace(self.case.stored, warn_at=None, due_at=None)

    def returned_posts(self) -> frozenset[PostId]:
        """Return the posts that have given it back; they are not asked again by themselves."""
        return frozenset(
            post_id
            for post_id, _, _, state in tasks.tried_posts_of(self.connection, self.incident_id)
            if state == TaskState.RETURNED
        )

    def withdraw_offers(self) -> None:
        """Let nothing be offered any more on what has ended."""
        for offer in offers.open_offers_of(self.connection, self.incident_id):
            offers.update_offer(self.connection, offer.withdrawn(self.now))
            self.case.note("offer_withdrawn", offer=str(offer.offer_id))

    def close(self) -> None:
        """Write the incident's next version and everything the step left behind."""
        # The database judges each change of state by itself, so none may be skipped.
        for state in self.case.states[:-1]:
            pass_state(self.connection, self.incident_id, state)
        if not self.case.incident.is_open:
            self.stop_clocks(*ALL_STAGES)
            self.withdraw_offers()
        update_incident(self.connection, self.case.finish())
        self.ledger.write(self.connection)
