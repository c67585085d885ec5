"""Choose the system user that owns the cluster, and a folder they can work in."""

import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gridsvc.embedded.errors import ClusterError, Unreachable

SYSTEM_STATE: Final = Path("/var/lib/gridsvc")


@dataclass(frozen=True, slots=True)
class Owner:
    """The system user whose processes and files the cluster is."""

    name: str
    uid: int
    gid: int

    def run(
        self, *command: str | Path, text_in: str | None = None, timeout_s: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as this user, in `/` (the working directory may be closed to them)."""
        becomes_other = os.geteuid() != self.uid
        return subprocess.run(
            [str(word) for word in command],
            input=text_in,
            stdin=subprocess.DEVNULL if text_in is None else None,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_s,
            cwd="/",
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            user=self.uid if becomes_other else None,
            group=self.gid if becomes_other else None,
            extra_groups=[] if becomes_other else None,
            umask=0o077,
        )


def choose_owner(folder: Path) -> Owner:
    """Return who shall own the cluster in a folder.

    Oneself; for root, whom PostgreSQL refuses, the user who made what is there
    already, else one of the system's.
    """
    if os.geteuid() != 0:
        return _user(os.geteuid(), os.getegid())
    data = folder / "data"
    if data.exists() and (made := data.stat()).st_uid != 0:
        return _user(made.st_uid, made.st_gid)
    for name in ("postgres", "gridsvc"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(name, user.pw_uid, user.pw_gid)
    added = subprocess.run(
        ["useradd", "--system", "--user-group", "--shell", "/usr/sbin/nologin", "gridsvc"],
        capture_output=True,
        text=True,
        check=False,
    )
    if added.returncode != 0:
        raise ClusterError(
            "PostgreSQL does not run as root, there is no user postgres, and no user gridsvc "
            f"could be made: {added.stderr.strip()}"
        )
    return choose_owner(folder)


def _user(uid: int, gid: int) -> Owner:
    try:
        return Owner(pwd.getpwuid(uid).pw_name, uid, gid)
    except KeyError:
        raise ClusterError(
            f"user {uid} has no name on this machine, and PostgreSQL asks for one; "
            "use a named user, or set DATABASE_URL"
        ) from None


def choose_folder(wanted: Path, owner: Owner, fallback: Path | None = None) -> tuple[Path, str]:
    """Return the folder that will hold the cluster, and a sentence why if it is another.

    A clone under a home of mode 700 cannot be entered by the user that owns
    the cluster; the system's state folder can. Data already there stay there.
    """
    wanted = wanted.resolve()
    if fallback is None:
        fallback = SYSTEM_STATE if os.geteuid() == 0 else Path.home() / ".local/state/gridsvc"
    spare = fallback.resolve() / digest(wanted)
    moved_earlier = major_of(spare) is not None and major_of(wanted) is None
    if not moved_earlier and _claim(wanted, owner):
        return wanted, ""
    if _claim(spare, owner):
        return spare, f"{wanted} cannot be reached by user {owner.name}; the data are in {spare}"
    raise Unreachable(
        f"user {owner.name}, who must own the database, can write neither in {wanted} nor in "
        f"{spare}. Open the way to one of them (chmod o+x on its parents), or set DATABASE_URL."
    )


def _claim(folder: Path, owner: Owner) -> bool:
    """Make the folder and give it to the owner; return whether they can work in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid != owner.uid:
            os.chown(folder, owner.uid, owner.gid)
        folder.chmod(0o700)
    except OSError:
        return False
    return owner.run("test", "-w", folder, "-a", "-x", folder).returncode == 0


def digest(path: Path) -> str:
    """Return a short name for a path, safe to use in another path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def major_of(folder: Path) -> int | None:
    """Return the major version that made the data in a cluster's folder, None without data."""
    version = folder / "data" / "PG_VERSION"
    try:
        return int(version.read_text())
    except OSError:
        return None
    except ValueError:
        raise ClusterError(f"{version} is damaged; restore a backup") from None
