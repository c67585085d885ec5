"""Clocks that strike: warned, breached and passed on, once, whoever sweeps and however late."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from gridsvc.services import deadlines
from gridsvc.services.context import Context
from gridsvc.services.deadlines import Swept, sweep_deadlines
from gridsvc.services.incidents import history_of
from gridsvc.worker.jobs import run_worker
from tests.city import CITY, DONGCHENG, TinyCity
from tests.deeds import act, claim, handled, look, officer, reported, set_clock

#: A Monday, 10:00 in Dongguan; every test begins on a later one.
MORNING = datetime(2026, 6, 15, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOTHING = Swept()


class Watch:
    """Business time of a test, moved by hand, with a sweep after each move."""

    def __init__(self, ctx: Context, start: datetime) -> None:
        self.ctx = ctx
        self.start = start
        set_clock(ctx, start)

    def at(self, passed: timedelta) -> Swept:
        set_clock(self.ctx, self.start + passed)
        return sweep_deadlines(self.ctx)

    def kinds(self, incident_id: UUID) -> list[str]:
        return [
            e["kind"] for e in history_of(self.ctx, officer(self.ctx, "dispatch-city"), incident_id)
        ]


@pytest.fixture
def watch(ctx: Context) -> Watch:
    """A watch that starts a week after the last one, with nothing left of what was before."""
    with ctx.database.begin() as connection:
        connection.execute(text("UPDATE stage_clock SET stopped_at = now(), next_at = NULL"))
        last = connection.execute(text("SELECT max(received_at) FROM incident")).scalar_one()
    weeks = 0 if last is None else (last - MORNING) // (7 * DAY) + 1
    return Watch(ctx, MORNING + weeks * 7 * DAY)


def owner(ctx: Context, incident_id: UUID) -> str | None:
    found = look(ctx, incident_id)["owner"]
    return None if found is None else found["code"]


class TestTheLadder:
    """Of RUBBISH-1: 30 minutes to acknowledge, two candidates a level, then the next level."""

    def test_next_candidate_then_next_level_then_the_dispatcher(
        self, ctx: Context, watch: Watch
    ) -> None:
        incident_id = reported(ctx, "D2", "RUBBISH-1")
        assert owner(ctx, incident_id) == "manager-D2"

        assert watch.at(23 * MINUTE) == NOTHING  # 80 % of 30 minutes are 24
        assert watch.at(24 * MINUTE) == Swept(warned=1)
        assert owner(ctx, incident_id) == "manager-D2"
        assert watch.at(29 * MINUTE) == NOTHING

        assert watch.at(30 * MINUTE) == Swept(breached=1, passed_on=1)
        second = owner(ctx, incident_id)
        assert second in ("manager-D1", "manager-D3")
        assert look(ctx, incident_id)["level"] == "community"

        assert watch.at(54 * MINUTE) == Swept(warned=1)  # the second has 30 minutes of their own
        assert watch.at(60 * MINUTE) == Swept(breached=1, passed_on=1)
        shown = look(ctx, incident_id)
        assert (shown["level"], shown["tier"]) == ("town", "handling")
        assert shown["owner"]["code"] == "handler-dongcheng"

        assert watch.at(84 * MINUTE) == Swept(warned=1)
        assert watch.at(90 * MINUTE) == Swept(breached=1, passed_on=1)
        shown = look(ctx, incident_id)
        assert shown["owner"] is None
        assert shown["queue"]["division"]["code"] == DONGCHENG
        assert shown["queue"]["reason"] == "nobody_available"

        assert watch.kinds(incident_id)[2:] == [
            *("task_given", "warned", "breached", "task_cancelled"),
            *("task_given", "warned", "breached", "task_cancelled", "raised"),
            *("task_given", "warned", "breached", "task_cancelled", "queued"),
        ]

    def test_the_limit_of_handling_runs_through_all_of_it(self, ctx: Context, watch: Watch) -> None:
        incident_id = reported(ctx, "D2", "RUBBISH-1")
        due_at = look(ctx, incident_id)["due_at"]
        for minutes in (30, 60, 90):
            watch.at(minutes * MINUTE)
            assert look(ctx, incident_id)["due_at"] == due_at

    def test_acknowledging_in_time_stops_it(self, ctx: Context, watch: Watch) -> None:
        incident_id = reported(ctx, "D2", "RUBBISH-1")
        watch.at(24 * MINUTE)
        act(ctx, "manager-D2", incident_id, "acknowledge")

        assert watch.at(2 * HOUR) == NOTHING
        assert owner(ctx, incident_id) == "manager-D2"
        assert "breached" not in watch.kinds(incident_id)

    def test_the_limit_warns_at_80_percent_and_its_breach_is_a_fact_once(
        self, ctx: Context, watch: Watch
    ) -> None:
        """MANHOLE-2 has two urgent hours; whoever has it keeps it, the next level commands."""
        incident_id = reported(ctx, "D2", "MANHOLE-2")
        act(ctx, "handler-dongcheng", incident_id, "acknowledge")
        due_at = watch.start + 2 * HOUR
        assert look(ctx, incident_id)["due_at"] == due_at
        assert look(ctx, incident_id)["lamp"] == "green"

        assert watch.at(96 * MINUTE) == Swept(warned=1)
        assert look(ctx, incident_id)["lamp"] == "yellow"
        assert watch.at(2 * HOUR) == Swept(breached=1)
        for passed in (2 * HOUR, 3 * HOUR, 5 * DAY):
            assert watch.at(passed) == NOTHING
        shown = look(ctx, incident_id)
        assert (shown["lamp"], shown["breached_at"], shown["level"]) == ("red", due_at, "city")
        assert (shown["state"], shown["owner"]["code"]) == ("handling", "handler-dongcheng")
        assert watch.kinds(incident_id).count("breached") == 1

        handled(ctx, "handler-dongcheng", incident_id)
        assert look(ctx, incident_id)["breached_at"] == due_at

    def test_what_nobody_has_stands_before_the_next_level_once_it_is_late(
        self, ctx: Context, watch: Watch
    ) -> None:
        incident_id = reported(ctx, "D2", "MANHOLE-2")
        act(ctx, "handler-dongcheng", incident_id, "return", reason="other_place")
        assert look(ctx, incident_id)["queue"]["division"]["code"] == DONGCHENG

        watch.at(2 * HOUR)

        shown = look(ctx, incident_id)
        assert (shown["level"], shown["queue"]["division"]["code"]) == ("city", CITY)
        assert shown["queue"]["reason"] == "returned"
        # the town still sees it, and may still give it to somebody
        assert "dispatch" in look(ctx, incident_id, "dispatch-dongcheng")["steps"]
        assert watch.at(5 * DAY) == NOTHING

    def test_a_recheck_that_nobody_answers_reaches_a_dispatcher_and_never_the_solver(
        self, ctx: Context, watch: Watch
    ) -> None:
        incident_id = reported(ctx, "D2", "RUBBISH-1")
        handled(ctx, "manager-D2", incident_id)
        asked = []
        for step in range(1, 12):
            asked.append(owner(ctx, incident_id))
            if asked[-1] is None:
                break
            watch.at(step * 31 * MINUTE)

        assert "manager-D2" not in asked
        assert asked[-1] is None, asked
        assert look(ctx, incident_id)["queue"] is not None
        assert look(ctx, incident_id)["state"] == "rechecking"


class TestAtTheTop:
    """Nobody further to ask: the task stays and a dispatcher looks too."""

    @pytest.fixture
    def unanswered(self, ctx: Context, tiny_city: TinyCity, watch: Watch) -> UUID:
        """A blocked fire lane, with the city's own fire post, which does not answer either."""
        incident_id = reported(ctx, "D2", "FIRELANE-1")
        for step in range(1, 9):
            if look(ctx, incident_id)["queue"]:
                break
            watch.at(step * 61 * MINUTE)
        shown = look(ctx, incident_id)
        assert (shown["queue"]["division"]["code"], shown["level"]) == (CITY, "city")
        post_id = tiny_city.post_ids["fire-city"]
        act(ctx, "dispatch-city", incident_id, "dispatch", post_id=post_id, reason="absent")
        watch.start = ctx.clock.now()
        assert watch.at(61 * MINUTE).passed_on == 0
        shown = look(ctx, incident_id)
        assert shown["owner"]["code"] == "fire-city"
        assert shown["queue"]["reason"] == "unanswered"
        return incident_id

    def test_who_answers_late_takes_it_out_of_the_queue(
        self, ctx: Context, unanswered: UUID
    ) -> None:
        act(ctx, "fire-city", unanswered, "acknowledge")

        shown = look(ctx, unanswered)
        assert (shown["owner"]["code"], shown["queue"]) == ("fire-city", None)

    def test_it_may_be_given_back(self, ctx: Context, unanswered: UUID) -> None:
        act(ctx, "fire-city", unanswered, "return", reason="already_solved")

        shown = look(ctx, unanswered)
        assert (shown["owner"], shown["queue"]["reason"]) == (None, "returned")

    def test_it_may_be_solved(self, ctx: Context, unanswered: UUID) -> None:
        handled(ctx, "fire-city", unanswered)

        shown = look(ctx, unanswered)
        assert (shown["state"], shown["queue"]) == ("rechecking", None)

    def test_it_may_be_given_to_another(
        self, ctx: Context, tiny_city: TinyCity, unanswered: UUID
    ) -> None:
        post_id = tiny_city.post_ids["fire-dongcheng"]
        act(ctx, "dispatch-city", unanswered, "dispatch", post_id=post_id, reason="absent")

        shown = look(ctx, unanswered)
        assert (shown["owner"]["code"], shown["queue"]) == ("fire-dongcheng", None)


