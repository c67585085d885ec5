"""See whether a server runs on a data directory, whoever started it."""

import time
from collections.abc import Callable
from pathlib import Path

from gridsvc.embedded.errors import ClusterError


class Postmaster:
    """The server process of one data directory, as its traces tell."""

    def __init__(self, data: Path, say: Callable[[str], None]) -> None:
        """Watch a data directory that may not exist yet (absolute, without links)."""
        self._data = data
        self._say = say

    def pid(self) -> int | None:
        """Return the process id of the server that runs on these data, None when none does.

        The number in postmaster.pid may by now belong to any other process, in
        a restarted container even to one of the same user, and PostgreSQL would
        refuse to start: a file that names a process with another working
        directory is stale and is removed.
        """
        pid_file = self._data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        if pid in self._processes():
            return pid
        if Path(f"/proc/{pid}").exists():
            self.wait_for_orphans()
            self._say(f"removing a stale {pid_file}: process {pid} is not its server")
            pid_file.unlink(missing_ok=True)
        return None

    def _processes(self) -> frozenset[int]:
        """Return the processes whose working directory is the data: the server's, all of them."""
        found = set()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cwd").readlink() == self._data:
                    found.add(int(process.name))
            except OSError:  # gone meanwhile, or somebody else's
                continue
        return frozenset(found)

    def wait_for_orphans(self) -> None:
        """Wait for the children of a killed server: they end by themselves when they notice."""
        for _ in range(100):
            if not self._processes():
                return
            time.sleep(0.1)
        left = ", ".join(str(pid) for pid in sorted(self._processes()))
        raise ClusterError(f"processes of an earlier server still use {self._data}: {left}")

    def socket_folder(self) -> Path:
        """Return the running server's socket folder, which an adopted server chose itself."""
        try:
            told = (self._data / "postmaster.pid").read_text().split("\n")[4]
        except (FileNotFoundError, IndexError):
            told = ""
        if not told:  # written only when the socket is there
            raise ClusterError(f"the database in {self._data} is not running yet or any more")
        return Path(told)
