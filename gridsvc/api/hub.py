"""The hub of the live feed: one tail a process, frames serialised once and shared.

Listeners of one audience get the same bytes. A frame leaves at most every
`TICK_S`, however many events there are; its id is the snapshot up to which a listener
then knows everything, so that any process can go on from it.
"""

import asyncio
from collections.abc import AsyncIterator, Collection

import orjson
import structlog
from starlette.concurrency import run_in_threadpool

from gridsvc.api.catching_up import Stretches
from gridsvc.api.listeners import Listener, Listeners
from gridsvc.api.metrics import EVENTS, FEED_FAULTS, LISTENERS
from gridsvc.services.context import Context
from gridsvc.services.feed import Audience, Batch, Item, read_batch, start_of_feed
from gridsvc.store.events import Snapshot, is_ahead, snapshot_of

TICK_S = 0.1
#: Silence after which a listener is told that we are still here.
BEAT_S = 10.0
#: A listener further behind than this is told to load afresh.
MOST_FRAMES = 200
#: A stream is ended after this, so that a sign-in that has ended does not listen on.
LONGEST_S = 1800.0

log = structlog.get_logger("gridsvc.stream")


class Hub:
    """Reads the outbox for every listener of this process."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._listeners = Listeners()
        self._stretches = Stretches(ctx)
        self._cursor: Snapshot | None = None
        self._closing = False

    @property
    def listener_count(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    async def run(self) -> None:
        """Tail the outbox until cancelled; a database that is away is waited for."""
        loop = asyncio.get_running_loop()
        next_beat = loop.time() + BEAT_S
        while True:
            try:
                if self._cursor is None:
                    self._cursor = await run_in_threadpool(start_of_feed, self._ctx)
                if not len(self._listeners):
                    # Nobody asks what happened; who comes is told from where they begin. Who
                    # came meanwhile began at the old cursor.
                    cursor = await run_in_threadpool(start_of_feed, self._ctx)
                    if not len(self._listeners):
                        self._cursor = cursor
                        await asyncio.sleep(TICK_S)
                        continue
                batch = await run_in_threadpool(read_batch, self._ctx, self._cursor)
                self._cursor = batch.until
                EVENTS.inc(len(batch.items))
                LISTENERS.set(self.listener_count)
                self._publish(batch)
                if loop.time() >= next_beat:
                    next_beat = loop.time() + BEAT_S
                    self._send_to_all(frame_of("beat", {"now": batch.now}, batch.until))
            except asyncio.CancelledError:
                raise
            except Exception:
                FEED_FAULTS.inc()
                log.exception("the live feed could not be read; trying again")
                await asyncio.sleep(1.0)
            await asyncio.sleep(TICK_S)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closing = True
        self._send_to_all(None)

    async def listen(
        self, scope: Collection[str], last_event_id: str, *, reads: bool = True
    ) -> AsyncIterator[bytes]:
        """Yield frames: a greeting, what was missed since `last_event_id`, then what comes."""
        while self._cursor is None:
            await asyncio.sleep(TICK_S)
        listener = Listener(Audience(frozenset(scope), reads), MOST_FRAMES)
        # No await between the two: everything after `start` reaches the listener.
        self._listeners.add(listener)
        start = self._cursor
        ends_at = asyncio.get_running_loop().time() + LONGEST_S
        try:
            yield await run_in_threadpool(greeting, self._ctx, start if not last_event_id else None)
            if last_event_id:
                yield await run_in_threadpool(self._missed, listener.audience, last_event_id, start)
            while not self._closing and asyncio.get_running_loop().time() < ends_at:
                frame = await listener.frames.get()
                if frame is None:
                    return
                yield frame
        finally:
            self._listeners.remove(listener)

    def _missed(self, audience: Audience, last_event_id: str, until: Snapshot) -> bytes:
        since = snapshot_of(last_event_id)
        if since is None:
            return RESYNC
        if is_ahead(since, until) and is_ahead(since, start_of_feed(self._ctx)):
            # not another process that has read further, but another history
            return RESYNC
        batch = self._stretches.read(since, until)
        return RESYNC if batch.overflowed else batch_frame(batch, audience)

    def _publish(self, batch: Batch) -> None:
        if batch.overflowed:
            self._send_to_all(RESYNC)
        elif batch.items:
            keys = {key for item in batch.items for key in item.scope_keys}
            for audience, group in self._listeners.concerned(keys):
                if any(item.visible_to(audience) for item in batch.items):
                    frame = batch_frame(batch, audience)
                    for listener in group:
                        listener.put(frame, RESYNC)

    def _send_to_all(self, frame: bytes | None) -> None:
        for listener in self._listeners:
            listener.put(frame, RESYNC)


def frame_of(event: str, data: object, event_id: str | None = None) -> bytes:
    """Return one frame of a stream."""
    head = b"" if event_id is None else b"id: " + event_id.encode() + b"\n"
    return head + b"event: " + event.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"


RESYNC = frame_of("resync", {})


def batch_frame(batch: Batch, audience: Audience) -> bytes:
    """Return the frame of a batch for listeners of one audience."""
    items: list[Item] = [item for item in batch.items if item.visible_to(audience)]
    data = {"now": batch.now, "items": [item.as_shown_to(audience) for item in items]}
    return frame_of("batch", data, batch.until)


def greeting(ctx: Context, at: Snapshot | None) -> bytes:
    """Return the first frame: the clock to run by and the outlines in force."""
    now = ctx.clock.now()
    with ctx.database.begin() as connection:
        generation = ctx.ground.at(connection, now).generation
    data = {"now": now, "rate": ctx.clock.rate(), "generation": generation}
    return frame_of("hello", data, at)
