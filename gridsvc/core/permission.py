"""Permissions: what somebody may ask the service to do, derived from the duties they hold now.

Where they may do it is their scope, in `scope`. Nothing is granted to a person by hand:
who changes posts changes permissions with them.
"""

from collections.abc import Iterable
from enum import StrEnum

from gridsvc.core.duty import Duty


class Permission(StrEnum):
    """One kind of thing that may be asked for; the wire value is shown to clients."""

    REPORT_CREATE = "report.create"
    TASK_WORK = "task.work"
    INCIDENT_READ = "incident.read"
    INCIDENT_SUPERVISE = "incident.supervise"
    INCIDENT_DISPATCH = "incident.dispatch"
    INCIDENT_VOID = "incident.void"
    JOINT_WORK = "joint.work"
    PLAN_EDIT = "plan.edit"
    RULES_EDIT = "rules.edit"
    ROSTER_READ = "roster.read"
    ROSTER_EDIT = "roster.edit"
    INDICATOR_READ = "indicator.read"
    OPERATE = "operate"
    ACCOUNT_ADMIN = "account.admin"


class AccountKind(StrEnum):
    """What sort of way in an account is."""

    PERSON = "person"
    RESIDENT = "resident"
    MACHINE = "machine"


_WORKS_TASKS = frozenset({Permission.REPORT_CREATE, Permission.TASK_WORK, Permission.INCIDENT_READ})

PERMISSIONS_OF_DUTY: dict[Duty, frozenset[Permission]] = {
    Duty.GRID_MANAGER: _WORKS_TASKS,
    Duty.GRID_ASSISTANT: _WORKS_TASKS,
    # Volunteers are not civil servants: they see their own tasks, not the grid's incidents.
    Duty.PARTICIPANT: frozenset({Permission.REPORT_CREATE, Permission.TASK_WORK}),
    Duty.HANDLER: _WORKS_TASKS,
    Duty.GRID_POLICE: _WORKS_TASKS,
    Duty.ENFORCEMENT_OFFICER: _WORKS_TASKS,
    Duty.GRID_SUPERVISOR: frozenset(
        {
            Permission.REPORT_CREATE,
            Permission.INCIDENT_READ,
            Permission.INCIDENT_SUPERVISE,
            Permission.ROSTER_READ,
            Permission.ROSTER_EDIT,
        }
    ),
    Duty.DISPATCHER: frozenset(
        {
            Permission.REPORT_CREATE,
            Permission.INCIDENT_READ,
            Permission.INCIDENT_DISPATCH,
            Permission.INCIDENT_VOID,
            # for the whole city only: a town's dispatcher is turned away by the service
            Permission.RULES_EDIT,
            Permission.ROSTER_READ,
            Permission.ROSTER_EDIT,
        }
    ),
    Duty.LIAISON: frozenset({Permission.INCIDENT_READ, Permission.JOINT_WORK}),
    Duty.PLANNER: frozenset(
        {
            Permission.INCIDENT_READ,
            Permission.PLAN_EDIT,
            Permission.RULES_EDIT,
            Permission.ROSTER_READ,
        }
    ),
    Duty.ANALYST: frozenset(
        {Permission.INCIDENT_READ, Permission.INDICATOR_READ, Permission.RULES_EDIT}
    ),
    # Runs the machine and the accounts; sees no incident.
    Duty.OPERATOR: frozenset(
        {
            Permission.OPERATE,
            Permission.ACCOUNT_ADMIN,
            Permission.ROSTER_READ,
            Permission.ROSTER_EDIT,
        }
    ),
}

#: What an account may do whatever its officer holds.
PERMISSIONS_OF_KIND: dict[AccountKind, frozenset[Permission]] = {
    AccountKind.PERSON: frozenset(),
    AccountKind.RESIDENT: frozenset({Permission.REPORT_CREATE}),
    AccountKind.MACHINE: frozenset(),
}


def permissions_of(kind: AccountKind, duties: Iterable[Duty]) -> frozenset[Permission]:
    """Return everything that an account of a kind may do while its officer has these duties."""
    return PERMISSIONS_OF_KIND[kind].union(*(PERMISSIONS_OF_DUTY[duty] for duty in duties))
