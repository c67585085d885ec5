"""The sample city: generated once from its facts, then loaded as any city's files would be.

The files are kept in a folder named by the digest of the sources that made them, so that
a second database costs only the loading.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

import geodata
from gridsvc.core.dispatch import rules_form
from gridsvc.core.dispatch.rules import SAMPLE_RULES
from gridsvc.services.context import Context
from gridsvc.services.importing.addresses import load_addresses
from gridsvc.services.importing.divisions import DivisionImport, load_divisions
from gridsvc.services.importing.grids import GridImport, load_grids
from gridsvc.services.importing.lines import load_lines
from gridsvc.services.importing.matters import load_matters
from gridsvc.services.importing.officers import load_officers
from gridsvc.services.importing.outcome import Outcome, first_words
from gridsvc.services.refusal import Refusal
from gridsvc.store import divisions, generations, installation
from gridsvc.store.rules import add_rules

#: Everything of the sample city is valid from here on: the midnight that began 2025 in China.
BEGINS_AT = datetime(2024, 12, 31, 16, tzinfo=UTC)
#: Told the stage, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]
LISTS = ("departments.csv", "matters.csv", "conditions.csv", "calendar.csv")


def load_sample_city(ctx: Context, folder: Path, progress: Progress) -> bool:
    """Have the sample city in an empty database, whole or not at all.

    Returns False, having done nothing, when it is there already. Raises `Refusal` when the
    database holds something else. `folder` keeps the files between runs.
    """
    with ctx.database.begin() as connection:
        if is_loaded(connection):
            return False
    files = sample_files(folder, progress)
    now = ctx.clock.now()
    with ctx.database.begin() as connection:
        # The second of two processes that start at once waits here, and then finds the city.
        installation.lock_installation(connection)
        if is_loaded(connection):
            return False
        load_files(connection, files, now, progress)
    ctx.ground.forget()
    ctx.clock.forget()
    return True


def is_loaded(connection: Connection) -> bool:
    """Tell whether a demo city is there; refuse a database that holds another city."""
    here = installation.installation(connection)
    if here is None:
        if divisions.divisions(connection):
            raise Refusal("The database holds divisions already; the sample city needs it empty.")
        return False
    if not here.is_demo:
        raise Refusal(
            f"The database serves the city {here.home_city} and is not marked demo: the sample "
            "city is not loaded into it."
        )
    return generations.first_generation(connection) is not None


def load_files(connection: Connection, files: Path, now: datetime, progress: Progress) -> None:
    """Load the files of a generated city through the imports."""
    loads: dict[str, Callable[[], Outcome]] = {
        "divisions": lambda: load_divisions(
            connection, DivisionImport(path=files / "divisions.gpkg"), BEGINS_AT, is_demo=True
        ),
        "grids": lambda: load_grids(
            connection,
            GridImport(path=files / "grids.gpkg", title="sample city"),
            BEGINS_AT,
            now,
        ),
        "streets and rivers": lambda: load_lines(connection, files / "lines.gpkg"),
        "matters": lambda: load_matters(connection, [files / name for name in LISTS]),
        "officers": lambda: load_officers(connection, files / "officers.csv", BEGINS_AT),
        "addresses": lambda: load_addresses(
            connection, files / "addresses.csv", aliases=files / "aliases.csv"
        ),
    }
    for stage, load in loads.items():
        progress(stage, 0, 1)
        outcome = load()
        if not outcome.is_written:
            lines = first_words(outcome.problems)
            raise Refusal("\n".join([f"The {stage} of the sample city are flawed:", *lines]))
        progress(stage, 1, 1)
    rules = replace(SAMPLE_RULES, effective_at=BEGINS_AT)
    add_rules(connection, rules.version, BEGINS_AT, rules_form.to_json(rules), "sample city")


def sample_files(folder: Path, progress: Progress) -> Path:
    """Return the folder of the city's files, generating them when their sources changed."""
    kept = folder / source_digest()[:16]
    if kept.is_dir():
        return kept
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    try:
        from geodata.city import generate

        generate(unfinished, progress=progress)
        for former in folder.iterdir():
            if former.is_dir() and former != unfinished and not former.name.startswith("."):
                shutil.rmtree(former)
        # Another process may have made the same files meanwhile; either are right.
        if kept.is_dir():
            return kept
        unfinished.rename(kept)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return kept


def source_digest() -> str:
    """Return the SHA-256 over the generator and its facts."""
    digest = hashlib.sha256()
    root = Path(geodata.__file__).parent
    for source in sorted([*root.rglob("*.py"), *root.rglob("*.csv")]):
        digest.update(source.relative_to(root).as_posix().encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()
