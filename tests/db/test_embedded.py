"""The private cluster on a real PostgreSQL: start, share, die, come back."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from gridsvc.embedded import ClusterError, EmbeddedCluster, NoServer, OtherMajor, Unreachable
from gridsvc.embedded.owner import choose_owner

#: Starts a cluster, says its URL, and then does what it is told on standard input.
STARTER = """
import sys
from pathlib import Path
from gridsvc.embedded import EmbeddedCluster
cluster = EmbeddedCluster(Path(sys.argv[1]), fsync=False)
print(cluster.start(), flush=True)
sys.stdin.readline()
cluster.stop()
print("stopped", flush=True)
"""


@pytest.fixture
def folder(open_folder: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder for one cluster, which is stopped whatever the test left."""
    folder = open_folder / request.node.name / "var" / "pg"
    yield folder
    if (folder / "data" / "postmaster.pid").exists():
        with EmbeddedCluster(folder, fsync=False):
            pass
    shutil.rmtree(open_folder / request.node.name)


@pytest.fixture
def says() -> list[str]:
    return []


def cluster_in(folder: Path, says: list[str] | None = None) -> EmbeddedCluster:
    return EmbeddedCluster(folder, fsync=False, say=(says if says is not None else []).append)


def ask(url: str, query: str) -> object:
    """Return the first value of the answer."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def keep_seven(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")


def starter(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def postmaster_pid(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def test_a_new_cluster_is_ready_for_a_service_without_superuser(cluster: EmbeddedCluster) -> None:
    url = cluster.url()

    assert ask(url, "SELECT current_user::text") == "gridsvc_owner"
    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert str(ask(url, "SELECT postgis_lib_version()")) >= "3.3"
    assert ask(url, "SELECT count(*) FROM pg_extension WHERE extname <> 'plpgsql'") == 3
    assert ask(url, "SHOW server_encoding") == "UTF8"
    assert ask(url, "SHOW timezone") == "UTC"
    assert ask(url, "SELECT datcollate FROM pg_database WHERE datname = 'gridsvc'") == "C.UTF-8"


def test_nobody_can_come_in_over_the_network_or_as_another_user(cluster: EmbeddedCluster) -> None:
    [where] = parse_qs(urlsplit(cluster.url()).query)["host"]
    socket_folder = Path(where)

    assert ask(cluster.url("postgres", "postgres"), "SHOW listen_addresses") == ""
    assert socket_folder.stat().st_mode & 0o777 == 0o700
    assert len(os.fsencode(socket_folder / ".s.PGSQL.5432")) <= 107


def test_only_tests_run_without_fsync(folder: Path) -> None:
    with EmbeddedCluster(folder) as url:
        assert ask(url, "SHOW fsync") == "on"
        assert ask(url, "SHOW synchronous_commit") == "on"
        assert ask(url, "SHOW full_page_writes") == "on"


def test_data_outlive_stop_and_start(folder: Path) -> None:
    with cluster_in(folder) as url:
        keep_seven(url)
    assert not (folder / "data" / "postmaster.pid").exists()

    with cluster_in(folder) as url:
        assert ask(url, "SELECT n FROM kept") == 7


def test_kill_9_of_the_service_leaves_a_cluster_that_is_adopted(folder: Path) -> None:
    with starter(folder) as service:
        assert service.stdout is not None
        url = service.stdout.readline().strip()
        service.kill()
    pid = postmaster_pid(folder)

    adopted = cluster_in(folder)
    assert adopted.start() == url
    assert postmaster_pid(folder) == pid, "the same server goes on"
    assert ask(url, "SELECT 1") == 1
    adopted.stop()
    assert not (folder / "data" / "postmaster.pid").exists(), "and is stopped by its new holder"


def test_the_last_one_out_stops_the_server(folder: Path) -> None:
    with starter(folder) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        url = other.stdout.readline().strip()
        shared = cluster_in(folder)
        assert shared.start() == url
        pid = postmaster_pid(folder)

        shared.stop()
        assert ask(url, "SELECT 1") == 1
        assert postmaster_pid(folder) == pid

        print(file=other.stdin, flush=True)
        assert other.stdout.readline() == "stopped\n"
        assert not (folder / "data" / "postmaster.pid").exists()


def test_kill_9_of_the_server_is_recovered_from(folder: Path) -> None:
    crashed = cluster_in(folder)
    url = crashed.start()
    keep_seven(url)
    os.kill(postmaster_pid(folder), signal.SIGKILL)

    with cluster_in(folder) as url:
        assert ask(url, "SELECT n FROM kept") == 7
    crashed.stop()


@pytest.mark.parametrize("pid", [os.getpid(), 2**22 - 1], ids=["of another process", "of none"])
def test_a_stale_pid_file_does_not_stop_a_start(folder: Path, pid: int) -> None:
    with cluster_in(folder):
        text = (folder / "data" / "postmaster.pid").read_text()
    stale = folder / "data" / "postmaster.pid"
    stale.write_text(f"{pid}\n" + text.split("\n", 1)[1])
    owner = (folder / "data").stat()
    os.chown(stale, owner.st_uid, owner.st_gid)

    with cluster_in(folder) as url:
        assert ask(url, "SELECT 1") == 1


def test_an_unfinished_first_start_is_begun_anew(folder: Path) -> None:
    half_made = folder / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("15\n")

    with cluster_in(folder) as url:
        assert ask(url, "SELECT 1") == 1
    assert not half_made.exists()


def test_data_of_another_major_version_are_refused_with_both_versions(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(
        OtherMajor, match=r"made by PostgreSQL 9, and this machine has PostgreSQL 1"
    ):
        cluster_in(folder)
    assert (folder / "data" / "PG_VERSION").read_text() == "9\n", "nothing was touched"


def test_a_damaged_version_file_is_named(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "PG_VERSION").write_text("")

    with pytest.raises(ClusterError, match="PG_VERSION is damaged"):
        cluster_in(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives its data to another user")
class TestBehindAClosedHome:
    """A clone in a home of mode 700, used by root."""

    def test_the_data_go_to_the_state_folder_and_it_is_said(
        self, tmp_path: Path, folder: Path, says: list[str]
    ) -> None:
        tmp_path.chmod(0o700)
        wanted = tmp_path / "clone" / "var" / "pg"

        cluster = EmbeddedCluster(wanted, fsync=False, fallback=folder, say=says.append)
        with cluster as url:
            assert ask(url, "SELECT 1") == 1

        assert cluster.folder.parent == folder
        assert str(wanted) in says[0]
        assert str(cluster.folder) in says[0]

    def test_they_stay_there_when_the_home_is_opened_later(
        self, tmp_path: Path, folder: Path
    ) -> None:
        tmp_path.chmod(0o700)
        wanted = tmp_path / "var" / "pg"
        with EmbeddedCluster(wanted, fsync=False, fallback=folder) as url:
            keep_seven(url)
        for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
            parent.chmod(0o755)

        with EmbeddedCluster(wanted, fsync=False, fallback=folder) as url:
            assert ask(url, "SELECT n FROM kept") == 7

    def test_when_that_is_closed_too_it_says_what_to_do(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o700)

        with pytest.raises(Unreachable, match=r"chmod o\+x .* or set DATABASE_URL"):
            EmbeddedCluster(tmp_path / "a", fallback=tmp_path / "b")


def test_a_machine_without_postgis_is_told_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridsvc.embedded.cluster.find_servers", lambda: ())

    with pytest.raises(NoServer, match=r"scripts/run .* DATABASE_URL.* docker compose"):
        cluster_in(folder)


def test_a_squatted_socket_folder_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridsvc.embedded.cluster.digest", lambda _: f"squatted-{os.getpid()}")
    cluster = cluster_in(folder)
    roots = [Path("/run"), Path("/run/user") / str(os.geteuid()), Path("/tmp")]
    squatted = [root / f"gridsvc-squatted-{os.getpid()}" for root in roots if root.is_dir()]
    for place in squatted:
        if os.access(place.parent, os.W_OK):
            place.mkdir()
            place.chmod(0o777)

    with pytest.raises(ClusterError, match="remove it"):
        cluster.start()
    for place in squatted:
        if place.exists():
            place.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take over another user's data")
def test_root_goes_on_as_the_user_who_made_the_data(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    (folder / "data").mkdir(parents=True)
    os.chown(folder / "data", nobody.pw_uid, nobody.pw_gid)

    assert choose_owner(folder).name == "nobody"


def test_a_port_in_the_shell_leads_nowhere_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "6543")

    with cluster_in(folder) as url:
        assert ask(url, "SHOW port") == "5432"


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_a_server_on_its_way_down_is_started_again(folder: Path, way: signal.Signals) -> None:
    cluster = cluster_in(folder)
    keep_seven(cluster.start())
    os.kill(postmaster_pid(folder), way)

    with cluster_in(folder) as url:
        assert ask(url, "SELECT n FROM kept") == 7
    cluster.stop()


def test_a_lost_superuser_is_said_at_once(folder: Path) -> None:
    with cluster_in(folder) as url:
        with psycopg.connect(url.replace("gridsvc_owner", "postgres").replace("+psycopg", "")) as c:
            c.execute("ALTER ROLE postgres NOLOGIN")

        with pytest.raises(ClusterError, match="not permitted to log in"):
            cluster_in(folder).start()
