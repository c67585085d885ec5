"""The private cluster: make, start, adopt, share, stop.

It listens on a Unix socket only; who may enter is decided by the mode of the
socket's folder. Every process that uses a cluster holds a shared lock on it
and the last one out stops the server, so `up`, `import` and a shell may share
one. A lock dies with its process: after a `kill -9` the next start finds the
server still running and adopts it, or finds what it left and recovers.
"""

import fcntl
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, LiteralString
from urllib.parse import quote

import psycopg
from psycopg import sql

from gridsvc.embedded.configuration import PORT, SOCKET, settings_text
from gridsvc.embedded.errors import ClusterError, NoServer, OtherMajor
from gridsvc.embedded.owner import choose_folder, choose_owner, digest, major_of
from gridsvc.embedded.postmaster import Postmaster
from gridsvc.embedded.server import Server, find_servers

DATABASE: Final = "gridsvc"
OWNER_ROLE: Final = "gridsvc_owner"
SUPERUSER: Final = "postgres"
EXTENSIONS: Final = ("postgis", "btree_gist", "pg_trgm")

#: sockaddr_un holds 108 bytes with the closing zero.
LONGEST_SOCKET_FOLDER: Final = 107 - len(f"/{SOCKET}")

#: Crash recovery of a large database is slow and must not be taken for a failure.
START_TIMEOUT_S: Final = 600
STOP_TIMEOUT_S: Final = 120

#: What a server says, or its socket, that is about to answer or about to be gone.
NOT_YET: Final = (
    *("the database system is", "No such file", "refused", "is not running"),
    # a server that is being stopped hangs up on whoever is just coming in
    *("closed the connection", "terminating connection", "reset by peer"),
)


