"""Rules tried on the past: the same ones change nothing, others what they should."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from gridsvc.cli import app
from gridsvc.core.actor import Actor
from gridsvc.core.dispatch import rules_form
from gridsvc.core.dispatch.comparison import Aspect
from gridsvc.core.dispatch.rules import SAMPLE_RULES, LimitReduction, Override, Rules, Scope
from gridsvc.core.duty import Tier
from gridsvc.core.matter import FilingConditionCode, MatterCode
from gridsvc.core.permission import AccountKind
from gridsvc.services.context import Context
from gridsvc.services.deadlines import sweep_deadlines
from gridsvc.services.replay import Replayed, replay
from tests.city import NANCHENG, TinyCity
from tests.deeds import act, claim, draft, handled, look, officer, send, set_clock

#: A Monday, 08:00 in Dongguan.
MONDAY = datetime(2026, 6, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACES = ("D1", "D2", "D4", "D6", "N1", "N2", "S1", (113.2, 22.1))
CONDITIONS = ("RUBBISH-1", "RUBBISH-2", "MANHOLE-1", "MANHOLE-2", "ROAD-1", "FIRELANE-1", None)


@pytest.fixture(scope="module")
def span(ctx: Context, tiny_city: TinyCity) -> tuple[datetime, datetime]:
    """A week: reports of every kind, several at one instant, some of it solved."""
    resident = Actor(
        account_id=tiny_city.account_ids["resident"],
        login="resident",
        kind=AccountKind.RESIDENT,
        scope=(f"a{tiny_city.account_ids['resident']}",),
    )
    manager = officer(ctx, "manager-D1")
    for day in range(5):
        for hour in (1, 5, 15):
            set_clock(ctx, MONDAY + timedelta(days=day, hours=hour))
            several = [
                draft(
                    ctx,
                    place,
                    CONDITIONS[(day + at) % len(CONDITIONS)],
                    matter="RUBBISH" if CONDITIONS[(day + at) % len(CONDITIONS)] is None else None,
                    photos=(claim("before"), claim("after")),
                    self_fix=at == 1,
                )
                for at, place in enumerate(PLACES)
            ]
            taken = send(ctx, manager, *several)
            send(ctx, resident, draft(ctx, "D1", None, matter="MANHOLE"))
            first = taken[0].receipt.incident_id
            owner = look(ctx, first)["owner"]
            if owner is not None and owner["code"] == "manager-D1":
                handled(ctx, "manager-D1", first)
            sweep_deadlines(ctx)
    # A public report that was accepted, to a post that the dispatcher chose.
    set_clock(ctx, MONDAY + timedelta(days=5))
    [told] = send(ctx, resident, draft(ctx, "D2", None, matter="MANHOLE"))
    public = told.receipt.incident_id
    act(ctx, look(ctx, public)["owner"]["code"], public, "verify_confirm")
    act(
        ctx,
        "dispatch-dongcheng",
        public,
        "accept",
        condition=FilingConditionCode("MANHOLE-1"),
        post_id=tiny_city.post_ids["handler-dongcheng"],
    )
    # On leave when it was decided, and long back when it is told.
    with ctx.database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO officer_leave (officer_id, valid) "
                "VALUES (:officer, tstzrange(:since, :until))"
            ),
            {
                "officer": tiny_city.officer_ids["manager-D4"],
                "since": MONDAY + timedelta(days=5),
                "until": MONDAY + timedelta(days=5, hours=3),
            },
        )
    send(ctx, manager, draft(ctx, "D4", "RUBBISH-1"))
    # Whoever held a post then still does so in what is told of then.
    end = MONDAY + timedelta(days=6)
    set_clock(ctx, end)
    with ctx.database.begin() as connection:
        connection.execute(
            text(
                "UPDATE post_holder SET valid = tstzrange(lower(valid), :end) WHERE post_id = :post"
            ),
            {"end": end - HOUR, "post": tiny_city.post_ids["manager-D1"]},
        )
    return MONDAY, end


def by_override(**changes: Any) -> Rules:
    return replace(SAMPLE_RULES, version=99, **changes)


def test_the_same_rules_change_nothing_and_give_again_what_was_decided(
    ctx: Context, span: tuple[datetime, datetime]
) -> None:
    told = replay(ctx, rules_form.from_json(rules_form.to_json(SAMPLE_RULES)), *span)

    assert told.incidents > 100
    assert (told.differing, told.differences, told.loads) == (0, [], [])
    assert told.changed == {}
    assert told.unrepeated == told.unlisted == told.left_out == 0
    assert told.queued_before == told.queued_after > 0
    assert told.breaches_before == told.breaches_after > 0


def test_another_tier_moves_owners_and_their_work(
    ctx: Context, span: tuple[datetime, datetime]
) -> None:
    override = Override(scope=Scope(matter=MatterCode("RUBBISH")), tier=Tier.HANDLING)

    told = replay(ctx, by_override(overrides=(override,)), *span)

    assert told.differing == len(told.differences) > 0
    assert told.changed[Aspect.TIER] == told.differing
    for one in told.differences:
        assert (one.before.tier, one.after.tier) == ("patrol", "handling")
    for load in told.loads:
        is_patrols = load.code.startswith(("manager", "assistant"))
        assert (load.before_minutes > load.after_minutes) is is_patrols, load
    assert {"manager-D1", "handler-dongcheng"} <= {load.code for load in told.loads}


def test_a_department_that_nobody_serves_brings_queues(
    ctx: Context, span: tuple[datetime, datetime]
) -> None:
    override = Override(
        scope=Scope(matter=MatterCode("MANHOLE"), division=NANCHENG), tier=Tier.ENFORCEMENT
    )

    told = replay(ctx, by_override(overrides=(override,)), *span)

    assert told.queued_after - told.queued_before == told.changed[Aspect.OUTCOME] > 0
    assert all(one.after.queue is not None for one in told.differences)


def test_shorter_limits_move_ends_and_break_more_of_them(
    ctx: Context, span: tuple[datetime, datetime]
) -> None:
    strict = LimitReduction(scope=Scope(matter=MatterCode("MANHOLE")), fraction=0.1)

    told = replay(ctx, by_override(limit_reductions=(strict,)), *span)

    assert set(told.changed) == {Aspect.DUE_AT}
    assert told.breaches_after > told.breaches_before
    assert all(
        one.after.due_at < one.before.due_at
        for one in told.differences
        if one.after.due_at and one.before.due_at
    )


def test_of_too_many_the_newest_are_taken(ctx: Context, span: tuple[datetime, datetime]) -> None:
    whole = replay(ctx, SAMPLE_RULES, *span)

    told = replay(ctx, SAMPLE_RULES, *span, most=20)

    assert (told.incidents, told.left_out) == (20, whole.incidents - 20)


def test_nobody_is_told_of_what_they_do_not_see(
    ctx: Context, span: tuple[datetime, datetime]
) -> None:
    override = Override(scope=Scope(matter=MatterCode("RUBBISH")), tier=Tier.HANDLING)
    nancheng = officer(ctx, "dispatch-nancheng")

    told: Replayed = replay(ctx, by_override(overrides=(override,)), *span, scope=nancheng.scope)

    assert 0 < told.incidents < replay(ctx, SAMPLE_RULES, *span).incidents
    for one in told.differences:
        assert look(ctx, one.incident_id, "dispatch-nancheng")["number"] == one.number


@pytest.mark.parametrize("bad", [(MONDAY, MONDAY), (MONDAY, MONDAY.replace(tzinfo=None))])
def test_an_empty_span_or_one_without_zone_is_refused(
    ctx: Context, bad: tuple[datetime, datetime]
) -> None:
    with pytest.raises((ValueError, TypeError)):
        replay(ctx, SAMPLE_RULES, *bad)


class TestTheCommand:
    def run(self, url: str, var: Path, *arguments: str) -> Any:
        env = {"DATABASE_URL": url, "GRIDSVC_VAR": str(var), "COLUMNS": "200"}
        return CliRunner().invoke(app, ["replay", *arguments], env=env)

    def test_says_what_would_change(
        self, database_url: str, tmp_path: Path, span: tuple[datetime, datetime]
    ) -> None:
        form = rules_form.to_json(SAMPLE_RULES)
        form["limit_reductions"] = [{"scope": {"matter": "MANHOLE"}, "fraction": 0.1}]
        file = tmp_path / "rules.json"
        file.write_bytes(orjson.dumps({"body": form}))
        until = span[1].strftime("%Y-%m-%dT%H:%M:%S+0000")

        result = self.run(database_url, tmp_path, "--rules", str(file), "--until", until, "--json")

        assert result.exception is None or isinstance(result.exception, SystemExit), result
        assert result.exit_code == 1, result.output  # more would have been late
        told = orjson.loads(result.stdout)
        assert told["changed"] == {"due_at": told["differing"]}
        assert told["breaches_after"] > told["breaches_before"]

    @pytest.mark.parametrize(
        ("content", "word"),
        [(b"{", "JSON"), (b"[]", "rules"), (b'{"overrides": 7}', "read"), (b'{"a": 1}', "a")],
    )
    def test_a_bad_file_is_refused(
        self, database_url: str, tmp_path: Path, content: bytes, word: str
    ) -> None:
        file = tmp_path / "rules.json"
        file.write_bytes(content)

        result = self.run(database_url, tmp_path, "--rules", str(file))

        assert result.exit_code == 2
        assert "rules.json" in result.output
        assert word in result.output
        assert "Traceback" not in result.output
