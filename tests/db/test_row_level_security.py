"""Who may touch which row, asked in raw SQL: nothing here goes through the service."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors, sql

from tests.city import CITY, DONGCHENG, DONGCHENG_1, NANCHENG, TinyCity

#: The tables whose rows belong to an incident, found by their foreign keys, however deep.
INCIDENT_FAMILY: LiteralString = """
WITH RECURSIVE family(oid) AS (
    SELECT 'incident'::regclass::oid
    UNION
    SELECT c.conrelid FROM pg_constraint c JOIN family f ON c.confrelid = f.oid
    WHERE c.contype = 'f'
)
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity
FROM family f JOIN pg_class c ON c.oid = f.oid
UNION SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
WHERE oid = 'event'::regclass
"""
FAMILY = (
    *("incident", "report", "evidence", "decision", "action", "task", "queue_entry"),
    *("stage_clock", "clock_change", "report_text", "action_text", "event", "joining", "offer"),
    *("photo_hint", "report_contact"),
)
#: An owner, the incident's own column or table's, by which a row is told from another's.
INSERTS: tuple[LiteralString, ...] = (
    """INSERT INTO incident (incident_id, number, state, version, event_seq, source, matter_code,
        tier, level, place, match, owner_grid_id, grid_generation, owner_generation, city_code,
        observed_at, received_at, solvers, scope_keys)
    VALUES (%(incident)s, %(incident)s::text, 'dispatched', 1, 1, 'inspector', 'RUBBISH', 'patrol',
        'community', ST_SetSRID(ST_Point(113.705, 23.005), 4490), 'inside', %(grid)s, 1, 1,
        %(city)s, now(), now(), '{}', %(keys)s)""",
    """INSERT INTO report (report_id, incident_id, account_id, source, observed_at, received_at,
        raw_lon, raw_lat, datum, place_source, place, matter_code, flags, content_digest)
    VALUES (%(incident)s, %(incident)s, %(account)s, 'inspector', now(), now(), 113.7, 23, 'wgs84',
        'gps', ST_SetSRID(ST_Point(113.705, 23.005), 4490), 'RUBBISH', '{}', '')""",
    "INSERT INTO report_text (report_id, note) VALUES (%(incident)s, 'at the back door')",
    """INSERT INTO evidence (named_in, sha256, slot, incident_id, account_id, size, named_at)
    VALUES (%(incident)s, sha256(%(incident)s::text::bytea), 'scene', %(incident)s, %(account)s, 1,
        now())""",
    """INSERT INTO decision (decision_id, incident_id, seq, purpose, made_at, rules_version,
        generation, answer, world_digest)
    VALUES (%(incident)s, %(incident)s, 1, 'first', now(), 1, 1, '{}', '')""",
    """INSERT INTO task (task_id, incident_id, kind, post_id, state, created_at, decision_id,
        minutes)
    VALUES (%(incident)s, %(incident)s, 'handle', %(post)s, 'open', now(), %(incident)s, 30)""",
    """INSERT INTO queue_entry (incident_id, division_code, reason, since)
    VALUES (%(incident)s, %(city)s, 'vacant', now())""",
    """INSERT INTO stage_clock (incident_id, task_id, stage, starts_at, due_at)
    VALUES (%(incident)s, %(incident)s, 'acknowledge', now(), now())""",
    """INSERT INTO event (subject, subject_id, seq, kind, at, body, scope_keys)
    VALUES ('incident', %(incident)s::text, 1, 'reported', now(), '{}', %(keys)s)""",
    "INSERT INTO report_contact (report_id, contact) VALUES (%(incident)s, '138-0000-4419')",
)
#: Intake takes reports in; actions come later, through the app.
ACTION_INSERTS: tuple[LiteralString, ...] = (
    """INSERT INTO action (action_id, incident_id, account_id, step, at, content_digest)
    VALUES (%(incident)s, %(incident)s, %(account)s, 'handle', now(), '')""",
    "INSERT INTO action_text (action_id, note) VALUES (%(incident)s, 'swept')",
    """INSERT INTO clock_change (clock_id, incident_id, seq, deed, at, written_at)
    SELECT clock_id, incident_id, 1, 'resumed', now(), now() FROM stage_clock
    WHERE incident_id = %(incident)s""",
    """INSERT INTO photo (sha256, media_type, size, width, height, received_at)
    VALUES (sha256(%(incident)s::text::bytea), 'image/jpeg', 1, 1, 1, now())""",
    """INSERT INTO photo_hint (named_in, sha256, incident_id, place, time)
    VALUES (%(incident)s, sha256(%(incident)s::text::bytea), %(incident)s, 'unknown', 'agrees')""",
    """INSERT INTO offer (offer_id, incident_id, kind, state, grid_id, matter_code, lon, lat,
        made_by, made_at, scope_keys)
    VALUES (%(incident)s, %(incident)s, 'look', 'open', %(grid)s, 'RUBBISH', 113.7, 23, %(account)s,
        now(), %(keys)s)""",
)
JOINING_INSERT = "INSERT INTO joining (incident_id, into_id, joined_at) VALUES (%s, %s, now())"

Row = tuple[Any, ...]
As = Callable[..., Any]


@pytest.fixture
def acting(database_url: str) -> As:
    """Returns `acting(role, *scope)`: a transaction of a role, of the owner when it is None."""

    @contextmanager
    def act(role: str | None, *scope: str) -> Iterator[psycopg.Connection[Row]]:
        with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
            if role is not None:
                connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
            if scope:
                connection.execute(
                    "SELECT set_config('gridsvc.scope', %s, true)", (",".join(scope),)
                )
            yield connection

    return act


def values_for(city: TinyCity, incident: UUID, keys: list[str]) -> dict[str, object]:
    return {
        "incident": incident,
        "grid": city.grid_ids["D1"],
        "post": city.post_ids["manager-D1"],
        "account": city.account_ids["grid_manager"],
        "city": CITY,
        "keys": keys,
    }


@pytest.fixture(scope="module")
def incidents(database_url: str, tiny_city: TinyCity) -> dict[str, UUID]:
    """An incident of Dongcheng and one of Nancheng, each with a row in every table."""
    made = {}
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("SET ROLE gridsvc_app")
        connection.execute("SELECT set_config('gridsvc.scope', '*', true)")
        for name, keys in {
            "dongcheng": ["*", "g1", DONGCHENG_1, DONGCHENG, CITY, f"{DONGCHENG}/URBAN"],
            "nancheng": ["*", "g7", NANCHENG, CITY],
        }.items():
            made[name] = uuid4()
            for insert in INSERTS + ACTION_INSERTS:
                connection.execute(insert, values_for(tiny_city, made[name], keys))
        for one, other in (("dongcheng", "nancheng"), ("nancheng", "dongcheng")):
            connection.execute(JOINING_INSERT, (made[one], made[other]))
    return made


def count(connection: psycopg.Connection[Row], table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    found = connection.execute(query).fetchone()
    assert found is not None
    return int(found[0])


def seen_by(connection: psycopg.Connection[Row]) -> set[UUID]:
    return {row[0] for row in connection.execute("SELECT incident_id FROM incident")}


@pytest.mark.usefixtures("incidents")
class TestReading:
    @pytest.mark.parametrize("role", ["gridsvc_app", None])
    @pytest.mark.parametrize("table", FAMILY)
    def test_without_a_scope_nothing_is_seen_not_even_by_the_owner(
        self, acting: As, role: str | None, table: str
    ) -> None:
        with acting(role) as connection:
            assert count(connection, table) == 0
        with acting(role, "") as connection:
            assert count(connection, table) == 0
        with acting(role, "*") as connection:
            assert count(connection, table) >= 2

    @pytest.mark.parametrize("table", FAMILY)
    def test_with_a_scope_only_its_rows_are_seen(self, acting: As, table: str) -> None:
        with acting("gridsvc_app", NANCHENG, "g999") as connection:
            assert count(connection, table) == 1

    @pytest.mark.parametrize(
        ("scope", "expected"),
        [
            (["g1"], {"dongcheng"}),
            ([f"{DONGCHENG}/URBAN"], {"dongcheng"}),
            ([f"{NANCHENG}/URBAN"], set()),
            ([DONGCHENG, NANCHENG], {"dongcheng", "nancheng"}),
            ([CITY], {"dongcheng", "nancheng"}),
            ([DONGCHENG[:6]], set()),
            (["%"], set()),
        ],
    )
    def test_keys_are_compared_whole(
        self, acting: As, incidents: dict[str, UUID], scope: list[str], expected: set[str]
    ) -> None:
        with acting("gridsvc_app", *scope) as connection:
            assert seen_by(connection) == {incidents[name] for name in expected}

    def test_a_scope_ends_with_its_transaction(self, acting: As) -> None:
        with acting("gridsvc_app", "*") as connection:
            assert seen_by(connection)
            connection.commit()
            assert not seen_by(connection)

    def test_what_is_not_seen_is_not_changed(self, acting: As) -> None:
        with acting("gridsvc_app", NANCHENG) as connection:
            changed = connection.execute("UPDATE incident SET level = 'city'")
            erased = connection.execute("DELETE FROM report_text")
            assert (changed.rowcount, erased.rowcount) == (1, 1)
            connection.rollback()


class TestIntake:
    @pytest.mark.parametrize("table", FAMILY)
    @pytest.mark.parametrize("verb", ["SELECT count(*) FROM {}", "DELETE FROM {}", "TRUNCATE {}"])
    def test_reads_and_removes_nothing(self, acting: As, table: str, verb: LiteralString) -> None:
        with (
            acting("gridsvc_intake", "*") as connection,
            pytest.raises(errors.InsufficientPrivilege),
        ):
            connection.execute(sql.SQL(verb).format(sql.Identifier(table)))

    def test_changes_nothing(self, acting: As) -> None:
        with acting("gridsvc_intake", "*") as connection:
            may = connection.execute(
                """SELECT relname FROM pg_class
                WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
                AND (has_any_column_privilege('gridsvc_intake', oid, 'UPDATE')
                     OR has_table_privilege('gridsvc_intake', oid, 'DELETE, TRUNCATE, TRIGGER'))"""
            ).fetchall()
        assert may == []

    @pytest.mark.parametrize(
        "table", ["account", "session", "api_key", "sign_in", "logged_read", "officer_person"]
    )
    def test_knows_no_accounts_and_no_names(self, acting: As, table: str) -> None:
        with (
            acting("gridsvc_intake", "*") as connection,
            pytest.raises(errors.InsufficientPrivilege),
        ):
            count(connection, table)

    def test_takes_a_whole_report_in(self, acting: As, tiny_city: TinyCity) -> None:
        incident = uuid4()
        with acting("gridsvc_intake") as connection:
            for insert in INSERTS:
                connection.execute(insert, values_for(tiny_city, incident, [f"a{incident}"]))
        with acting("gridsvc_app", f"a{incident}") as connection:
            assert seen_by(connection) == {incident}


@pytest.mark.usefixtures("incidents")
class TestHistory:
    @pytest.mark.parametrize("table", ["event", "decision"])
    @pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
    def test_the_app_may_only_append(self, acting: As, table: str, verb: LiteralString) -> None:
        with (
            acting("gridsvc_app", "*") as connection,
            pytest.raises(errors.InsufficientPrivilege),
        ):
            connection.execute(changing(verb, table))

    @pytest.mark.parametrize("table", ["event", "decision"])
    @pytest.mark.parametrize(
        "verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
    )
    def test_even_the_owner_is_refused(self, acting: As, table: str, verb: LiteralString) -> None:
        with acting(None, "*") as connection, pytest.raises(errors.RestrictViolation):
            connection.execute(changing(verb, table))


def changing(verb: LiteralString, table: str) -> sql.Composed:
    column = sql.Identifier("seq")
    return sql.SQL(verb).format(sql.Identifier(table), column, column)


class TestOwnership:
    """No incident without an owner: judged at commit, whoever writes."""

    @pytest.mark.parametrize("role", ["gridsvc_app", "gridsvc_intake", None])
    def test_an_incident_that_nobody_owns_is_refused(
        self, acting: As, tiny_city: TinyCity, role: str | None
    ) -> None:
        values = values_for(tiny_city, uuid4(), ["*"])
        with acting(role, "*") as connection:
            connection.execute(INSERTS[0], values)
            with pytest.raises(errors.CheckViolation, match="would belong to nobody"):
                connection.commit()

    @pytest.mark.parametrize("owner", ["task", "queue_entry"])
    def test_a_task_or_a_queue_is_enough_until_it_ends(
        self, acting: As, tiny_city: TinyCity, owner: str
    ) -> None:
        incident = uuid4()
        values = values_for(tiny_city, incident, ["*"])
        kept = [
            i for i in INSERTS if any(f"INTO {t} (" in i for t in ("incident", "decision", owner))
        ]
        with acting("gridsvc_app", "*") as connection:
            for insert in kept:
                connection.execute(insert, values)

        ended: dict[str, LiteralString] = {
            "task": "UPDATE task SET finished_at = now() WHERE incident_id = %s",
            "queue_entry": "UPDATE queue_entry SET left_at = now() WHERE incident_id = %s",
        }
        with acting("gridsvc_app", "*") as connection:
            connection.execute(ended[owner], (incident,))
            with pytest.raises(errors.CheckViolation, match="would belong to nobody"):
                connection.commit()
        with acting("gridsvc_app", "*") as connection:
            connection.execute(ended[owner], (incident,))
            connection.execute(
                "UPDATE incident SET state = 'handling' WHERE incident_id = %s", (incident,)
            )
            connection.execute(INSERTS[6], values)  # into a queue, in the same transaction

    def test_a_change_that_the_life_cycle_does_not_know_is_refused(
        self, acting: As, incidents: dict[str, UUID]
    ) -> None:
        with (
            acting("gridsvc_app", "*") as connection,
            pytest.raises(errors.CheckViolation, match="cannot go from dispatched to reported"),
        ):
            connection.execute(
                "UPDATE incident SET state = 'reported' WHERE incident_id = %s",
                (incidents["dongcheng"],),
            )


class TestRoles:
    def test_every_table_of_an_incident_is_secured_and_forced(self, acting: As) -> None:
        with acting(None) as connection:
            found = connection.execute(INCIDENT_FAMILY).fetchall()

        assert {name for name, *_ in found} == set(FAMILY)
        assert all(secured and forced for _, secured, forced in found), found

    def test_the_roles_bypass_nothing_and_nobody_signs_in_as_them(self, acting: As) -> None:
        with acting(None) as connection:
            roles = connection.execute(
                """SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin
                FROM pg_roles WHERE rolname LIKE 'gridsvc_%' AND rolname <> 'gridsvc_owner'"""
            ).fetchall()
            owner = connection.execute(
                "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
            ).fetchone()

        assert {role[0] for role in roles} == {"gridsvc_app", "gridsvc_intake", "gridsvc_guard"}
        assert not any(flag for role in roles for flag in role[1:]), roles
        assert owner == (False, False)

    @pytest.mark.parametrize("role", ["gridsvc_app", "gridsvc_intake"])
    def test_the_roles_own_nothing_and_belong_to_nobody(self, acting: As, role: str) -> None:
        with acting(None) as connection:
            owned = connection.execute(
                """SELECT classid::regclass, objid FROM pg_shdepend
                WHERE refobjid = %s::regrole AND deptype = 'o'""",
                (role,),
            ).fetchall()
            member_of = connection.execute(
                "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole",
                (role,),
            ).fetchall()

        assert owned == []
        assert member_of == []

    def test_what_runs_as_the_guard_is_known(self, acting: As) -> None:
        """The functions that see past the policies; a new one must be argued for here."""
        with acting(None) as connection:
            found = connection.execute(
                """SELECT p.proname, pg_get_userbyid(p.proowner), p.proconfig FROM pg_proc p
                WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
                ORDER BY p.proname"""
            ).fetchall()

        assert [name for name, *_ in found] == [
            # ids alone, joined to incidents that keep to the scope
            "incidents_in_queue",
            # keeps to the scope of whoever asks, and writes the read down
            "open_contacts",
            "open_minutes_of",
            "receipts_of",
            "refuse_unowned",
        ]
        for name, owner, config in found:
            assert owner == "gridsvc_guard", name
            assert config == ["search_path=public"], json.dumps(config)

    def test_nobody_may_create_in_the_schema_and_shadow_a_table(self, acting: As) -> None:
        with acting("gridsvc_app") as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE incident_shadow ()")