class EmbeddedCluster:
    """One private cluster in one folder; a context manager that answers with its URL."""

    #: Where the cluster really is; differs from what was asked when that cannot be reached.
    folder: Path
    #: Why `folder` is not the folder asked for; empty when it is.
    moved: str
    #: The programs used (`pg_dump` of the same version is there too).
    server: Server

    def __init__(
        self,
        folder: Path,
        *,
        fsync: bool = True,
        fallback: Path | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Choose owner, folder and server; nothing is started yet.

        `fsync=False` is for tests: a crash of the machine would lose the data.
        Raises `NoServer`, `OtherMajor` or `Unreachable`.
        """
        self._say = say
        self._fsync = fsync
        self._in_use: int | None = None
        self._owner = choose_owner(folder)
        self.folder, self.moved = choose_folder(folder, self._owner, fallback)
        self.server = _server_for(self.folder)
        self._postmaster = Postmaster(self.data, say)
        if self.moved:
            say(self.moved)

    def __enter__(self) -> str:
        """Start, and return the owner's URL."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, unless another process still uses the cluster."""
        self.stop()

    @property
    def data(self) -> Path:
        """The server's data directory."""
        return self.folder / "data"

    def url(self, role: str = OWNER_ROLE, database: str = DATABASE) -> str:
        """Return a SQLAlchemy URL for a role; the cluster must be running."""
        where = quote(str(self._postmaster.socket_folder()), safe="/")
        return f"postgresql+psycopg://{role}@/{database}?host={where}&port={PORT}"

    def start(self) -> str:
        """Have the cluster running with its database, role and extensions; return its URL.

        A server that already runs on these data is shared or, when its starter
        is gone, adopted.
        """
        with self._change():
            self._make_data()
            for last_try in (False, True):
                if self._postmaster.pid() is None:
                    self._start_server()
                try:
                    self._ensure_database()
                    break
                except ClusterError:
                    # The server found was on its way down: start it again.
                    if last_try or self._postmaster.pid() is not None:
                        raise
            if self._in_use is None:
                self._in_use = os.open(self.folder / "in-use.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._in_use, fcntl.LOCK_SH)
        return self.url()

    def stop(self) -> None:
        """Leave the cluster, and stop the server when nobody else uses it."""
        if self._in_use is None:
            return
        with self._change():
            try:
                fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                others = False
            except BlockingIOError:
                others = True
            if not others and self._postmaster.pid() is not None:
                socket_folder = self._postmaster.socket_folder()
                self._pg_ctl("stop", "-m", "fast", timeout_s=STOP_TIMEOUT_S)
                with suppress(OSError):  # made anew at the next start
                    socket_folder.rmdir()
            os.close(self._in_use)
            self._in_use = None

    @contextmanager
    def _change(self) -> Iterator[None]:
        """Keep other processes from starting or stopping the same cluster meanwhile."""
        lock = os.open(self.folder / "change.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._say(f"waiting for another process to start or stop {self.folder}")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _make_data(self) -> None:
        """Make the data directory if there is none, whole or not at all."""
        if self.data.exists():
            return
        self._say(f"making a PostgreSQL {self.server.major} database in {self.folder}")
        unfinished = self.folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._run(
            *(self.server.bin_dir / "initdb", "-D", unfinished, "--username", SUPERUSER),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"),
            *([] if self._fsync else ["--no-sync"]),
        )
        self._run("tee", "-a", unfinished / "postgresql.conf", text_in="include 'gridsvc.conf'\n")
        unfinished.rename(self.data)

    def _start_server(self) -> None:
        """Start the server and wait until it answers, through crash recovery if need be."""
        self._postmaster.wait_for_orphans()
        socket_folder = self._make_socket_folder()
        log_folder = self.folder / "log"
        self._run("mkdir", "-p", log_folder)
        settings = settings_text(socket_folder, log_folder, fsync=self._fsync)
        self._run("tee", self.data / "gridsvc.conf", text_in=settings)
        self._say("starting the database")
        first_words = log_folder / "start.log"
        self._run("truncate", "-s", "0", first_words)
        try:
            self._pg_ctl("start", "-l", str(first_words), timeout_s=START_TIMEOUT_S)
        except ClusterError as error:
            newest = max(log_folder.iterdir(), key=lambda log: log.stat().st_mtime_ns)
            said = "\n".join(newest.read_text(errors="replace").splitlines()[-8:])
            raise ClusterError(f"{error}\n{said}\nThe logs are in {log_folder}.") from None

    def _make_socket_folder(self) -> Path:
        """Make the folder of the socket, closed to all but the owner: that is the only guard.

        Its name follows from the data's path, so that it is short wherever the data are.
        """
        uid = self._owner.uid
        runtime = Path("/run") if os.geteuid() == 0 else Path("/run/user") / str(uid)
        roomy = runtime if os.access(runtime, os.W_OK) else Path("/tmp")
        socket_folder = roomy / f"gridsvc-{digest(self.folder)}"
        assert len(os.fsencode(socket_folder)) <= LONGEST_SOCKET_FOLDER
        try:
            socket_folder.mkdir(mode=0o700)
            os.chown(socket_folder, uid, self._owner.gid)
        except FileExistsError:
            found = socket_folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
                raise ClusterError(
                    f"{socket_folder}, needed for the database's socket, is not a folder that "
                    f"only user {self._owner.name} can enter; remove it"
                ) from None
        # A killed server leaves these. Their process id may be taken, or be its own while nobody
        # reaps it (a container without an init), and then the next server would refuse to start.
        for left in (SOCKET, f"{SOCKET}.lock"):
            (socket_folder / left).unlink(missing_ok=True)
        return socket_folder

    def _ensure_database(self) -> None:
        """Have role, database and extensions, so that the service needs no superuser."""
        with self._superuser("postgres") as postgres:
            if not _has(postgres, "SELECT 1 FROM pg_roles WHERE rolname = %s", OWNER_ROLE):
                role = sql.Identifier(OWNER_ROLE)
                postgres.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE").format(role))
            if not _has(postgres, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
                names = sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE)
                postgres.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
        with self._superuser(DATABASE) as database:
            for name in EXTENSIONS:
                if not _has(database, "SELECT 1 FROM pg_extension WHERE extname = %s", name):
                    made = sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(name))
                    database.execute(made)

    @contextmanager
    def _superuser(self, database: str) -> Iterator[psycopg.Connection]:
        """Open a connection, waiting while an adopted server still starts or recovers."""
        until = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                connection = psycopg.connect(
                    host=str(self._postmaster.socket_folder()),
                    port=PORT,
                    user=SUPERUSER,
                    dbname=database,
                    autocommit=True,
                )
                break
            except (psycopg.OperationalError, ClusterError) as error:
                may_pass = any(words in str(error) for words in NOT_YET)
                late = time.monotonic() > until
                if late or not may_pass or self._postmaster.pid() is None:
                    raise ClusterError(f"the database in {self.folder}: {error}") from None
            time.sleep(0.1)
        with connection:
            yield connection

    def _pg_ctl(self, action: str, *options: str, timeout_s: float) -> None:
        patience = ("-w", "-t", str(int(timeout_s)))
        program = self.server.bin_dir / "pg_ctl"
        self._run(program, action, "-D", self.data, *patience, *options, timeout_s=timeout_s + 30)

    def _run(
        self, *command: str | Path, text_in: str | None = None, timeout_s: float = 300
    ) -> None:
        done = self._owner.run(*command, text_in=text_in, timeout_s=timeout_s)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()
            raise ClusterError(f"{Path(command[0]).name} failed in {self.folder}: {said}")


def _has(connection: psycopg.Connection, query: LiteralString, name: str) -> bool:
    return connection.execute(query, (name,)).fetchone() is not None


def _server_for(folder: Path) -> Server:
    """Return the server to use: the one that made the data, else the newest."""
    servers = find_servers()
    if not servers:
        raise NoServer(
            "no PostgreSQL of version 15 or later with PostGIS is installed. On Debian and Ubuntu "
            "scripts/run installs them (packages postgresql-N and postgresql-N-postgis-3); "
            "or set DATABASE_URL, or use docker compose."
        )
    made_by = major_of(folder)
    for server in servers:
        if made_by in (None, server.major):
            return server
    raise OtherMajor(
        f"the database in {folder} was made by PostgreSQL {made_by}, and this machine has "
        f"PostgreSQL {', '.join(str(server.major) for server in servers)}. Install "
        f"postgresql-{made_by} and postgresql-{made_by}-postgis-3 beside it; or make a backup "
        f"where version {made_by} still runs, move {folder} away and restore the backup here."
    )
