"""Catching up: what those missed who lost their connection together is read once for all.

When a server is started again a thousand consoles come back within seconds, most of them from
the same place in the feed.
"""

import threading
from collections import OrderedDict

from gridsvc.services.context import Context
from gridsvc.services.feed import Batch, read_batch
from gridsvc.store.events import Snapshot

#: Stretches of the feed that are kept; each ends where the feed stood at some tick.
MOST_KEPT = 32


class Stretches:
    """Stretches of the feed read lately, by where they begin and end."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._kept: OrderedDict[tuple[Snapshot, Snapshot], Batch] = OrderedDict()
        # Held while reading: who wants the same waits for it instead of reading it too.
        self._lock = threading.Lock()

    def read(self, since: Snapshot, until: Snapshot) -> Batch:
        """Return what was committed after one snapshot and up to another."""
        with self._lock:
            found = self._kept.pop((since, until), None)
            batch = read_batch(self._ctx, since, until) if found is None else found
            self._kept[since, until] = batch
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return batch
