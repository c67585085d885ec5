"""Find an installed PostgreSQL that has PostGIS."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OLDEST_MAJOR: Final = 15


@dataclass(frozen=True, slots=True, order=True)
class Server:
    """An installed PostgreSQL that has PostGIS."""

    major: int
    bin_dir: Path


def find_servers() -> tuple[Server, ...]:
    """Return the usable servers of this machine, newest first.

    Only folders of a PostgreSQL installation are searched, never PATH alone: a
    stray `initdb` there says nothing about the PostGIS that belongs to it.
    """
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    found = {server for folder in folders if (server := _server_in(folder)) is not None}
    return tuple(sorted(found, reverse=True))


def _server_in(folder: Path) -> Server | None:
    """Return the server whose programs are in the folder, if it is complete and has PostGIS."""
    if not all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres", "pg_config")):
        return None
    share, version = subprocess.run(
        [folder / "pg_config", "--sharedir", "--version"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    major = re.search(r"\d+", version)
    has_postgis = (Path(share) / "extension" / "postgis.control").exists()
    if major is None or int(major[0]) < OLDEST_MAJOR or not has_postgis:
        return None
    return Server(int(major[0]), folder)