class TestManySweeps:
    def test_concurrent_sweeps_never_double(self, ctx: Context, watch: Watch) -> None:
        ids = [reported(ctx, grid, "RUBBISH-1") for grid in ("D1", "D2", "D4", "D5", "N1") * 2]
        set_clock(ctx, watch.start + 31 * MINUTE)

        with ThreadPoolExecutor(4) as threads:
            swept = sum(threads.map(lambda _: sweep_deadlines(ctx), range(8)), start=Swept())

        assert swept == Swept(breached=10, passed_on=10)
        for incident_id in ids:
            assert watch.kinds(incident_id).count("breached") == 1
            assert [t["state"] for t in look(ctx, incident_id)["tasks"]] == ["cancelled", "open"]

    def test_a_sweep_and_a_person_at_once_leave_one_owner(self, ctx: Context, watch: Watch) -> None:
        for at in range(5):
            incident_id = reported(ctx, "D2", "RUBBISH-1")
            set_clock(ctx, watch.start + (at + 1) * HOUR)
            with ThreadPoolExecutor(2) as threads:
                sweep = threads.submit(sweep_deadlines, ctx)
                person = threads.submit(act, ctx, "manager-D2", incident_id, "acknowledge")
            sweep.result()
            refused = person.exception()
            shown = look(ctx, incident_id)
            open_tasks = [t for t in shown["tasks"] if t["finished_at"] is None]
            assert len(open_tasks) == 1
            if refused is None:
                assert (shown["state"], shown["owner"]["code"]) == ("handling", "manager-D2")
            else:
                assert type(refused).__name__ in ("StaleVersion", "IllegalStep")
                assert shown["owner"]["code"] != "manager-D2"

    def test_after_a_day_of_downtime_each_clock_is_answered_once(
        self, ctx: Context, watch: Watch
    ) -> None:
        ids = [reported(ctx, grid, "MANHOLE-2") for grid in ("D1", "D2", "D4", "N1")]

        # both clocks of each, acknowledge and handle; the next candidate has time from now on
        first = watch.at(DAY)
        assert (first.warned, first.breached) == (0, 8)
        assert [watch.at(DAY), watch.at(DAY + MINUTE)] == [NOTHING, NOTHING]
        for incident_id in ids:
            kinds = watch.kinds(incident_id)
            assert (kinds.count("breached"), kinds.count("warned")) == (2, 0)

    def test_what_has_ended_strikes_no_more(self, ctx: Context, watch: Watch) -> None:
        incident_id = reported(ctx, "D2", "MANHOLE-2")
        act(ctx, "dispatch-dongcheng", incident_id, "void", reason="duplicate")

        assert watch.at(5 * DAY) == NOTHING

    def test_one_that_fails_bars_no_other(
        self, ctx: Context, watch: Watch, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And it is tried again by the next sweep."""
        bad, good = reported(ctx, "D1", "RUBBISH-1"), reported(ctx, "D5", "RUBBISH-1")
        whole = deadlines.act_on

        def failing(desk: Any, *given: Any) -> Swept:
            if desk.incident_id == bad:
                raise ZeroDivisionError("a rule that nobody thought of")
            return whole(desk, *given)

        monkeypatch.setattr(deadlines, "act_on", failing)
        assert watch.at(31 * MINUTE) == Swept(breached=1, passed_on=1, failed=1)
        assert owner(ctx, good) != "manager-D5"
        assert owner(ctx, bad) == "manager-D1"

        monkeypatch.undo()
        assert watch.at(32 * MINUTE) == Swept(breached=1, passed_on=1)


def test_the_worker_sweeps_by_itself(ctx: Context, watch: Watch) -> None:
    """With the real queue: the job is due every five seconds, whatever the demo's clock says."""
    incident_id = reported(ctx, "D2", "RUBBISH-1", photos=(claim(),))
    set_clock(ctx, watch.start + 31 * MINUTE)

    async def work_until_passed_on() -> None:
        worker = asyncio.create_task(run_worker(ctx))
        try:
            async with asyncio.timeout(60):
                while await asyncio.to_thread(owner, ctx, incident_id) == "manager-D2":
                    assert not worker.done()
                    await asyncio.sleep(0.3)
        finally:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)

    asyncio.run(work_until_passed_on())

    assert owner(ctx, incident_id) in ("manager-D1", "manager-D3")
    assert watch.kinds(incident_id).count("breached") == 1
