"""The tables of cells of generations, one file each, mapped into every process that locates.

A file is written once, under a name of its own, and never changed. Nothing in it is truth: one
that is missing, damaged, foreign or of another release is built again from the outlines.
"""

import fcntl
import hashlib
import json
import mmap
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from gridsvc.core.geo.cells import FORMAT, CellTable
from gridsvc.core.geo.locate import NEAREST_M, Area, Locator
from gridsvc.services.refusal import Refusal
from gridsvc.services.whole_file import written_whole

#: Files that stay: those of the generations in use, and as many again for slower processes.
KEPT_FILES = 6
_SUFFIX = ".cells"
_MAGIC = b"gridsvc cells\r\n\x1a"
_HEAD = 4096
_DTYPES = {"frame": "f8", "tiles": "u4", "cells": "u4", "records": "u4"}
_ABANDONED_S = 3600.0

log = structlog.get_logger("gridsvc.locator")


class _Unusable(Exception):
    """A file that is not to be trusted, and why."""


class LocatorFiles:
    """The folder of these files; any number of processes may share it.

    Without a folder every locator stands on memory of its own.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = root

    def locator(
        self, generation: int, digest: str, areas: Sequence[Area], nearest_m: float = NEAREST_M
    ) -> Locator:
        """Return the locator of a generation on its mapped file, writing that when there is none.

        `digest` is that of the generation's outlines. Where the folder cannot be written, the
        locator stands on memory of its own and answers the same.
        """
        locator = Locator(areas, nearest_m, self._shared(generation, digest, areas, nearest_m))
        locator.warm()
        return locator

    def _shared(
        self, generation: int, digest: str, areas: Sequence[Area], nearest_m: float
    ) -> CellTable | None:
        """Return the mapped table, None where there can be none."""
        if self._root is None:
            return None
        path = self._root / f"g{generation}-{digest[:24]}-f{FORMAT}{_SUFFIX}"
        mark = {
            "format": FORMAT,
            "byteorder": sys.byteorder,
            "generation": generation,
            "digest": digest,
            "areas": _areas_digest(areas),
            "nearest_m": nearest_m,
        }
        with suppress(OSError, _Unusable):
            return _mapped(path, mark)
        try:
            with _only_one(self._root):
                with suppress(OSError, _Unusable):
                    return _mapped(path, mark)
                _write(path, mark, Locator(areas, nearest_m).cells)
                _remove_old(self._root, path)
                return _mapped(path, mark)
        except (OSError, Refusal, _Unusable) as error:
            log.warning("locator_not_shared", folder=str(self._root), reason=str(error))
            return None


@contextmanager
def _only_one(root: Path) -> Iterator[None]:
    """Let one process build while the others wait for its file."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remove_old(root: Path, newest: Path) -> None:
    """Remove what was not opened lately; who has a file mapped keeps it all the same."""
    with suppress(OSError):
        by_age = sorted(
            (path for path in root.glob(f"*{_SUFFIX}") if path != newest),
            key=lambda path: path.stat().st_mtime,
            reverse=True,
        )
        abandoned = [
            path
            for path in root.glob(f".*{_SUFFIX}.*.part")
            if path.stat().st_mtime < time.time() - _ABANDONED_S
        ]
        for path in [*by_age[KEPT_FILES - 1 :], *abandoned]:
            path.unlink(missing_ok=True)


def _areas_digest(areas: Sequence[Area]) -> str:
    """Digest of which area stands at which position: the table answers with positions."""
    whole = hashlib.sha256()
    for area in areas:
        whole.update(f"{area.key}\x1f{area.code}\x1f{area.is_home}\x1e".encode())
    return whole.hexdigest()


def _write(path: Path, mark: dict[str, Any], cells: CellTable) -> None:
    tables = {name: np.ascontiguousarray(getattr(cells, name)) for name in _DTYPES}
    payload = hashlib.sha256()
    for table in tables.values():
        payload.update(table.data)
    lengths = {name: table.size for name, table in tables.items()}
    told = {**mark, "lengths": lengths, "payload": payload.hexdigest()}
    text = json.dumps(told, sort_keys=True).encode()
    head = _MAGIC + hashlib.sha256(text).digest() + len(text).to_bytes(4, "little") + text
    with written_whole(path) as unfinished, unfinished.open("wb") as file:
        file.write(head.ljust(_HEAD, b"\0"))
        for table in tables.values():
            file.write(table.data)


def _mapped(path: Path, mark: dict[str, Any]) -> CellTable:
    """Map a file; raises `OSError` or `_Unusable` unless it is whole and just the one meant."""
    with path.open("rb") as file:
        try:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:
            raise _Unusable("empty") from None
    told = _told(content)
    if {name: told.get(name) for name in mark} != mark:
        raise _Unusable("written of other areas or by another release")
    offset = _HEAD
    tables: dict[str, Any] = {}
    for name, dtype in _DTYPES.items():
        length = told["lengths"][name]
        if offset + length * np.dtype(dtype).itemsize > len(content):
            raise _Unusable("cut short")
        tables[name] = np.frombuffer(content, dtype=dtype, count=length, offset=offset)
        offset += tables[name].nbytes
    if hashlib.sha256(memoryview(content)[_HEAD:]).hexdigest() != told["payload"]:
        raise _Unusable("damaged")
    # Opened lately: not to be removed as old.
    with suppress(OSError):
        path.touch(exist_ok=True)
    return CellTable(**tables)


def _told(content: mmap.mmap) -> dict[str, Any]:
    """Return what the head of a file says, once its checksum holds."""
    start = len(_MAGIC) + 36
    if len(content) < _HEAD or content[: len(_MAGIC)] != _MAGIC:
        raise _Unusable("no file of ours")
    text = content[start : start + int.from_bytes(content[start - 4 : start], "little")]
    if hashlib.sha256(text).digest() != content[len(_MAGIC) : start - 4]:
        raise _Unusable("its head is damaged")
    told: dict[str, Any] = json.loads(text)
    return told
