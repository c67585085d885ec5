"""Load from a process of its own: a bare asyncio client that keeps its connections.

    python -m tests.bench.load PORT SECONDS CONNECTIONS < requests

Requests come as JSON lines [method, path, headers, body]; each connection sends the next one
when the last was answered. One JSON line on stdout tells what came of it.
"""

import asyncio
import itertools
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from uuid import uuid4


def wire_of(port: int, line: str) -> tuple[bytes, bytes]:
    """Return a request as bytes, split where a fresh id is put in."""
    method, path, headers, body = json.loads(line)
    content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
    head = [f"Host: 127.0.0.1:{port}", f"Content-Length: {len(content)}"]
    if content:
        head.append("Content-Type: application/json")
    head += [f"{name}: {value}" for name, value in headers.items()]
    before, _, after = path.partition("{id}")
    rest = f"{after} HTTP/1.1\r\n" + "\r\n".join(head) + "\r\n\r\n"
    return f"{method} {before}".encode(), (b"" if not _ else b"\0") + rest.encode() + content


async def send_all(
    port: int, requests: Iterator[tuple[bytes, bytes]], until: float
) -> tuple[list[float], Counter[int]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took: list[float] = []
    statuses: Counter[int] = Counter()
    while (began := time.perf_counter()) < until:
        start, rest = next(requests)
        if rest[:1] == b"\0":
            rest = str(uuid4()).encode() + rest[1:]
        writer.write(start + rest)
        head = await reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        at = lower.find(b"content-length:")
        if at >= 0:
            length = int(lower[at + 15 : lower.index(b"\r\n", at)])
            if length:
                await reader.readexactly(length)
        took.append(time.perf_counter() - began)
        statuses[int(head[9:12])] += 1
    writer.close()
    return took, statuses


async def main(port: int, seconds: float, connections: int) -> None:
    wires = [wire_of(port, line) for line in sys.stdin]
    requests = itertools.cycle(wires)
    began = time.perf_counter()
    done = await asyncio.gather(
        *(send_all(port, requests, began + seconds) for _ in range(connections))
    )
    wall = time.perf_counter() - began
    took = sorted(itertools.chain.from_iterable(times for times, _ in done))
    statuses = sum((found for _, found in done), Counter())
    print(
        json.dumps(
            {
                "rate": len(took) / wall,
                "p50_ms": statistics.median(took) * 1000,
                "p95_ms": took[int(len(took) * 0.95)] * 1000,
                "p99_ms": took[int(len(took) * 0.99)] * 1000,
                "statuses": {str(status): count for status, count in statuses.items()},
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
