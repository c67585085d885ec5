"""Who listens to the live feed, found by what they may see.

Ten thousand phones have nearly as many scopes. What happens concerns a handful of them, and
only those are looked at: each key knows the audiences that hold it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator

from gridsvc.services.feed import Audience


class Listener:
    """One open stream."""

    def __init__(self, audience: Audience, most_frames: int) -> None:
        self.audience = audience
        self.frames: asyncio.Queue[bytes | None] = asyncio.Queue(most_frames)

    def put(self, frame: bytes | None, instead: bytes) -> None:
        """Hand a frame over; one who has fallen too far behind hears `instead` and nothing else."""
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            while not self.frames.empty():
                self.frames.get_nowait()
            self.frames.put_nowait(instead)
            if frame is None:
                self.frames.put_nowait(None)


class Listeners:
    """The open streams of one process by audience, and the audiences by key."""

    def __init__(self) -> None:
        self._of_audience: dict[Audience, set[Listener]] = {}
        self._of_key: defaultdict[str, set[Audience]] = defaultdict(set)

    def __len__(self) -> int:
        """How many streams are open."""
        return sum(len(group) for group in self._of_audience.values())

    def __iter__(self) -> Iterator[Listener]:
        """Everybody."""
        for group in list(self._of_audience.values()):
            yield from list(group)

    def add(self, listener: Listener) -> None:
        """Let somebody listen."""
        audience = listener.audience
        if audience not in self._of_audience:
            self._of_audience[audience] = set()
            for key in audience.scope:
                self._of_key[key].add(audience)
        self._of_audience[audience].add(listener)

    def remove(self, listener: Listener) -> None:
        """Let somebody go; nothing stays of the last one of an audience."""
        audience = listener.audience
        group = self._of_audience.get(audience)
        if group is None:
            return
        group.discard(listener)
        if group:
            return
        del self._of_audience[audience]
        for key in audience.scope:
            self._of_key[key].discard(audience)
            if not self._of_key[key]:
                del self._of_key[key]

    def concerned(self, keys: Iterable[str]) -> Iterator[tuple[Audience, list[Listener]]]:
        """Return the audiences that hold one of these keys at least, with who is in them."""
        for audience in {one for key in keys for one in self._of_key.get(key, ())}:
            yield audience, list(self._of_audience[audience])
