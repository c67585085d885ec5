"""Output that appears whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridsvc.services.refusal import Refusal


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """Give a file beside `out` that takes its place only when the block ends well."""
    try:
        with tempfile.NamedTemporaryFile(
            dir=out.parent, prefix=f".{out.name}.", suffix=".part", delete=False
        ) as file:
            unfinished = Path(file.name)
    except OSError as error:
        raise _cannot(out, error) from None
    try:
        yield unfinished
        # mkstemp makes files private; the output is an ordinary one.
        unfinished.chmod(0o644)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def drawn_whole(out: Path) -> Iterator[Path]:
    """Give a path of the same name, for writers that go by the ending or leave files beside.

    What stands there takes the place of `out` only when the block ends well.
    """
    if out.is_dir():
        raise Refusal(f"{out} cannot be written: it is a folder.")
    try:
        folder = tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent)
    except OSError as error:
        raise _cannot(out, error) from None
    with folder:
        unfinished = Path(folder.name) / out.name
        yield unfinished
        unfinished.replace(out)


@contextmanager
def folder_whole(out: Path) -> Iterator[Path]:
    """Give a folder beside `out` that takes its place only when the block ends well.

    `out` must not exist yet, or be an empty folder: what stands there is never replaced.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refusal(f"{out} is there already. Give a folder that is new or empty.")
    try:
        unfinished = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    except OSError as error:
        raise _cannot(out, error) from None
    try:
        yield unfinished
        # mkdtemp makes folders private; the output is an ordinary one.
        unfinished.chmod(0o755)
        try:
            # An empty folder is replaced in one step; a filled one that came meanwhile is not.
            unfinished.replace(out)
        except OSError as error:
            raise _cannot(out, error) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _cannot(out: Path, error: OSError) -> Refusal:
    return Refusal(f"{out} cannot be written ({error.strerror}).")
