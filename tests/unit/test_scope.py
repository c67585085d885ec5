"""Who meets which incident: the keys of both sides, held against each other."""

from uuid import UUID

import pytest

from gridsvc.core.actor import HeldPost
from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.duty import Duty
from gridsvc.core.grid import GridCode, GridId
from gridsvc.core.post import PostCode, PostId
from gridsvc.core.scope import EVERY, scope_of_actor, scope_of_incident

CITY = DivisionCode("441900000000")
TOWN = DivisionCode("441900003000")
COMMUNITY = DivisionCode("441900003001")
OTHER_TOWN = DivisionCode("441900004000")
OTHER_COMMUNITY = DivisionCode("441900003002")
NEIGHBOUR = DivisionCode("440300000000")
FIRE, URBAN = DepartmentCode("FIRE"), DepartmentCode("URBAN")
ME, SOMEBODY = UUID(int=1), UUID(int=2)


def post(
    duty: Duty,
    *,
    grid: int | None = None,
    division: DivisionCode = COMMUNITY,
    department: DepartmentCode | None = None,
    post_id: int = 900,
) -> HeldPost:
    return HeldPost(
        post_id=PostId(post_id),
        code=PostCode("P"),
        duty=duty,
        grid_id=None if grid is None else GridId(grid),
        grid_code=None if grid is None else GridCode("441900003001001"),
        division_code=division,
        division_level=Level("community"),
        department_code=department,
    )


#: Fire, in grid 7 of the community; tasks went to post 55; SOMEBODY reported it.
INCIDENT = scope_of_incident(
    owner_grid_id=GridId(7),
    division_codes=[COMMUNITY, TOWN, CITY],
    department=FIRE,
    post_ids=[PostId(55)],
    reporter_account_ids=[SOMEBODY],
)
#: The same, joint with the neighbour city.
JOINT = tuple(
    scope_of_incident(
        owner_grid_id=GridId(7),
        division_codes=[COMMUNITY, TOWN, CITY],
        department=FIRE,
        joint_division_codes=[CITY, TOWN, NEIGHBOUR],
    )
)
MANAGER, POLICE, ENFORCER = Duty.GRID_MANAGER, Duty.GRID_POLICE, Duty.ENFORCEMENT_OFFICER


@pytest.mark.parametrize(
    ("held", "sees"),
    [
        pytest.param(post(MANAGER, grid=7), True, id="the patrol of its grid"),
        pytest.param(post(MANAGER, grid=8), False, id="not the patrol of the next grid"),
        pytest.param(post(MANAGER, division=COMMUNITY), True, id="the patrol of its community"),
        pytest.param(
            post(MANAGER, division=COMMUNITY, department=URBAN),
            True,
            id="a patrol answers for every department",
        ),
        pytest.param(post(MANAGER, division=OTHER_COMMUNITY), False, id="not of another community"),
        pytest.param(post(MANAGER, grid=8, post_id=55), True, id="whoever had a task on it"),
        pytest.param(post(ENFORCER, division=TOWN, department=FIRE), True, id="its department"),
        pytest.param(
            post(ENFORCER, division=TOWN, department=URBAN), False, id="not another department"
        ),
        pytest.param(
            post(ENFORCER, division=OTHER_TOWN, department=FIRE), False, id="not its other town"
        ),
        pytest.param(post(ENFORCER, division=TOWN), True, id="an enforcer for every department"),
        pytest.param(post(Duty.HANDLER, division=CITY, department=FIRE), True, id="city handler"),
        pytest.param(post(POLICE, grid=7, department=URBAN), True, id="police over the grid"),
        pytest.param(post(Duty.DISPATCHER, division=COMMUNITY), True, id="community dispatcher"),
        pytest.param(post(Duty.DISPATCHER, division=TOWN), True, id="town dispatcher"),
        pytest.param(post(Duty.DISPATCHER, division=CITY), True, id="city dispatcher"),
        pytest.param(post(Duty.DISPATCHER, division=OTHER_TOWN), False, id="not the next town's"),
        pytest.param(post(Duty.GRID_SUPERVISOR, division=COMMUNITY), True, id="supervisor"),
        pytest.param(post(Duty.PLANNER, division=CITY), True, id="planner"),
        pytest.param(post(Duty.ANALYST, division=TOWN), True, id="analyst"),
        pytest.param(post(Duty.OPERATOR, division=CITY), False, id="not the operator"),
        pytest.param(post(Duty.PARTICIPANT, grid=7), False, id="not a volunteer without a task"),
        pytest.param(post(Duty.PARTICIPANT, grid=7, post_id=55), True, id="a volunteer with one"),
        pytest.param(post(Duty.LIAISON, division=NEIGHBOUR), False, id="not the neighbour city"),
        pytest.param(post(Duty.LIAISON, division=CITY), False, id="nor the home city's liaison"),
    ],
)
def test_who_sees_an_incident(held: HeldPost, sees: bool) -> None:
    assert bool(set(scope_of_actor(ME, [held])) & set(INCIDENT)) is sees


@pytest.mark.parametrize(
    ("held", "sees"),
    [
        pytest.param(post(Duty.LIAISON, division=NEIGHBOUR), True, id="the neighbour's liaison"),
        pytest.param(post(Duty.LIAISON, division=TOWN), True, id="the town's liaison"),
        pytest.param(post(Duty.LIAISON, division=OTHER_TOWN), False, id="not of another town"),
        pytest.param(
            post(Duty.DISPATCHER, division=NEIGHBOUR), False, id="not the neighbour's dispatcher"
        ),
    ],
)
def test_who_sees_a_joint_incident(held: HeldPost, sees: bool) -> None:
    assert bool(set(scope_of_actor(ME, [held])) & set(JOINT)) is sees


def test_a_reporter_sees_their_own_report_and_no_other() -> None:
    assert set(scope_of_actor(SOMEBODY, [])) & set(INCIDENT)
    assert not set(scope_of_actor(ME, [])) & set(INCIDENT)


@pytest.mark.parametrize("duty", Duty)
def test_nobody_has_the_key_of_every_incident(duty: Duty) -> None:
    keys = scope_of_actor(ME, [post(duty, division=CITY), post(duty, grid=7)])

    assert EVERY in INCIDENT
    assert EVERY not in keys


def test_an_incident_outside_all_grids_belongs_to_the_city() -> None:
    keys = scope_of_incident(owner_grid_id=None, division_codes=[CITY], department=None)

    assert keys == (EVERY, CITY)
