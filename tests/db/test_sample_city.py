"""The sample city in a database: loaded whole by the imports, once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from gridsvc.api.app import create_app
from gridsvc.core.duty import Duty
from gridsvc.core.roster import FOUR_ROLES
from gridsvc.services.context import Context
from gridsvc.services.demo_accounts import WANTED, create_demo_accounts
from gridsvc.services.importing.divisions import DivisionImport, import_divisions
from gridsvc.services.refusal import Refusal
from gridsvc.services.rules import rules_in_force
from gridsvc.services.sample_city import load_sample_city
from gridsvc.store.people import posts_over
from tests.db.import_files import write_divisions

#: Kept between runs under the digest of its sources, as `gridsvc up --demo` keeps it.
FILES = Path(__file__).resolve().parents[2] / "var" / "sample"


@dataclass
class Loaded:
    ctx: Context
    stages: list[tuple[str, int, int]] = field(default_factory=list)


@pytest.fixture(scope="module")
def sample(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    """A process on a database with the sample city."""
    loaded = Loaded(Context.open(new_database(), tmp_path_factory.mktemp("media")))
    assert load_sample_city(loaded.ctx, FILES, lambda *step: loaded.stages.append(step))
    yield loaded
    loaded.ctx.close()


def test_everything_is_there(sample: Loaded) -> None:
    with sample.ctx.database.begin() as connection:
        counts = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("generation", "matter", "officer", "context_line", "calendar_year")
        }
        index = sample.ctx.ground.at(connection, sample.ctx.clock.now())
        rules = rules_in_force(connection, sample.ctx.clock.now())

    assert counts["generation"] == 1
    assert counts["matter"] == 83
    assert counts["officer"] >= 9756  # and the liaisons of the neighbour cities
    assert counts["context_line"] > 1000
    assert sum(grid.is_home for grid in index.grids.values()) == 2958
    assert index.home_city.code == "441900000000"
    assert rules.version == 1
    assert sample.ctx.clock.is_demo()


def test_the_whole_city_is_answered_inside_its_grids(sample: Loaded) -> None:
    with sample.ctx.database.begin() as connection:
        index = sample.ctx.ground.at(connection, sample.ctx.clock.now())
    points = [area.outline.point_on_surface() for area in index.locator.areas if area.outline]
    found = index.locator.locate_many(
        np.array([p.x for p in points]), np.array([p.y for p in points])
    )

    assert (found.index == np.arange(len(points))).all()
    assert (found.match == 0).all()


def test_every_home_grid_has_a_manager_and_a_backup(sample: Loaded) -> None:
    with sample.ctx.database.begin() as connection:
        now = sample.ctx.clock.now()
        index = sample.ctx.ground.at(connection, now)
        home = [grid_id for grid_id, grid in index.grids.items() if grid.is_home]
        posts = posts_over(connection, home, [], now)

    for duty in (Duty.GRID_MANAGER, Duty.GRID_ASSISTANT):
        held = {p.place.grid_id for p in posts if p.duty is duty and p.holders}
        assert held == set(home)


def test_neighbours_meet_across_the_city_line(sample: Loaded) -> None:
    with sample.ctx.database.begin() as connection:
        index = sample.ctx.ground.at(connection, sample.ctx.clock.now())
    cities = {
        near.grid.city_code[:4]
        for grid_id, grid in index.grids.items()
        if grid.is_home
        for near in index.neighbours[grid_id]
        if near.crosses_city
    }

    assert cities == {"4403", "4413", "4401"}


def test_every_role_of_the_demo_is_held_by_somebody(sample: Loaded, tmp_path: Path) -> None:
    made = create_demo_accounts(sample.ctx, tmp_path / "demo-accounts.txt")

    people = {account.login: account for account in made if account.role in set(Duty)}
    assert set(people) == {wanted.login for wanted in WANTED}
    chain = [people[login].where for login in ("handler", "enforcer", "dispatcher")]
    assert len(set(chain)) == 1  # one town, in which a report can be followed
    assert len({account.where for account in people.values()}) >= 6


def test_m01_the_seed_as_the_service_tells_it(sample: Loaded, tmp_path: Path) -> None:
    """M1: 2,958 grids, 9,756 staff and 83 matters, each with one lead department."""
    made = create_demo_accounts(sample.ctx, tmp_path / "demo-accounts.txt")
    [planner] = [account for account in made if account.login == "planner"]
    with TestClient(create_app(sample.ctx)) as client:
        answer = client.post(
            "/api/v1/auth/sign-in", json={"login": "planner", "password": planner.password}
        )
        assert answer.status_code == 200, answer.text

        def items(address: str, **params: str) -> list[dict[str, Any]]:
            answer = client.get(f"/api/v1{address}", params=params)
            assert answer.status_code == 200, answer.text
            found: list[dict[str, Any]] = answer.json()["items"]
            return found

        home = "441900000000"
        grids = {grid["code"] for grid in items("/grids")}
        posts = items("/posts", division=home)
        vacancies = items("/vacancies", division=home)
        matters = items("/matters")

    assert len(grids) == 2958
    staff = {h["officer_id"] for post in posts for h in post["holders"]}
    assert len(staff) == 9756
    assert len({matter["code"] for matter in matters}) == 83
    assert all(matter["department"]["code"] for matter in matters)
    patrolled = {p["grid"]["code"] for p in posts if p["tier"] == "patrol" and p["holders"]}
    unstaffed = {row["grid"]["code"] for row in vacancies if row["duty"] == "grid_manager"}
    assert grids <= patrolled | unstaffed
    assert {row["duty"] for row in vacancies} <= {duty.value for duty in FOUR_ROLES}


def test_every_stage_was_told_to_its_end(sample: Loaded) -> None:
    last = {stage: (done, total) for stage, done, total in sample.stages}

    assert {"divisions", "grids", "officers"} <= set(last)
    assert all(done == total for done, total in last.values())


def test_loading_again_does_nothing(sample: Loaded) -> None:
    told: list[object] = []

    assert not load_sample_city(sample.ctx, FILES, lambda *step: told.append(step))
    assert told == []


def test_a_real_city_is_never_made_a_demo(new_database: Callable[[], str], tmp_path: Path) -> None:
    ctx = Context.open(new_database(), tmp_path / "media")
    import_divisions(ctx, DivisionImport(path=write_divisions(tmp_path / "divisions.gpkg")))

    with pytest.raises(Refusal, match="not marked demo"):
        load_sample_city(ctx, FILES, lambda *_: None)
    ctx.close()
