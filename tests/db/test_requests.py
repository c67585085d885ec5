"""More time asked for, demands from above, and what is still said after closing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gridsvc.core.action import IllegalStep
from gridsvc.core.incident_list import Order, Wanted
from gridsvc.core.step_reason import UnknownReason
from gridsvc.services.context import Context
from gridsvc.services.deadlines import Swept, sweep_deadlines
from gridsvc.services.incidents import history_of, list_incidents, list_tasks
from tests.city import CITY, TinyCity
from tests.clock_replays import wrongly_counted
from tests.deeds import act, handled, look, officer, reported, set_clock

#: A Monday, 10:00 in Dongguan; every test begins on a later one.
MORNING = datetime(2026, 6, 15, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HANDLER = "handler-dongcheng"


class Story:
    """An incident of Dongcheng with two urgent hours, being handled, and the time since."""

    def __init__(self, ctx: Context, start: datetime) -> None:
        self.ctx, self.start = ctx, start
        set_clock(ctx, start)
        self.id = reported(ctx, "D2", "MANHOLE-2")
        act(ctx, HANDLER, self.id, "acknowledge")

    def at(self, passed: timedelta) -> Swept:
        set_clock(self.ctx, self.start + passed)
        return sweep_deadlines(self.ctx)

    def act(self, code: str, step: str, **given: Any) -> None:
        act(self.ctx, code, self.id, step, **given)

    def refused(self, code: str, step: str, **given: Any) -> str:
        before = look(self.ctx, self.id)
        with pytest.raises(IllegalStep) as refusal:
            self.act(code, step, **given)
        assert look(self.ctx, self.id) == before
        return refusal.value.code

    def look(self, code: str = "dispatch-city") -> dict[str, Any]:
        return look(self.ctx, self.id, code)

    def kinds(self) -> list[str]:
        return [
            e["kind"] for e in history_of(self.ctx, officer(self.ctx, "dispatch-city"), self.id)
        ]

    def task_due_at(self) -> datetime | None:
        tasks = list_tasks(self.ctx, officer(self.ctx, HANDLER))
        [mine] = [t for t in tasks if t["incident"]["incident_id"] == self.id]
        due_at: datetime | None = mine["due_at"]
        return due_at

    def asked_for_extension(self) -> None:
        self.act(HANDLER, "request_extension", reason="weather")

    def closed_late(self) -> None:
        self.at(2 * HOUR)
        handled(self.ctx, HANDLER, self.id)
        self.act("manager-D2", "recheck_pass")


@pytest.fixture
def story(ctx: Context) -> Story:
    """Begins two months after everything before, so that each has the sweep to itself."""
    with ctx.database.begin() as connection:
        connection.execute(text("UPDATE stage_clock SET stopped_at = now(), next_at = NULL"))
        last = connection.execute(text("SELECT max(received_at) FROM incident")).scalar_one()
    months = 0 if last is None else (last - MORNING) // (56 * DAY) + 1
    return Story(ctx, MORNING + months * 56 * DAY)


class TestExtension:
    def test_an_extension_adds_the_limit_once_more(self, story: Story) -> None:
        story.at(HOUR)
        story.asked_for_extension()
        assert story.look()["request"]["kind"] == "extension"
        assert "approve_extension" in story.look("dispatch-dongcheng")["steps"]
        # the clock runs while nobody answers
        assert story.look()["due_at"] == story.start + 2 * HOUR
        story.act("dispatch-dongcheng", "approve_extension")

        shown = story.look()
        assert (shown["request"], shown["extension_count"]) == (None, 1)
        assert shown["due_at"] == story.task_due_at() == story.start + 4 * HOUR
        assert story.at(191 * MINUTE) == Swept()  # 80 % of four hours are 192 minutes
        assert story.at(192 * MINUTE) == Swept(warned=1)
        assert story.at(239 * MINUTE) == Swept()
        assert story.at(240 * MINUTE) == Swept(breached=1)
        assert wrongly_counted(story.ctx) == []

    def test_after_a_warning_it_warns_again(self, story: Story) -> None:
        assert story.at(100 * MINUTE) == Swept(warned=1)
        story.asked_for_extension()
        story.act("dispatch-dongcheng", "approve_extension")
        assert story.look()["lamp"] == "green"
        assert story.at(192 * MINUTE) == Swept(warned=1)

    def test_refusals_are_free_and_two_approvals_are_all(self, story: Story) -> None:
        for _ in range(3):
            story.asked_for_extension()
            story.act("dispatch-dongcheng", "refuse_extension", reason="not_justified")
        for _ in range(2):
            story.asked_for_extension()
            story.act("dispatch-dongcheng", "approve_extension")
        assert story.look()["due_at"] == story.start + 6 * HOUR
        assert story.refused(HANDLER, "request_extension", reason="weather") == "extensions_left"
        assert "request_extension" not in story.look(HANDLER)["steps"]

    def test_too_late_to_ask_or_to_answer(self, story: Story) -> None:
        story.asked_for_extension()
        story.at(2 * HOUR)
        shown = story.look()
        assert (shown["request"], shown["breached_at"]) == (None, story.start + 2 * HOUR)
        assert story.kinds()[-2:] == ["request_lapsed", "raised"]
        assert story.refused("dispatch-city", "approve_extension") == "extension_asked"
        assert story.refused(HANDLER, "request_extension", reason="weather") == "not_overdue"

    @pytest.mark.parametrize(
        ("code", "refusal"),
        [
            (HANDLER, "not_yours"),
            ("manager-D2", "not_yours"),
            ("dispatch-community", "not_yours"),  # the town is in command
            ("dispatch-dongcheng", None),
            ("dispatch-city", None),
        ],
    )
    def test_who_may_answer(self, story: Story, code: str, refusal: str | None) -> None:
        story.asked_for_extension()
        if refusal is None:
            story.act(code, "approve_extension")
        else:
            assert story.refused(code, "approve_extension") == refusal

    def test_the_reason_is_typed(self, story: Story) -> None:
        with pytest.raises(UnknownReason, match="weather"):
            story.act(HANDLER, "request_extension", reason="too_busy")

    def test_a_new_dispatch_keeps_what_was_granted(self, story: Story, tiny_city: TinyCity) -> None:
        """The limit belongs to the incident: whoever gets it next has what is left of it."""
        story.asked_for_extension()
        story.act("dispatch-dongcheng", "approve_extension")
        story.act(
            "dispatch-dongcheng",
            "dispatch",
            post_id=tiny_city.post_ids["manager-D2"],
            reason="closer_person",
        )
        shown = story.look()
        assert shown["owner"]["code"] == "manager-D2"
        assert shown["due_at"] == story.start + 4 * HOUR
        assert shown["tasks"][-1]["due_at"] == story.start + 4 * HOUR
        story.act("manager-D2", "acknowledge")
        assert story.at(240 * MINUTE).breached == 1
        assert wrongly_counted(story.ctx) == []


class TestSuspension:
    def suspended(self, story: Story, days: int = 30) -> datetime:
        until = story.ctx.clock.now() + days * DAY
        story.act(HANDLER, "request_suspension", reason="engineering", until=until)
        story.act("dispatch-dongcheng", "approve_suspension")
        return until

    def test_the_clock_stands_still_and_goes_on_by_itself(self, story: Story) -> None:
        story.at(HOUR)
        until = self.suspended(story)
        shown = story.look()
        assert (shown["suspended_until"], shown["lamp"], shown["due_at"]) == (until, "grey", None)
        assert shown["owner"]["code"] == HANDLER
        assert story.task_due_at() is None
        assert story.at(20 * DAY) == Swept()

        # a day and an hour too late, and an hour of the limit is left from the date itself
        assert story.at(31 * DAY + 2 * HOUR) == Swept(resumed=1)
        shown = story.look()
        assert shown["suspended_until"] is None
        assert shown["due_at"] == until + HOUR
        assert story.kinds()[-1] == "resumed"
        assert story.at(31 * DAY + 2 * HOUR) == Swept(breached=1)
        assert story.at(31 * DAY + 2 * HOUR) == Swept()
        assert wrongly_counted(story.ctx) == []

    def test_a_dispatcher_lets_it_go_on_earlier(self, story: Story) -> None:
        story.at(HOUR)
        self.suspended(story)
        set_clock(story.ctx, story.start + 5 * DAY)
        assert story.refused(HANDLER, "resume") == "not_yours"
        story.act("dispatch-dongcheng", "resume", reason="condition_met")
        assert story.look()["due_at"] == story.task_due_at() == story.start + 5 * DAY + HOUR
        assert wrongly_counted(story.ctx) == []

    def test_once(self, story: Story) -> None:
        until = self.suspended(story)
        story.act("dispatch-dongcheng", "resume")
        assert (
            story.refused(HANDLER, "request_suspension", reason="seasonal", until=until)
            == "never_suspended"
        )

    @pytest.mark.parametrize("days", [0, -1, 366])
    def test_the_end_is_ahead_and_within_a_year(self, story: Story, days: int) -> None:
        until = story.start + days * DAY
        assert (
            story.refused(HANDLER, "request_suspension", reason="seasonal", until=until)
            == "end_chosen"
        )

    def test_while_it_stands_it_is_neither_returned_nor_moved_but_may_be_done(
        self, story: Story, tiny_city: TinyCity
    ) -> None:
        self.suspended(story)
        assert story.refused(HANDLER, "return", reason="other_place") == "not_suspended"
        assert (
            story.refused(
                "dispatch-dongcheng",
                "dispatch",
                post_id=tiny_city.post_ids["manager-D2"],
                reason="absent",
            )
            == "not_suspended"
        )
        assert set(story.look(HANDLER)["steps"]) == {"handle"}
        handled(story.ctx, HANDLER, story.id)
        shown = story.look()
        assert (shown["state"], shown["suspended_until"]) == ("rechecking", None)
        assert shown["due_at"] is not None
        assert wrongly_counted(story.ctx) == []

    def test_the_lowest_level_does_not_grant_it(self, ctx: Context, story: Story) -> None:
        incident_id = reported(ctx, "D1", "RUBBISH-1")  # in command: the community
        act(ctx, "manager-D1", incident_id, "acknowledge")
        until = story.start + 3 * DAY
        act(ctx, "manager-D1", incident_id, "request_suspension", reason="seasonal", until=until)
        with pytest.raises(IllegalStep) as refusal:
            act(ctx, "dispatch-community", incident_id, "approve_suspension")
        assert refusal.value.code == "not_yours"
        act(ctx, "dispatch-dongcheng", incident_id, "approve_suspension")

    def test_it_is_found_in_lists(self, ctx: Context, story: Story) -> None:
        self.suspended(story)
        dispatcher = officer(ctx, "dispatch-city")
        found = list_incidents(ctx, dispatcher, Wanted(is_suspended=True), Order.RECEIVED, 100)
        assert story.id in {i["incident_id"] for i in found}
        found = list_incidents(ctx, dispatcher, Wanted(is_suspended=False), Order.RECEIVED, 2000)
        assert story.id not in {i["incident_id"] for i in found}


class TestFromAbove:
    def test_a_demand_is_seen_and_moves_nothing(self, story: Story) -> None:
        until = story.start + HOUR
        story.act("dispatch-city", "supervise", note="今日内修好", until=until)
        shown = story.look()
        assert shown["supervision"] == {"level": "city", "until": until}
        assert (shown["state"], shown["owner"]["code"]) == ("handling", HANDLER)
        assert shown["due_at"] == story.start + 2 * HOUR
        assert story.at(48 * MINUTE) == Swept(warned=1)
        assert story.at(HOUR) == Swept(breached=1)
        shown = story.look()
        # not met is a fact of its own, not a breach of the limit
        assert (shown["breached_at"], shown["level"]) == (None, "town")

        handled(story.ctx, HANDLER, story.id)
        story.act("supervisor", "supervise", note="再查一次", until=story.start + 3 * HOUR)
        story.act("manager-D2", "recheck_pass")
        assert story.at(5 * HOUR) == Swept()

    @pytest.mark.parametrize(
        ("code", "given", "refusal"),
        [
            ("dispatch-dongcheng", {"note": "快"}, "not_yours"),  # in command itself, not above
            (HANDLER, {"note": "快"}, "not_yours"),
            ("dispatch-city", {}, "note_given"),
            ("dispatch-city", {"note": "快", "until": None}, "end_chosen"),
        ],
    )
    def test_refused(self, story: Story, code: str, given: dict[str, Any], refusal: str) -> None:
        given = {"until": story.start + HOUR} | given
        assert story.refused(code, "supervise", **given) == refusal

    def test_closing_by_force_needs_rank_and_reason(self, story: Story) -> None:
        assert story.refused("dispatch-dongcheng", "force_close", reason="ownerless") == "not_yours"
        assert story.refused("dispatch-city", "force_close") == "reason_given"
        story.act("dispatch-city", "force_close", reason="ownerless")
        shown = story.look()
        assert (shown["state"], shown["is_force_closed"]) == ("closed", True)
        assert (shown["owner"], shown["queue"], shown["closed_at"]) == (None, None, story.start)
        assert story.at(5 * DAY) == Swept()


class TestAppeal:
    def test_two_reviewers_exempt_and_the_breach_stays(self, story: Story) -> None:
        story.closed_late()
        story.act(HANDLER, "appeal", reason="late_dispatch")
        story.act("dispatch-dongcheng", "grant_appeal")
        assert story.refused("dispatch-dongcheng", "grant_appeal") == "another_reviewer"
        assert story.look()["exempted_at"] is None
        story.act("supervisor", "grant_appeal")

        shown = story.look()
        assert shown["exempted_at"] == story.start + 2 * HOUR
        assert shown["breached_at"] == story.start + 2 * HOUR
        assert story.refused(HANDLER, "appeal", reason="late_dispatch") == "never_appealed"

    def test_one_reviewer_refuses_it(self, story: Story) -> None:
        story.closed_late()
        story.act(HANDLER, "appeal", reason="force_majeure")
        story.act("dispatch-city", "reject_appeal", reason="not_justified")
        assert story.look()["exempted_at"] is None
        assert story.refused("supervisor", "grant_appeal") == "appeal_asked"

    def test_only_for_lateness_and_only_by_who_had_it(self, story: Story) -> None:
        handled(story.ctx, HANDLER, story.id)
        story.act("manager-D2", "recheck_pass")
        assert story.refused(HANDLER, "appeal", reason="system_fault") == "was_late"
        assert story.refused("manager-D2", "appeal", reason="system_fault") == "not_yours"


class TestAfterClosing:
    def test_an_unsatisfied_reporter_opens_it_again_above(self, story: Story) -> None:
        handled(story.ctx, HANDLER, story.id)
        story.act("manager-D2", "recheck_pass")
        story.act("manager-D1", "unsatisfied", note="井盖又松了")

        shown = story.look()
        assert (shown["state"], shown["satisfaction"]) == ("filed", "unsatisfied")
        assert (shown["queue"]["division"]["code"], shown["queue"]["reason"]) == (
            CITY,
            "unsatisfied",
        )
        assert (shown["closed_at"], shown["due_at"], shown["lamp"]) == (None, None, "grey")
        assert "dispatch" in story.look("supervisor")["steps"]
        story.act("supervisor", "dispatch")
        shown = story.look()
        assert (shown["state"], shown["queue"]) == ("dispatched", None)
        assert shown["due_at"] is not None

    def test_asked_once(self, story: Story) -> None:
        handled(story.ctx, HANDLER, story.id)
        assert story.refused("manager-D1", "satisfied") == "wrong_state"
        story.act("manager-D2", "recheck_pass")
        assert story.refused(HANDLER, "satisfied") == "not_yours"
        assert "satisfied" in story.look("manager-D1")["steps"]
        story.act("manager-D1", "satisfied")
        assert story.refused("manager-D1", "unsatisfied") == "not_answered_yet"


@pytest.mark.parametrize("deed", ["UPDATE clock_change SET seq = 9", "DELETE FROM clock_change"])
def test_what_was_done_to_a_clock_is_never_edited(ctx: Context, story: Story, deed: str) -> None:
    """Not even by the owner of the table, past every scope."""
    story.asked_for_extension()
    story.act("dispatch-dongcheng", "approve_extension")
    with ctx.database.begin() as connection:
        connection.execute(text("SET ROLE NONE"))
        connection.execute(text("ALTER TABLE clock_change NO FORCE ROW LEVEL SECURITY"))
        with pytest.raises(DBAPIError, match="appended to, never changed"):
            connection.execute(text(deed))
        connection.rollback()
