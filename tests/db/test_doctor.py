"""The doctor: silent where all is well, and finding each breach that somebody makes on purpose."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from gridsvc.cli.app import app
from gridsvc.embedded import EmbeddedCluster
from gridsvc.services.context import Context
from gridsvc.services.doctor import examine
from gridsvc.store.doctor import BREACHES, WARNINGS
from tests.databases import copied, dropped
from tests.deeds import act, claim, draft, officer, reported, send, set_clock

#: A Monday morning.
NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
Breach = Callable[..., set[str]]

_OPEN = "(SELECT incident_id FROM task WHERE finished_at IS NULL ORDER BY task_id LIMIT 1)"
_ENDED = "(SELECT incident_id FROM incident WHERE state = 'voided' LIMIT 1)"

#: By the check that must find it: what somebody past every guard would have to write.
BREACH_OF: dict[str, str] = {
    "open incident without task or queue": f"DELETE FROM task WHERE incident_id = {_OPEN}",
    "open task on an incident that has ended": f"""UPDATE task SET finished_at = NULL
        WHERE incident_id = {_ENDED}""",
    "place in a queue of an incident that has ended": f"""INSERT INTO queue_entry
        (incident_id, division_code, reason, since)
        SELECT {_ENDED}, city_code, 'returned', received_at FROM incident LIMIT 1""",
    "several open tasks on one incident": """INSERT INTO task SELECT (json_populate_record(t,
        json_build_object('task_id', gen_random_uuid()))).* FROM task t
        WHERE finished_at IS NULL LIMIT 1""",
    "offer that stands on an incident that has ended": f"""INSERT INTO offer
        (offer_id, incident_id, kind, state, grid_id, matter_code, lon, lat, made_by, made_at,
        scope_keys)
        SELECT gen_random_uuid(), i.incident_id, 'look', 'open', i.owner_grid_id, i.matter_code,
        113.7, 23, (SELECT account_id FROM account LIMIT 1), i.received_at, '{{*}}'
        FROM incident i WHERE i.incident_id = {_ENDED}""",
    "running clock of an incident that has ended": f"""UPDATE stage_clock SET stopped_at = NULL
        WHERE incident_id = {_ENDED}""",
    "gap in the events of an incident": f"""DELETE FROM event
        WHERE subject_id = {_OPEN}::text AND seq = 2""",
    "gap in the events of another subject": """INSERT INTO event
        (subject, subject_id, seq, kind, at, body, scope_keys)
        VALUES ('plan', '7', 2, 'opened', now(), '{}', '{*}')""",
    "event of an incident that is not there": """INSERT INTO event
        (subject, subject_id, seq, kind, at, body, scope_keys)
        VALUES ('incident', gen_random_uuid(), 1, 'reported', now(), '{}', '{*}')""",
    "incident without a decision": f"DELETE FROM decision WHERE incident_id = {_OPEN}",
    "task whose decision is about another incident": f"""UPDATE task
        SET incident_id = {_ENDED} WHERE incident_id = {_OPEN}""",
    "incident placed in a grid without the grid of record": f"""UPDATE incident
        SET grid_id = NULL WHERE incident_id = {_OPEN}""",
    "post over a grid that is retired": """UPDATE grid_version
        SET valid = tstzrange(lower(valid), '2026-06-01Z')
        WHERE grid_id = (SELECT min(grid_id) FROM post)""",
    "clock that came due long ago and was not answered": f"""UPDATE stage_clock
        SET next_at = '2026-06-13Z' WHERE incident_id = {_OPEN} AND stopped_at IS NULL""",
    "table without forced row-level security": "ALTER TABLE task NO FORCE ROW LEVEL SECURITY",
    "role of the service that owns a table": "ALTER TABLE rules OWNER TO gridsvc_app",
    "role of the service that passes row-level security": "ALTER ROLE gridsvc_intake BYPASSRLS",
    "photograph named more than a day ago that has not arrived": """UPDATE evidence
        SET named_at = '2026-06-13Z'""",
    "year whose make-up workdays are not in the calendar": "DELETE FROM calendar_year",
    "change of state that code and database do not agree about": """INSERT INTO transition
        VALUES ('voided', 'rechecking')""",
    "border in force that has not exactly two owners": """UPDATE grid_version
        SET outline = ST_Segmentize(outline, 0.004) WHERE grid_id = (SELECT min(grid_id) FROM grid)
        """,
    "grids in force that overlap": """UPDATE grid_version v SET outline =
        (SELECT ST_Multi(ST_Envelope(ST_Expand(w.outline, 0.001))) FROM grid_version w
         WHERE w.version_id = v.version_id)
        WHERE grid_id = (SELECT min(grid_id) FROM grid)""",
    "hole between grids in force": """UPDATE grid_version SET outline =
        ST_Multi(ST_Difference(outline, ST_Expand(ST_Centroid(outline), 0.001)))
        WHERE grid_id = (SELECT min(grid_id) FROM grid)""",
    "schema that is not the code's": "ALTER TABLE incident ADD COLUMN mood text",
}
#: Roles belong to the cluster; what is done to them is undone by hand.
UNDONE = "ALTER ROLE gridsvc_intake NOBYPASSRLS"


@pytest.fixture(scope="module")
def lived_in(ctx: Context) -> Context:
    """A database in which a little of everything has happened."""
    set_clock(ctx, NOON)
    send(ctx, officer(ctx, "manager-D1"), draft(ctx, "D1", photos=(claim("scene"),)))
    reported(ctx, "D2", "RUBBISH-1")
    reported(ctx, (113.9, 21.5), "ROAD-1")
    voided = reported(ctx, "D2", "RUBBISH-1")
    act(ctx, "dispatch-city", voided, "void", reason="nothing_there")
    set_clock(ctx, NOON + timedelta(hours=1))
    return ctx


@pytest.fixture
def patient(
    lived_in: Context, cluster: EmbeddedCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Context, psycopg.Connection[tuple[object, ...]]]]:
    """A copy of that database with a way past every guard."""
    template = str(make_url(lived_in.database.url).database)
    lived_in.database.close()
    name = copied(cluster, template)
    ctx = Context.open(cluster.url(database=name), tmp_path_factory.mktemp("media"))
    connection = psycopg.connect(
        cluster.url("postgres", name).replace("+psycopg", ""), autocommit=True
    )
    connection.execute("SET session_replication_role = replica")
    yield ctx, connection
    connection.execute(UNDONE)
    connection.close()
    ctx.close()
    dropped(cluster, name)


def test_a_healthy_database_is_passed_over_in_silence(lived_in: Context) -> None:
    assert examine(lived_in) == []


@pytest.mark.parametrize("check", BREACH_OF)
def test_a_breach_is_found(
    patient: tuple[Context, psycopg.Connection[tuple[object, ...]]], check: str
) -> None:
    ctx, connection = patient
    assert connection.execute(BREACH_OF[check].encode()).rowcount != 0

    found = {finding.check: finding for finding in examine(ctx)}

    assert check in found
    assert found[check].count >= len(found[check].ids) >= 1
    assert all(found[check].ids)


def test_every_query_has_its_breach() -> None:
    assert {*BREACHES, *WARNINGS} <= set(BREACH_OF)


def test_the_command_says_nothing_of_a_healthy_database_and_names_a_breach(
    patient: tuple[Context, psycopg.Connection[tuple[object, ...]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ctx, connection = patient
    monkeypatch.setenv("DATABASE_URL", ctx.database.url)
    # a process of its own, because a library it asks keeps the output of when it was imported
    healthy = subprocess.run(
        [sys.executable, "-m", "gridsvc", "doctor"], capture_output=True, text=True, check=False
    )
    assert (healthy.returncode, healthy.stdout) == (0, "")

    [row] = connection.execute(
        "UPDATE task SET finished_at = NULL, state = 'open' "
        "WHERE incident_id = (SELECT incident_id FROM incident WHERE state = 'voided') "
        "RETURNING task_id"
    ).fetchall()
    sick = CliRunner().invoke(app, ["doctor"])

    assert sick.exit_code == 1
    assert str(row[0]) in sick.stdout
    assert '"severity": "breach"' in CliRunner().invoke(app, ["doctor", "--json"]).stdout
