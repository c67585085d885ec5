"""Who may do what: the table as the city would review it."""

import pytest

from gridsvc.core.duty import Duty
from gridsvc.core.permission import PERMISSIONS_OF_DUTY, AccountKind, Permission, permissions_of

WORKS = "report.create task.work incident.read"

#: duty: permissions
TABLE = {
    Duty.GRID_MANAGER: WORKS,
    Duty.GRID_ASSISTANT: WORKS,
    Duty.PARTICIPANT: "report.create task.work",
    Duty.HANDLER: WORKS,
    Duty.GRID_POLICE: WORKS,
    Duty.ENFORCEMENT_OFFICER: WORKS,
    Duty.GRID_SUPERVISOR: "report.create incident.read incident.supervise roster.read roster.edit",
    Duty.DISPATCHER: (
        "report.create incident.read incident.dispatch incident.void rules.edit "
        "roster.read roster.edit"
    ),
    Duty.LIAISON: "incident.read joint.work",
    Duty.PLANNER: "incident.read plan.edit rules.edit roster.read",
    Duty.ANALYST: "incident.read indicator.read rules.edit",
    Duty.OPERATOR: "operate account.admin roster.read roster.edit",
}


@pytest.mark.parametrize("duty", Duty)
def test_a_duty_brings_exactly_its_permissions(duty: Duty) -> None:
    assert permissions_of(AccountKind.PERSON, [duty]) == frozenset(TABLE[duty].split())


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param(AccountKind.PERSON, "", id="an officer without a post may nothing"),
        pytest.param(AccountKind.RESIDENT, "report.create", id="a resident may tell us"),
        pytest.param(AccountKind.MACHINE, "", id="a machine may nothing by itself"),
    ],
)
def test_an_account_without_posts(kind: AccountKind, expected: str) -> None:
    assert permissions_of(kind, []) == frozenset(expected.split())


def test_several_posts_add_up() -> None:
    both = permissions_of(AccountKind.PERSON, [Duty.PLANNER, Duty.GRID_MANAGER])

    assert both == frozenset(f"{WORKS} plan.edit rules.edit roster.read".split())


def test_only_the_operator_administers_and_sees_no_incident() -> None:
    admins = [duty for duty, may in PERMISSIONS_OF_DUTY.items() if Permission.ACCOUNT_ADMIN in may]

    assert admins == [Duty.OPERATOR]
    assert Permission.INCIDENT_READ not in PERMISSIONS_OF_DUTY[Duty.OPERATOR]
