"""The audience of the live feed: who listens, found by what they may see.

Ten thousand phones have nearly as many scopes. What happens concerns a handful of them, and
only those are looked at: each key knows the scopes that hold it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator

Scope = frozenset[str]


class Listener:
    """One open stream."""

    def __init__(self, scope: Scope, most_frames: int) -> None:
        self.scope = scope
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


class Audience:
    """The listeners of one process, by scope, and the scopes by key."""

    def __init__(self) -> None:
        self._of_scope: dict[Scope, set[Listener]] = {}
        self._of_key: defaultdict[str, set[Scope]] = defaultdict(set)

    def __len__(self) -> int:
        """How many streams are open."""
        return sum(len(group) for group in self._of_scope.values())

    def __iter__(self) -> Iterator[Listener]:
        """Everybody."""
        for group in list(self._of_scope.values()):
            yield from list(group)

    def add(self, listener: Listener) -> None:
        """Let somebody listen."""
        scope = listener.scope
        if scope not in self._of_scope:
            self._of_scope[scope] = set()
            for key in scope:
                self._of_key[key].add(scope)
        self._of_scope[scope].add(listener)

    def remove(self, listener: Listener) -> None:
        """Let somebody go; nothing stays of the last one of a scope."""
        scope = listener.scope
        group = self._of_scope.get(scope)
        if group is None:
            return
        group.discard(listener)
        if group:
            return
        del self._of_scope[scope]
        for key in scope:
            self._of_key[key].discard(scope)
            if not self._of_key[key]:
                del self._of_key[key]

    def concerned(self, keys: Iterable[str]) -> Iterator[tuple[Scope, list[Listener]]]:
        """Return the scopes that hold one of these keys at least, with who listens with them."""
        scopes = {scope for key in keys for scope in self._of_key.get(key, ())}
        for scope in scopes:
            yield scope, list(self._of_scope[scope])
