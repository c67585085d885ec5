"""The rows one transaction will write, gathered so that each table is written once."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from gridsvc.store.decisions import NewDecision, insert_decisions
from gridsvc.store.events import Event, append_events
from gridsvc.store.incidents import StoredIncident, insert_incidents
from gridsvc.store.reports import NewEvidence, NewReport, insert_evidence, insert_reports
from gridsvc.store.tasks import (
    NewClock,
    NewQueueEntry,
    NewTask,
    insert_clocks,
    insert_queue_entries,
    insert_tasks,
)


@dataclass(slots=True)
class Ledger:
    """New rows in the order in which they refer to each other."""

    incidents: list[StoredIncident] = field(default_factory=list)
    reports: list[NewReport] = field(default_factory=list)
    evidence: list[NewEvidence] = field(default_factory=list)
    decisions: list[NewDecision] = field(default_factory=list)
    tasks: list[NewTask] = field(default_factory=list)
    queue_entries: list[NewQueueEntry] = field(default_factory=list)
    clocks: list[NewClock] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def write(self, connection: Connection) -> None:
        """Write every row, one statement a table however many incidents there are."""
        insert_incidents(connection, self.incidents)
        insert_reports(connection, self.reports)
        insert_evidence(connection, self.evidence)
        insert_decisions(connection, self.decisions)
        insert_tasks(connection, self.tasks)
        insert_queue_entries(connection, self.queue_entries)
        insert_clocks(connection, self.clocks)
        append_events(connection, self.events)
