"""What is kept is exact: a change of a post, a list or the rules is seen by the next report."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from gridsvc.core.grid import GridId
from gridsvc.services.context import Context
from gridsvc.services.world import World
from gridsvc.store.people import posts_over
from gridsvc.store.stamps import change_stamps
from tests.city import TinyCity
from tests.deeds import look, reported, set_clock, statements_of

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(ctx: Context) -> None:
    set_clock(ctx, NOON)


def owner_of_a_report(ctx: Context) -> str | None:
    owner = look(ctx, reported(ctx, "D2", "RUBBISH-1"))["owner"]
    return owner and owner["code"]


def change(ctx: Context, statement: str, **values: Any) -> None:
    with ctx.database.begin() as connection:
        connection.execute(text("SET LOCAL ROLE gridsvc_owner"))
        connection.execute(text(statement), values)


def relations_of(plan: Any) -> set[str]:
    """Every table that a plan reads."""
    found = {plan["Relation Name"]} if "Relation Name" in plan else set()
    for below in plan.get("Plans", ()):
        found |= relations_of(below)
    return found


def read_by(connection: Connection, read: Callable[[], object]) -> set[str]:
    """Return the tables that a reading looks at."""
    with statements_of(connection.engine) as seen:
        read()
    return {
        name
        for name in connection.execute(
            text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                 "'public'::regnamespace")
        ).scalars()
        if any(f" {name} " in f" {' '.join(one.split())} " for one in seen)
    }  # fmt: skip


def test_every_table_behind_the_roster_is_watched(ctx: Context, tiny_city: TinyCity) -> None:
    """Loads are read anew each time, so tasks need no stamp."""
    with ctx.database.begin() as connection:
        read = read_by(
            connection,
            lambda: posts_over(connection, [tiny_city.grid_ids["D1"]], ["441900000000"], NOON),
        )
        watched = set(
            connection.execute(
                text(
                    """SELECT tgrelid::regclass::text FROM pg_trigger
                    WHERE tgname LIKE '%\\_stamped' AND encode(tgargs, 'escape') LIKE 'posts%'"""
                )
            ).scalars()
        )

    assert {"post", "post_holder", "grid_version"} <= read
    assert read - {"task"} <= watched


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE post SET is_backup = is_backup", "posts"),
        ("UPDATE rules SET reason = reason", "rules"),
        ("UPDATE generation SET title = title", "generations"),
        ("UPDATE matter SET name = name", "lists"),
        ("UPDATE calendar_day SET name = name", "lists"),
    ],
)
def test_a_change_is_stamped_in_its_own_transaction(
    ctx: Context, statement: str, kind: str
) -> None:
    with ctx.database.begin() as connection:
        before = change_stamps(connection)
    with ctx.database.begin() as connection:
        connection.execute(text(statement))
        after = change_stamps(connection)
        with ctx.database.begin() as elsewhere:
            assert change_stamps(elsewhere) == before

    assert {k for k in after if after[k] != before[k]} == {kind}


def test_a_holder_who_left_is_asked_no_more(ctx: Context, tiny_city: TinyCity) -> None:
    first = owner_of_a_report(ctx)
    assert first is not None

    change(
        ctx,
        """UPDATE post_holder SET valid = tstzrange(lower(valid), :at)
        WHERE post_id = (SELECT post_id FROM post WHERE code = :code)""",
        at=NOON,
        code=first,
    )

    assert owner_of_a_report(ctx) != first


def test_a_holding_that_was_announced_begins_on_time(ctx: Context, tiny_city: TinyCity) -> None:
    """Nothing is written at that instant, so the stamp stays; the roster knows its own end."""
    grid = GridId(tiny_city.grid_ids["D2"])
    change(
        ctx,
        """UPDATE post SET valid = tstzrange(lower(valid), :at) WHERE grid_id = :grid""",
        at=NOON + timedelta(minutes=10),
        grid=grid,
    )
    seen = []
    for minutes in (9, 10):
        with ctx.database.begin() as connection:
            now = NOON + timedelta(minutes=minutes)
            world = World.read(connection, ctx.ground, now, [grid])
            seen.append(len(world.by_place[grid]))

    assert seen[0] > 0
    assert seen[1] == 0
