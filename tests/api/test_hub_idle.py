"""The hub while nobody listens: it reads nothing, and loses nothing for whoever comes."""

import asyncio
import threading
from datetime import UTC, datetime

import pytest

from gridsvc.api import hub as module
from gridsvc.api.hub import Hub
from gridsvc.services.context import Context
from gridsvc.services.feed import start_of_feed
from gridsvc.store.events import Snapshot
from tests.deeds import draft, officer, send, set_clock

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
PATIENCE_S = 30


def test_what_happens_while_a_listener_comes_reaches_them(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They begin at the cursor of before; the hub must not step over what came since."""
    set_clock(ctx, NOON)
    looking, go_on = threading.Event(), threading.Event()

    def slowly(ctx: Context) -> Snapshot:
        looking.set()
        assert go_on.wait(PATIENCE_S)
        return start_of_feed(ctx)

    async def scene() -> bytes:
        hub = Hub(ctx)
        hub._cursor = start_of_feed(ctx)
        monkeypatch.setattr(module, "start_of_feed", slowly)
        tail = asyncio.create_task(hub.run())
        assert await asyncio.to_thread(looking.wait, PATIENCE_S)
        frames = hub.listen(("*",), "")
        greeting = await anext(frames)
        assert b"event: hello" in greeting
        inspector = officer(ctx, "manager-D1")
        [taken] = await asyncio.to_thread(send, ctx, inspector, draft(ctx, "D1"))
        # only now does the hub learn where the feed stands
        go_on.set()
        frame = await asyncio.wait_for(anext(frames), PATIENCE_S)
        assert str(taken.receipt.incident_id).encode() in frame
        tail.cancel()
        await asyncio.gather(tail, return_exceptions=True)
        await frames.aclose()
        return frame

    assert b"event: batch" in asyncio.run(scene())
