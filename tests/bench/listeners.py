"""Many consoles on the live feed in one process, and a writer of events beside them.

    python -m tests.bench.listeners PORT < settings

The settings are one JSON line; one JSON line on stdout tells what came of it. With a database
named, events are written to it and their way is timed from their commit; without, the frames
themselves say when they were sent (`tests.bench.frame_server`).
"""

import asyncio
import json
import random  # noqa: TID251 - a bench draws by a seed
import resource
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg

#: Consoles that connect at one moment; more would only measure how sign-ins are looked up.
CONNECTING = 40
#: After the last event, how long its frames may take.
PATIENCE_S = 10.0

Key = tuple[str, int]


@dataclass(slots=True)
class Heard:
    """What all consoles heard."""

    #: when an event was committed, or a frame sent
    sent_at: dict[Key, float] = field(default_factory=dict)
    took_s: list[float] = field(default_factory=list)
    missed: int = 0
    doubled: int = 0
    reconnects: int = 0
    resyncs: int = 0
    #: frames are the same bytes for all: what they hold is read once
    known: dict[bytes, list[Key]] = field(default_factory=dict)


@dataclass(slots=True)
class Console:
    """One reader, who may lose the connection once and comes back."""

    heard: Heard
    settings: dict[str, Any]
    drops_at: float
    seen: dict[Key, float] = field(default_factory=dict)
    last_id: str = ""
    is_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, gate: asyncio.Semaphore) -> None:
        """Listen until cancelled, going on from the last id whenever the connection ends."""
        while True:
            async with gate:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.settings["port"])
                head = [f"GET {self.settings['path']} HTTP/1.1", "Host: 127.0.0.1"]
                head += [f"{name}: {value}" for name, value in self.settings["headers"].items()]
                if self.last_id:
                    head.append(f"Last-Event-ID: {self.last_id}")
                writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
                answer = await reader.readuntil(b"\r\n\r\n")
                assert b" 200 " in answer[:20], answer
                await self.frame(reader)
            self.is_on.set()
            try:
                while True:
                    await self.frame(reader)
                    if self.drops_at and time.monotonic() >= self.drops_at:
                        self.drops_at, self.heard.reconnects = 0.0, self.heard.reconnects + 1
                        break
            except asyncio.IncompleteReadError:
                pass
            finally:
                writer.close()

    async def frame(self, reader: asyncio.StreamReader) -> None:
        """Take one frame in, whatever chunk it came in."""
        size = int((await reader.readuntil(b"\r\n")).strip(), 16)
        chunk = await reader.readexactly(size)
        await reader.readexactly(2)
        now = time.monotonic()
        assert chunk.endswith(b"\n\n"), "a frame in two chunks"
        for frame in chunk.split(b"\n\n"):
            if frame.startswith(b"id: "):
                self.last_id = frame[4 : frame.index(b"\n")].decode()
            if b"event: resync" in frame:
                self.heard.resyncs += 1
            if b"event: batch" in frame:
                self.take(frame, now)

    def take(self, frame: bytes, now: float) -> None:
        """Write down when each event of a batch came."""
        keys = self.heard.known.get(frame)
        if keys is None:
            data = json.loads(frame[frame.index(b"data: ") + 6 :])
            keys = [(item["incident"]["incident_id"], item["seq"]) for item in data["items"]]
            self.heard.known[frame] = keys
            if "sent" in data:
                self.heard.sent_at |= dict.fromkeys(keys, data["sent"])
        for key in keys:
            if key in self.seen:
                self.heard.doubled += 1
            else:
                self.seen[key] = now


def write_events(settings: dict[str, Any], heard: Heard, done: threading.Event) -> None:
    """Append events to open incidents, one transaction each, at an even pace."""
    with psycopg.connect(settings["database"], autocommit=True) as connection:
        incidents = connection.execute(
            "SELECT incident_id::text, event_seq, scope_keys FROM incident "
            "WHERE closed_at IS NULL LIMIT 200"
        ).fetchall()
        began = time.monotonic()
        for number in range(int(settings["seconds"] * settings["events_per_s"])):
            incident_id, seq, keys = incidents[number % len(incidents)]
            key = incident_id, seq + 1 + number // len(incidents)
            time.sleep(max(0.0, began + number / settings["events_per_s"] - time.monotonic()))
            connection.execute(
                "INSERT INTO event (subject, subject_id, seq, kind, at, body, scope_keys) "
                "VALUES ('incident', %s, %s, 'acknowledged', now(), '{}', %s)",
                (*key, keys),
            )
            heard.sent_at[key] = time.monotonic()
    done.set()


async def run(settings: dict[str, Any]) -> dict[str, Any]:
    """Let everybody listen while events are written; return how long they took."""
    heard, chance, gate = Heard(), random.Random(1), asyncio.Semaphore(CONNECTING)
    count, seconds = settings["consoles"], settings["seconds"]
    consoles = [Console(heard, settings, 0.0) for _ in range(count)]
    listening = [asyncio.create_task(console.listen(gate)) for console in consoles]
    await asyncio.gather(*(console.is_on.wait() for console in consoles))
    began = time.monotonic()
    for console in consoles:
        if chance.random() < settings["drops"]:
            console.drops_at = began + chance.uniform(0.1, 0.9) * seconds
    done = threading.Event()
    if settings["database"]:
        threading.Thread(target=write_events, args=(settings, heard, done)).start()
        await asyncio.to_thread(done.wait)
        ends_at = time.monotonic() + PATIENCE_S
        expected = len(heard.sent_at)
        while time.monotonic() < ends_at and any(len(c.seen) < expected for c in consoles):
            await asyncio.sleep(0.2)
    else:
        await asyncio.sleep(seconds)
    failed = [one.exception() for one in listening if one.done()]
    assert not failed, failed[0]
    for one in listening:
        one.cancel()
    for console in consoles:
        heard.took_s += [at - heard.sent_at[key] for key, at in console.seen.items()]
        heard.missed += len(heard.sent_at) - len(console.seen) if settings["database"] else 0
    took = sorted(heard.took_s)
    return {
        "p50_ms": statistics.median(took) * 1000,
        "p99_ms": took[int(len(took) * 0.99)] * 1000,
        "most_ms": took[-1] * 1000,
        "events": len(heard.sent_at),
        "heard": len(took),
        "missed": heard.missed,
        "doubled": heard.doubled,
        "reconnects": heard.reconnects,
        "resyncs": heard.resyncs,
    }


if __name__ == "__main__":
    asked = json.loads(sys.stdin.readline())
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    print(json.dumps(asyncio.run(run(asked | {"port": int(sys.argv[1])}))))
