from uuid import UUID

import pytest

from gridsvc.core.division import DivisionCode
from gridsvc.core.duty import Duty, Tier
from gridsvc.core.grid import GridId
from gridsvc.core.post import PostId, PostPlace
from gridsvc.core.task import IllegalTaskState, Task, TaskId, TaskKind, TaskState
from tests.domain_builders import A1, A2, HOME, NOON, TOWN, TOWN_3, A, B, over


@pytest.mark.parametrize(
    ("place", "covered"),
    [(A1, True), (A2, False), (A, True), (B, False), (TOWN_3, True), (HOME, True)],
)
def test_a_place_covers_the_grids_below_it(place: object, covered: bool) -> None:
    assert over(place).covers(A1) is covered  # type: ignore[arg-type]


def test_a_post_is_over_one_thing() -> None:
    city = DivisionCode(HOME)
    with pytest.raises(ValueError, match="one grid or"):
        PostPlace(city_code=city, area_m2=1.0)
    with pytest.raises(ValueError, match="one grid or"):
        PostPlace(grid_id=GridId(1), division_code=A, level=TOWN, city_code=city, area_m2=1.0)
    with pytest.raises(ValueError, match="level"):
        PostPlace(division_code=A, city_code=city, area_m2=1.0)


@pytest.mark.parametrize(
    ("duty", "tier"),
    [
        (Duty.GRID_MANAGER, Tier.PATROL),
        (Duty.GRID_ASSISTANT, Tier.PATROL),
        (Duty.HANDLER, Tier.HANDLING),
        (Duty.GRID_POLICE, Tier.ENFORCEMENT),
        (Duty.ENFORCEMENT_OFFICER, Tier.ENFORCEMENT),
        (Duty.GRID_SUPERVISOR, None),
        (Duty.DISPATCHER, None),
        (Duty.LIAISON, None),
    ],
)
def test_the_tier_of_a_duty(duty: Duty, tier: Tier | None) -> None:
    assert duty.tier is tier
    assert duty.is_paid


def test_participants_choose_their_tasks() -> None:
    assert not Duty.PARTICIPANT.is_paid


def test_a_task_ends_once() -> None:
    task = Task(
        task_id=TaskId(UUID(int=1)),
        kind=TaskKind.HANDLE,
        incident_id=UUID(int=2),
        post_id=PostId(3),
        officer_id=None,
        created_at=NOON,
    )
    done = task.moved_to(TaskState.ACKNOWLEDGED).moved_to(TaskState.DONE)

    assert task.is_open
    assert not done.is_open
    for state in TaskState:
        with pytest.raises(IllegalTaskState, match="done"):
            done.moved_to(state)
    with pytest.raises(IllegalTaskState, match="acknowledged"):
        task.moved_to(TaskState.ACKNOWLEDGED).moved_to(TaskState.OPEN)
