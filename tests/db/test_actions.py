"""Steps on incidents: each once, on the version seen, by who may take it, with its consequences."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from gridsvc.core.action import IllegalStep
from gridsvc.core.actor import Actor
from gridsvc.core.incident_list import Order, Wanted
from gridsvc.core.life_cycle import State, Step
from gridsvc.core.permission import AccountKind
from gridsvc.core.step_reason import UnknownReason
from gridsvc.services.action_draft import (
    ActionConflict,
    ActionDraft,
    NobodyAvailable,
    StaleVersion,
    UnknownIncident,
)
from gridsvc.services.actions import take_step
from gridsvc.services.candidates import candidates_for
from gridsvc.services.context import Context
from gridsvc.services.incidents import history_of, incident_in_full, list_incidents, list_tasks
from gridsvc.services.report_draft import UnknownMatter
from tests.city import NANCHENG, TinyCity
from tests.deeds import (
    act,
    claim,
    draft,
    handled,
    look,
    officer,
    reported,
    send,
    set_clock,
    statements_of,
)

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(ctx: Context) -> None:
    set_clock(ctx, NOON)


@pytest.fixture
def manhole(ctx: Context) -> UUID:
    """An open manhole in D2: urgent, so that it is with the handlers of Dongcheng."""
    return reported(ctx, "D2", "MANHOLE-2")


def resident(tiny_city: TinyCity, manager: Actor) -> Actor:
    return replace(
        manager,
        account_id=tiny_city.account_ids["resident"],
        kind=AccountKind.RESIDENT,
        officer_id=None,
        posts=(),
    )


def public_report(ctx: Context, tiny_city: TinyCity, grid: str = "D2") -> UUID:
    sender = resident(tiny_city, officer(ctx, "manager-D1"))
    [taken] = send(ctx, sender, draft(ctx, grid, None, matter="RUBBISH"))
    return taken.receipt.incident_id


def rows(ctx: Context, statement: str, **values: Any) -> list[Any]:
    with ctx.database.begin() as connection:
        return list(connection.execute(text(statement), values).mappings())


def open_rows(ctx: Context, incident_id: UUID) -> tuple[int, int, list[str]]:
    """Open tasks, open queue entries and the stages of the clocks that run."""
    [counted] = rows(
        ctx,
        """SELECT
            (SELECT count(*) FROM task WHERE incident_id = :id AND finished_at IS NULL) AS tasks,
            (SELECT count(*) FROM queue_entry WHERE incident_id = :id AND left_at IS NULL) AS queue,
            ARRAY(SELECT stage FROM stage_clock WHERE incident_id = :id AND stopped_at IS NULL
                  ORDER BY stage) AS clocks""",
        id=incident_id,
    )
    return counted["tasks"], counted["queue"], counted["clocks"]


class TestTheWholeWay:
    def test_from_report_to_closing(self, ctx: Context, manhole: UUID) -> None:
        assert look(ctx, manhole)["state"] == "dispatched"
        assert open_rows(ctx, manhole) == (1, 0, ["acknowledge", "handle"])

        act(ctx, "handler-dongcheng", manhole, "acknowledge")
        assert look(ctx, manhole)["state"] == "handling"
        assert open_rows(ctx, manhole) == (1, 0, ["handle"])

        handled(ctx, "handler-dongcheng", manhole)
        shown = look(ctx, manhole)
        assert (shown["state"], shown["owner"]["code"]) == ("rechecking", "manager-D2")
        assert open_rows(ctx, manhole) == (1, 0, ["acknowledge", "recheck"])

        act(ctx, "manager-D2", manhole, "recheck_pass")
        shown = look(ctx, manhole)
        assert (shown["state"], shown["lamp"], shown["owner"]) == ("closed", "grey", None)
        assert shown["closed_at"] == NOON
        assert open_rows(ctx, manhole) == (0, 0, [])
        kinds = [e["kind"] for e in history_of(ctx, officer(ctx, "dispatch-city"), manhole)]
        assert kinds == [
            *("reported", "filed", "task_given", "acknowledged"),
            *("handled", "task_given", "closed"),
        ]

    def test_rework_goes_to_the_same_post_with_a_fresh_clock(
        self, ctx: Context, manhole: UUID
    ) -> None:
        handled(ctx, "handler-dongcheng", manhole)
        act(ctx, "manager-D2", manhole, "recheck_fail", reason="not_solved")

        shown = look(ctx, manhole)
        assert (shown["state"], shown["owner"]["code"]) == ("dispatched", "handler-dongcheng")
        assert shown["rework_count"] == 1
        assert open_rows(ctx, manhole) == (1, 0, ["acknowledge", "handle"])

    def test_who_handled_it_never_rechecks_it(self, ctx: Context) -> None:
        """The manager of D2 fixes what lies in D2; a neighbour goes to look."""
        incident_id = reported(ctx, "D2", "RUBBISH-1")
        handled(ctx, "manager-D2", incident_id)

        assert look(ctx, incident_id)["owner"]["code"] in ("manager-D1", "manager-D3")
        asked = {
            row["code"]: row["passed_over"]
            for row in candidates_for(ctx, officer(ctx, "dispatch-city"), incident_id)
        }
        assert asked["manager-D2"] == "excluded"
        with pytest.raises(IllegalStep) as refused:
            act(ctx, "manager-D2", incident_id, "recheck_pass")
        assert refused.value.code == "not_yours"

    def test_another_holder_of_the_solvers_post_may_recheck_but_the_solver_not(
        self, ctx: Context, tiny_city: TinyCity, manhole: UUID
    ) -> None:
        """Two share the post of the handlers; it is the person that counts."""
        handled(ctx, "handler-dongcheng", manhole)
        post_id = tiny_city.post_ids["handler-dongcheng"]
        act(ctx, "dispatch-city", manhole, "dispatch", post_id=post_id, reason="absent")

        with pytest.raises(IllegalStep) as refused:
            act(ctx, "handler-dongcheng", manhole, "recheck_pass")
        assert refused.value.code == "checker_is_not_solver"
        act(ctx, "handler-dongcheng-2", manhole, "recheck_pass")
        assert look(ctx, manhole)["state"] == "closed"

    def test_a_post_whose_every_holder_solved_it_cannot_be_chosen_to_recheck(
        self, ctx: Context, tiny_city: TinyCity
    ) -> None:
        incident_id = reported(ctx, "D2", "RUBBISH-1")
        handled(ctx, "manager-D2", incident_id)
        before = look(ctx, incident_id)

        with pytest.raises(NobodyAvailable):
            act(
                ctx,
                "dispatch-dongcheng",
                incident_id,
                "dispatch",
                post_id=tiny_city.post_ids["manager-D2"],
                reason="closer_person",
            )

        assert look(ctx, incident_id) == before

    def test_what_was_returned_moves_only_by_a_new_dispatch_or_is_voided(
        self, ctx: Context, tiny_city: TinyCity, manhole: UUID
    ) -> None:
        act(ctx, "handler-dongcheng", manhole, "return", reason="other_department")
        shown = look(ctx, manhole, "dispatch-dongcheng")
        assert (shown["state"], shown["owner"], shown["return_count"]) == ("returned", None, 1)
        assert shown["queue"]["reason"] == "returned"
        assert set(shown["steps"]) == {"choose_level", "dispatch", "void"}
        # the limit of handling runs on, so that nothing is won by giving back
        assert open_rows(ctx, manhole) == (0, 1, ["handle"])
        due_at = shown["due_at"]

        for step in Step:
            if step in (Step.DISPATCH, Step.VOID, Step.FILE):
                continue
            for code in ("handler-dongcheng", "dispatch-dongcheng", "manager-D1"):
                with pytest.raises(IllegalStep):
                    act(ctx, code, manhole, step.value, photos=(claim("after"),))

        with pytest.raises(NobodyAvailable):  # its own post is not asked again by itself
            act(ctx, "dispatch-dongcheng", manhole, "dispatch")
        post_id = tiny_city.post_ids["handler-dongcheng"]
        act(ctx, "dispatch-dongcheng", manhole, "dispatch", post_id=post_id)
        shown = look(ctx, manhole)
        assert (shown["state"], shown["queue"], shown["due_at"]) == ("dispatched", None, due_at)
        assert open_rows(ctx, manhole) == (1, 0, ["acknowledge", "handle"])

    def test_void_ends_task_queue_and_clocks(self, ctx: Context, manhole: UUID) -> None:
        act(ctx, "dispatch-dongcheng", manhole, "void", reason="duplicate")

        assert look(ctx, manhole)["state"] == "voided"
        assert open_rows(ctx, manhole) == (0, 0, [])

    def test_a_public_report_is_verified_and_accepted(
        self, ctx: Context, tiny_city: TinyCity
    ) -> None:
        incident_id = public_report(ctx, tiny_city)
        shown = look(ctx, incident_id)
        assert (shown["state"], shown["tasks"][0]["kind"]) == ("verifying", "verify")

        act(ctx, "manager-D2", incident_id, "verify_confirm")
        shown = look(ctx, incident_id)
        assert (shown["state"], shown["queue"]["reason"]) == ("reported", "awaits_acceptance")

        with pytest.raises(UnknownMatter, match="RUBBISH-1, RUBBISH-2"):
            act(ctx, "dispatch-dongcheng", incident_id, "accept", condition="MANHOLE-1")
        act(ctx, "dispatch-dongcheng", incident_id, "accept", condition="RUBBISH-2")
        shown = look(ctx, incident_id)
        assert (shown["state"], shown["owner"]["code"]) == ("dispatched", "handler-dongcheng")
        assert open_rows(ctx, incident_id) == (1, 0, ["acknowledge", "handle"])

    def test_a_denied_report_stands_before_the_dispatcher_as_such(
        self, ctx: Context, tiny_city: TinyCity
    ) -> None:
        incident_id = public_report(ctx, tiny_city)

        act(ctx, "manager-D2", incident_id, "verify_deny", reason="nothing_there")

        shown = look(ctx, incident_id)
        assert (shown["state"], shown["queue"]["reason"]) == ("reported", "verification_denied")
        with pytest.raises(IllegalStep) as refused:
            act(ctx, "dispatch-dongcheng", incident_id, "accept", condition="RUBBISH-2")
        assert refused.value.code == "verified_where_asked"
        reason = "found_after_all"
        act(ctx, "dispatch-dongcheng", incident_id, "accept", condition="RUBBISH-2", reason=reason)
        assert look(ctx, incident_id)["state"] == "dispatched"

    def test_a_self_fix_closes_with_its_pair_or_is_rechecked_by_somebody_else(
        self, ctx: Context
    ) -> None:
        pair = (claim("before"), claim("after"))
        states = set()
        for _ in range(60):  # a share of 5 % by the id's hash: one of 60 with 95 %
            incident_id = reported(ctx, "D1", "RUBBISH-1", photos=pair, self_fix=True)
            shown = look(ctx, incident_id)
            states.add(shown["state"])
            if shown["state"] == "rechecking":
                assert shown["owner"]["code"] != "manager-D1"
                with pytest.raises(IllegalStep):
                    act(ctx, "manager-D1", incident_id, "recheck_pass")
            else:
                assert open_rows(ctx, incident_id) == (0, 0, [])
        assert "closed" in states
        assert states <= {"closed", "rechecking"}

    def test_a_self_fix_without_its_pair_is_work_like_any_other(self, ctx: Context) -> None:
        incident_id = reported(ctx, "D1", "RUBBISH-1", photos=(claim("after"),), self_fix=True)

        assert look(ctx, incident_id)["state"] == "dispatched"


class TestOnce:
    def test_the_same_action_again_changes_nothing(self, ctx: Context, manhole: UUID) -> None:
        done = handled(ctx, "handler-dongcheng", manhole)
        after = look(ctx, manhole)

        take_step(ctx, officer(ctx, "handler-dongcheng"), manhole, done)

        assert look(ctx, manhole) == after

    @pytest.mark.parametrize(
        "changed",
        [{"note": "other"}, {"version": 2}, {"step": Step.RETURN, "reason": "already_solved"}],
    )
    def test_the_same_id_with_other_content_is_a_conflict(
        self, ctx: Context, manhole: UUID, changed: dict[str, Any]
    ) -> None:
        done = act(ctx, "handler-dongcheng", manhole, "acknowledge")

        with pytest.raises(ActionConflict):
            take_step(ctx, officer(ctx, "handler-dongcheng"), manhole, replace(done, **changed))

    def test_the_same_id_on_another_incident_is_a_conflict(
        self, ctx: Context, manhole: UUID
    ) -> None:
        """What a client believes done and was not would be lost."""
        done = act(ctx, "handler-dongcheng", manhole, "acknowledge")
        other = reported(ctx, "D2", "MANHOLE-2")

        with pytest.raises(ActionConflict):
            take_step(ctx, officer(ctx, "handler-dongcheng"), other, done)
        assert look(ctx, other)["state"] == "dispatched"

    def test_on_two_incidents_at_once_too(self, ctx: Context) -> None:
        handler = officer(ctx, "handler-dongcheng")
        for _ in range(3):
            both = [reported(ctx, "D2", "MANHOLE-2") for _ in range(2)]
            same = ActionDraft(action_id=uuid4(), step=Step.ACKNOWLEDGE, version=1)

            with ThreadPoolExecutor(2) as threads:
                answers = list(threads.map(lambda i: outcome(ctx, handler, i, same), both))  # noqa: B023

            assert sorted(answers) == ["ActionConflict", "done"]

    def test_six_times_at_once_is_once(self, ctx: Context, manhole: UUID) -> None:
        same = ActionDraft(action_id=uuid4(), step=Step.ACKNOWLEDGE, version=1)
        handler = officer(ctx, "handler-dongcheng")

        with ThreadPoolExecutor(6) as threads:
            answers = list(threads.map(lambda _: outcome(ctx, handler, manhole, same), range(6)))

        assert answers == ["done"] * 6
        assert look(ctx, manhole)["version"] == 2

    def test_of_two_dispatchers_at_once_one_is_told_to_look_again(
        self, ctx: Context, tiny_city: TinyCity
    ) -> None:
        posts = [tiny_city.post_ids[code] for code in ("manager-D2", "manager-D3")]
        for _ in range(3):
            incident_id = reported(ctx, "D2", "RUBBISH-1")
            drafts = [
                ActionDraft(
                    action_id=uuid4(),
                    step=Step.DISPATCH,
                    version=1,
                    post_id=post_id,
                    reason="closer_person",
                )
                for post_id in posts
            ]
            who = [officer(ctx, code) for code in ("dispatch-dongcheng", "dispatch-city")]
            with ThreadPoolExecutor(2) as threads:
                answers = list(
                    threads.map(lambda a, d: outcome(ctx, a, incident_id, d), who, drafts)  # noqa: B023
                )

            assert sorted(answers) == ["StaleVersion", "done"]
            assert open_rows(ctx, incident_id)[:2] == (1, 0)


def outcome(ctx: Context, actor: Actor, incident_id: UUID, action: ActionDraft) -> str:
    try:
        take_step(ctx, actor, incident_id, action)
    except (StaleVersion, ActionConflict, IllegalStep) as refusal:
        return type(refusal).__name__
    return "done"


class TestRefusals:
    def test_a_stale_version_is_told_what_is_current(self, ctx: Context, manhole: UUID) -> None:
        act(ctx, "handler-dongcheng", manhole, "acknowledge")

        with pytest.raises(StaleVersion) as stale:
            act(ctx, "handler-dongcheng", manhole, "acknowledge", version=1)

        shown = look(ctx, manhole)
        assert stale.value.current == {
            "incident_id": str(manhole),
            "number": shown["number"],
            "state": "handling",
            "version": 2,
        }

    @pytest.mark.parametrize(
        ("code", "step", "given", "refusal"),
        [
            # a duty alone gives no right: these see it and it is not theirs
            ("manager-D2", "acknowledge", {}, "not_yours"),
            ("dispatch-city", "handle", {"photos": (claim("after"),)}, "not_yours"),
            ("handler-dongcheng", "void", {"reason": "duplicate"}, "not_yours"),
            ("handler-dongcheng", "dispatch", {"reason": "absent"}, "not_yours"),
            ("handler-dongcheng", "handle", {}, "after_photo"),
            ("handler-dongcheng", "return", {}, "reason_given"),
            ("dispatch-dongcheng", "void", {}, "reason_given"),
            ("dispatch-dongcheng", "accept", {}, "wrong_state"),
            ("handler-dongcheng", "recheck_pass", {}, "wrong_state"),
        ],
    )
    def test_a_step_that_is_not_possible_changes_nothing(
        self,
        ctx: Context,
        manhole: UUID,
        code: str,
        step: str,
        given: dict[str, Any],
        refusal: str,
    ) -> None:
        before = look(ctx, manhole)

        with pytest.raises(IllegalStep) as refused:
            act(ctx, code, manhole, step, **given)

        assert refused.value.code == refusal
        assert look(ctx, manhole) == before
        assert rows(ctx, "SELECT 1 FROM action WHERE incident_id = :id", id=manhole) == []

    def test_a_reason_is_one_of_the_steps(self, ctx: Context, manhole: UUID) -> None:
        with pytest.raises(UnknownReason, match="other_department"):
            act(ctx, "handler-dongcheng", manhole, "return", reason="no time")
        with pytest.raises(UnknownReason, match="note"):
            act(ctx, "handler-dongcheng", manhole, "return", reason="other")
        act(ctx, "handler-dongcheng", manhole, "return", reason="other", note="井在铁路用地内")

    def test_out_of_scope_is_as_if_it_were_not_there(self, ctx: Context, manhole: UUID) -> None:
        elsewhere = replace(officer(ctx, "dispatch-nancheng"), scope=(NANCHENG,))
        with pytest.raises(UnknownIncident):
            incident_in_full(ctx, elsewhere, manhole)
        void = ActionDraft(action_id=uuid4(), step=Step.VOID, version=1, reason="duplicate")
        with pytest.raises(UnknownIncident):
            take_step(ctx, elsewhere, manhole, void)
        assert look(ctx, manhole)["version"] == 1

    def test_nobody_to_give_it_to_changes_nothing(self, ctx: Context, manhole: UUID) -> None:
        """The only post of its department in town has it already."""
        before = look(ctx, manhole)
        with pytest.raises(NobodyAvailable):
            act(ctx, "dispatch-dongcheng", manhole, "dispatch", reason="too_busy")
        assert look(ctx, manhole) == before

    def test_a_vacant_post_cannot_be_chosen(self, ctx: Context, tiny_city: TinyCity) -> None:
        incident_id = reported(ctx, "N2", "ROAD-1")
        with pytest.raises(NobodyAvailable) as refused:
            act(
                ctx,
                "dispatch-city",
                incident_id,
                "dispatch",
                post_id=tiny_city.post_ids["handler-vacant"],
                reason="absent",
            )
        assert "chosen_post_unusable" in refused.value.shortfalls


class TestSteps:
    """What is offered is possible, and what is possible is offered."""

    @pytest.mark.parametrize(
        ("code", "steps"),
        [
            ("handler-dongcheng", {"acknowledge", "handle", "return"}),
            ("dispatch-dongcheng", {"choose_level", "dispatch", "void"}),
            ("manager-D2", set()),
            ("supervisor", {"supervise", "force_close"}),
            (
                "dispatch-city",
                {"choose_level", "dispatch", "void", "supervise", "force_close"},
            ),
        ],
    )
    def test_offered_to(self, ctx: Context, manhole: UUID, code: str, steps: set[str]) -> None:
        assert set(look(ctx, manhole, code)["steps"]) == steps


class TestStatements:
    """Lists cost the same however long they are."""

    @pytest.fixture(autouse=True)
    def _many(self, ctx: Context) -> None:
        if rows(ctx, "SELECT count(*) AS n FROM incident")[0]["n"] >= 200:
            return
        conditions = ("MANHOLE-2", "RUBBISH-1", "RUBBISH-2", "FIRELANE-1")
        send(
            ctx,
            officer(ctx, "manager-D1"),
            *(draft(ctx, "D2", conditions[i % 4]) for i in range(120)),
        )

    def test_a_hundred_incidents(self, ctx: Context) -> None:
        dispatcher = officer(ctx, "dispatch-city")
        costs = {}
        # the first time of all may find what is remembered out of date, and look again
        for limit in (1, 1, 100):
            with statements_of(ctx.database.app) as seen:
                shown = list_incidents(ctx, dispatcher, Wanted(), Order.RECEIVED, limit)
            assert len(shown) == limit
            costs[limit] = len(seen)
        assert costs[100] == costs[1] <= 8

    def test_tasks(self, ctx: Context) -> None:
        with statements_of(ctx.database.app) as seen:
            shown = list_tasks(ctx, officer(ctx, "handler-dongcheng"))
        assert len(shown) >= 60
        # who asks, scope, generation, tasks, incidents
        assert len(seen) <= 10

    def test_a_step(self, ctx: Context, manhole: UUID) -> None:
        handler = officer(ctx, "handler-dongcheng")
        action = ActionDraft(
            action_id=uuid4(), step=Step.HANDLE, version=1, photos=(claim("after"),)
        )
        with statements_of(ctx.database.app) as seen:
            take_step(ctx, handler, manhole, action)
        assert len(seen) <= 30


def test_every_state_is_reached_somewhere_in_this_module(ctx: Context) -> None:
    """Otherwise the tests above have become too tame; run last, as the file is read."""
    found = {row["state"] for row in rows(ctx, "SELECT DISTINCT state FROM incident")}
    passing = {State.FILED, State.HANDLING, State.REPORTED, State.VERIFYING}
    assert found >= {s.value for s in State} - passing
