"""The database's own guards, against a service that has gone wrong."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from gridsvc.core.life_cycle import TERMINAL_STATES, State
from gridsvc.core.transition import STEPS
from gridsvc.services.casework import Case
from gridsvc.services.context import Context
from gridsvc.store.tables.incidents import OPEN
from tests.deeds import act, claim, draft, look, officer, reported, send, set_clock

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(ctx: Context) -> None:
    set_clock(ctx, NOON)


def rows(ctx: Context, statement: str, **values: Any) -> list[Any]:
    with ctx.database.begin() as connection:
        return [tuple(row) for row in connection.execute(text(statement), values)]


class TestLifeCycle:
    """What core/life_cycle allows is what the database allows, no more and no less."""

    #: states that a step may leave as they are write no change of state
    EDGES = frozenset((t.origin, t.target) for t in STEPS if t.origin is not t.target)

    def test_the_table_of_transitions_is_that_of_the_steps(self, ctx: Context) -> None:
        stored = set(rows(ctx, "SELECT from_state, to_state FROM transition"))

        assert {(a, b) for a, b in stored if a != b} == {(a.value, b.value) for a, b in self.EDGES}

    def test_the_trigger_lets_exactly_these_through(self, ctx: Context) -> None:
        incident_id = reported(ctx, "D2", "RUBBISH-1")
        allowed = set()
        for origin in State:
            for target in State:
                if origin is not target and self.is_let_through(ctx, incident_id, origin, target):
                    allowed.add((origin, target))

        assert allowed == self.EDGES
        assert look(ctx, incident_id)["state"] == "dispatched"

    def is_let_through(self, ctx: Context, incident_id: UUID, origin: State, target: State) -> bool:
        put = text("UPDATE incident SET state = :state WHERE incident_id = :id")
        with ctx.database.app.connect() as connection:
            connection.execute(text("SET ROLE NONE"))
            connection.execute(text("SELECT set_config('gridsvc.scope', '*', true)"))
            connection.execute(text("ALTER TABLE incident DISABLE TRIGGER incident_transition"))
            connection.execute(put, {"state": origin.value, "id": incident_id})
            # what waits for the commit is judged now, so that the table may be altered again
            connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))
            connection.execute(text("ALTER TABLE incident ENABLE TRIGGER incident_transition"))
            connection.execute(text("SET ROLE gridsvc_app"))
            try:
                assert connection.execute(put, {"state": target, "id": incident_id}).rowcount == 1
            except IntegrityError:
                return False
            finally:
                connection.rollback()
            return True

    def test_everybody_means_the_same_by_open(self) -> None:
        ended = ", ".join(f"'{state}'" for state in sorted(TERMINAL_STATES))

        assert str(OPEN) == f"state NOT IN ({ended})"


class TestHistory:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE event SET body = '{}'",
            "DELETE FROM event",
            "TRUNCATE event",
            "UPDATE decision SET answer = '{}'",
            "DELETE FROM decision",
            "TRUNCATE decision CASCADE",
            "DELETE FROM incident",
            "DELETE FROM report",
            "DELETE FROM task",
            "DELETE FROM action",
            "DELETE FROM evidence",
            "UPDATE transition SET to_state = from_state",
            "ALTER TABLE event DISABLE TRIGGER ALL",
            "SET session_replication_role = replica",
        ],
    )
    def test_the_service_cannot_rewrite_what_happened(self, ctx: Context, statement: str) -> None:
        reported(ctx, "D2", "RUBBISH-1")
        with ctx.database.begin() as connection, pytest.raises(ProgrammingError) as refused:
            connection.execute(text(statement))
        assert "denied" in str(refused.value) or "must be owner" in str(refused.value)

    def test_the_same_fact_cannot_be_appended_twice(self, ctx: Context) -> None:
        """Two writers that both believe they write the next event: one of them is refused."""
        incident_id = reported(ctx, "D2", "RUBBISH-1")
        again = text(
            """INSERT INTO event (subject, subject_id, seq, kind, at, body, scope_keys)
            SELECT subject, subject_id, seq, kind, at, body, scope_keys FROM event
            WHERE subject_id = :id LIMIT 1"""
        )
        with ctx.database.begin() as connection, pytest.raises(IntegrityError, match="event_sub"):
            connection.execute(again, {"id": str(incident_id)})


class TestOrphans:
    """A service that forgets to give the work to somebody cannot commit."""

    def test_at_intake(self, ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Case, "settle", lambda *_, **__: None)
        one = draft(ctx, "D2", "RUBBISH-1")
        with pytest.raises(DBAPIError, match="would belong to nobody"):
            send(ctx, officer(ctx, "manager-D1"), one)

        assert rows(ctx, "SELECT 1 FROM report WHERE report_id = :id", id=one.report_id) == []
        monkeypatch.undo()
        assert send(ctx, officer(ctx, "manager-D1"), one)[0].is_new

    @pytest.mark.parametrize(
        ("forgotten", "step", "given"),
        [
            ("enqueue_at_command", "return", {"reason": "other_department"}),
            ("settle", "handle", {}),
        ],
    )
    def test_at_a_step(
        self,
        ctx: Context,
        monkeypatch: pytest.MonkeyPatch,
        forgotten: str,
        step: str,
        given: dict[str, Any],
    ) -> None:
        incident_id = reported(ctx, "D2", "MANHOLE-2")
        before = look(ctx, incident_id)
        monkeypatch.setattr(Case, forgotten, lambda *_, **__: None)

        with pytest.raises(DBAPIError, match="would belong to nobody"):
            act(ctx, "handler-dongcheng", incident_id, step, photos=(claim("after"),), **given)

        monkeypatch.undo()
        assert look(ctx, incident_id) == before

    def test_what_has_ended_needs_nobody(self, ctx: Context) -> None:
        incident_id = reported(ctx, "D2", "MANHOLE-2")
        act(ctx, "dispatch-city", incident_id, "void", reason="duplicate")

        assert look(ctx, incident_id)["owner"] is None
