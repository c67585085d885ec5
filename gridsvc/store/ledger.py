"""The rows one transaction will write, gathered so that all are written at once."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from gridsvc.store.decisions import NewDecision, decision_rows
from gridsvc.store.events import Event, event_rows
from gridsvc.store.incidents import StoredIncident, incident_rows
from gridsvc.store.reports import (
    NewEvidence,
    NewReport,
    evidence_rows,
    report_contact_rows,
    report_rows,
    report_text_rows,
)
from gridsvc.store.row_sets import insert_rows
from gridsvc.store.tasks import (
    NewClock,
    NewQueueEntry,
    NewTask,
    clock_rows,
    queue_entry_rows,
    task_rows,
)


@dataclass(slots=True)
class Ledger:
    """New rows of one transaction, by table."""

    incidents: list[StoredIncident] = field(default_factory=list)
    reports: list[NewReport] = field(default_factory=list)
    evidence: list[NewEvidence] = field(default_factory=list)
    decisions: list[NewDecision] = field(default_factory=list)
    tasks: list[NewTask] = field(default_factory=list)
    queue_entries: list[NewQueueEntry] = field(default_factory=list)
    clocks: list[NewClock] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def write(self, connection: Connection) -> None:
        """Write every row, in one statement however many tables and incidents there are."""
        insert_rows(
            connection,
            incident_rows(self.incidents),
            report_rows(self.reports),
            report_text_rows(self.reports),
            report_contact_rows(self.reports),
            evidence_rows(self.evidence),
            decision_rows(self.decisions),
            task_rows(self.tasks),
            queue_entry_rows(self.queue_entries),
            clock_rows(self.clocks),
            event_rows(self.events),
        )
