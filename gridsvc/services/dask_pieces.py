"""Pieces of an archive run by the workers of a Dask cluster: a given one, or one on this machine.

The workers of a given cluster must have gridsvc, and see both folders under the same paths.
"""

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import shapely

from gridsvc.core.geo.locate import MATCHES, Locator
from gridsvc.services.archive_locate import Engine, Piece, PieceDone, Task, run_piece
from gridsvc.services.refusal import Refusal

if TYPE_CHECKING:
    from distributed import Client

_ANSWER_WITHIN = "10s"
# A worker builds the index once, whichever pieces it is given.
_locators: dict[str, Locator] = {}
_building = threading.Lock()


def dask_engine(scheduler: str | None = None, workers: int | None = None) -> Engine:
    """Return the engine on the scheduler at an address, else on `workers` processes here."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise Refusal(
            "The engine dask needs the package distributed. Run scripts/prepare archive (or "
            "install gridsvc[archive]); --engine plain does the same in one process."
        ) from None
    return partial(_run, scheduler, workers)


def _run(
    scheduler: str | None,
    workers: int | None,
    task: Task,
    pieces: Sequence[Piece],
    locator: Locator,
) -> Iterator[PieceDone]:
    from distributed import as_completed

    del locator  # built anew where it is used: an index is cheaper to build than to send
    with ExitStack() as stack:
        client = _client(stack, scheduler, min(workers or _processors(), len(pieces)))
        [shared] = client.scatter([task], broadcast=True, hash=False)
        work = partial(_run_there, _token(task))
        futures = {
            client.submit(work, shared, piece, pure=False, retries=2): piece for piece in pieces
        }
        for future in as_completed(futures):
            if future.status == "finished":
                yield future.result()
            else:
                yield _lost(futures[future], future.exception())


def _client(stack: ExitStack, scheduler: str | None, workers: int) -> "Client":
    from distributed import Client, LocalCluster

    try:
        if scheduler is not None:
            return stack.enter_context(Client(scheduler, timeout=_ANSWER_WITHIN))
        cluster = stack.enter_context(
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                dashboard_address=None,
                silence_logs=logging.ERROR,
            )
        )
        return stack.enter_context(Client(cluster))
    except (OSError, ValueError) as error:
        where = scheduler or "on this machine"
        raise Refusal(f"No Dask cluster answers at {where} ({error}).") from None


def _run_there(token: str, task: Task, piece: Piece) -> PieceDone:
    with _building:
        if token not in _locators:
            _locators.clear()
            _locators[token] = Locator(task.areas, task.nearest_m)
    return run_piece(task, piece, _locators[token])


def _token(task: Task) -> str:
    """Return a digest of what the index is built of."""
    digest = sha256(repr(task.nearest_m).encode())
    for area in task.areas:
        digest.update(repr((area.key, area.code, area.is_home)).encode())
        if area.outline is not None:
            digest.update(shapely.to_wkb(area.outline))
    return digest.hexdigest()


def _lost(piece: Piece, error: Any) -> PieceDone:
    return PieceDone(
        piece=piece,
        counts=(0,) * len(MATCHES),
        peak_bytes=0,
        refusal=f"{piece.name}: the worker was lost over it ({type(error).__name__}: {error}).",
    )


def _processors() -> int:
    return len(os.sched_getaffinity(0))
