"""Output files that appear whole or not at all."""

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
        raise Refusal(f"{out} cannot be written ({error.strerror}).") from None
    try:
        yield unfinished
        # mkstemp makes files private; the output is an ordinary one.
        unfinished.chmod(0o644)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
