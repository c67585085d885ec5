"""Where photographs lie: a directory of files named by the SHA-256 of their bytes.

A file is written whole, synced and renamed, so that what is there is complete and
what was acknowledged survives a crash.
"""

import os
import tempfile
from pathlib import Path


class MediaStore:
    """Photographs by hash; writing the same one twice is one file."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, sha256: str, form: str = "original") -> Path:
        """Return where a photograph lies, whether it has arrived or not."""
        return self.root / form / sha256[:2] / sha256

    def put(self, sha256: str, content: bytes, form: str = "original") -> None:
        """Keep bytes durably; on return they survive a crash of this machine's processes."""
        target = self.path_of(sha256, form)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".arriving-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
        sync_folder(target.parent)

    def get(self, sha256: str, form: str = "original") -> bytes | None:
        """Return a photograph's bytes, None when it has not arrived."""
        try:
            return self.path_of(sha256, form).read_bytes()
        except FileNotFoundError:
            return None

    def erase(self, sha256: str, *forms: str) -> None:
        """Remove a photograph in some forms, in every one when none is named, durably."""
        for form in forms or ("original", "served", "thumb"):
            path = self.path_of(sha256, form)
            if path.exists():
                path.unlink(missing_ok=True)
                sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
