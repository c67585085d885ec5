"""The floor of a live feed: bare asyncio writing the same bytes to everybody, ten times a second.

python -m tests.bench.frame_server PORT EVENTS_PER_S
"""

import asyncio
import json
import resource
import sys
import time
from uuid import uuid4

TICK_S = 0.1
#: As large as what the service says of one event.
FILLER = "x" * 320


async def main(port: int, events_per_s: float) -> None:
    writers: set[asyncio.StreamWriter] = set()

    async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return  # who only looked whether we listen
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(chunk("event: hello\ndata: {}\n\n"))
        writers.add(writer)

    async with await asyncio.start_server(welcome, "127.0.0.1", port):
        each = max(1, round(events_per_s * TICK_S))
        while True:
            await asyncio.sleep(TICK_S)
            items = [
                {"incident": {"incident_id": str(uuid4()), "more": FILLER}, "seq": 1}
                for _ in range(each)
            ]
            data = json.dumps({"sent": time.monotonic(), "items": items})
            frame = chunk(f"event: batch\ndata: {data}\n\n")
            for writer in list(writers):
                if writer.is_closing():
                    writers.discard(writer)
                else:
                    writer.write(frame)


def chunk(frame: str) -> bytes:
    return f"{len(frame):x}\r\n{frame}\r\n".encode()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
