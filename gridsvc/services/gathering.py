"""Gathering: reports that come at the same time are taken in together.

A report costs a handful of statements and a commit, and sixty of them cost hardly more. So
while one batch is being written the next one gathers; a report that comes alone does not
wait. One thread does the work, whatever event loops the reports come from.
"""

import asyncio
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gridsvc.core.actor import Actor
from gridsvc.services.context import Context
from gridsvc.services.report_answers import ReportAnswer, answers_to
from gridsvc.services.report_draft import ReportConflict, ReportDraft
from gridsvc.services.reports import check_draft, report_many

#: Reports of one transaction. More would only make everybody wait for the last one's decision.
MOST_TOGETHER = 64
#: Reports that may wait, of all senders and of one of them.
MOST_WAITING, MOST_OF_ONE = 1024, 512
#: Whoever would wait longer than this is sent away to come again.
LONGEST_WAIT_S = 10.0
#: How long a batch waits for those who got their answers together and will ask again.
WINDOW_S = 0.004
#: The thread ends after so long without work; the next report starts another.
IDLE_S = 5.0
#: How long those still waiting are served when the process stops.
DRAIN_S = 4.0


class TooManyReports(Exception):
    """Reports come faster than the database takes them."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many reports are waiting; send it again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class Stopping(Exception):
    """This process is about to end and takes nothing more."""

    retry_after_s = 2

    def __init__(self) -> None:
        super().__init__("the service is restarting; send it again in a moment")


@dataclass(slots=True)
class Waiting:
    """A report on its way, and who waits for its answer."""

    actor: Actor
    draft: ReportDraft
    answered: Callable[[ReportAnswer | Exception], None]
    #: The event loop that `answered` must be called on; None for any thread.
    loop: asyncio.AbstractEventLoop | None = None


@dataclass(slots=True)
class Line:
    """Those who wait, in turn by sender: many reports of one do not hold up the others."""

    _of_sender: OrderedDict[UUID, deque[Waiting]] = field(default_factory=OrderedDict)
    count: int = 0

    def waiting_of(self, sender: UUID) -> int:
        """Return how many reports of one sender wait."""
        return len(self._of_sender.get(sender, ()))

    def append(self, one: Waiting) -> None:
        """Let a report wait, behind those of the same sender."""
        self._of_sender.setdefault(one.actor.account_id, deque()).append(one)
        self.count += 1

    def take(self, most: int) -> list[Waiting]:
        """Take the next ones out, one of each sender in turn."""
        taken: list[Waiting] = []
        while self._of_sender and len(taken) < most:
            sender, theirs = self._of_sender.popitem(last=False)
            taken.append(theirs.popleft())
            if theirs:
                self._of_sender[sender] = theirs
        self.count -= len(taken)
        return taken


class Gathering:
    """Takes reports in for one process. Holds no truth: what was not answered was not taken."""

    def __init__(self, ctx: Context, *, most_waiting: int = MOST_WAITING) -> None:
        self._ctx = ctx
        self._most_waiting = most_waiting
        self._line = Line()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing_at: float | None = None
        #: when the batch under way began, and how long the last ones took
        self._began_at: float | None = None
        self._batch_s = 0.05
        self._last_size = 0

    @property
    def waiting(self) -> int:
        """How many reports wait for the next batch."""
        return self._line.count

    async def take(self, actor: Actor, draft: ReportDraft) -> ReportAnswer:
        """Take a report in with those that come at the same time; return once it is durable.

        Raises what the report itself is refused for, `TooManyReports`, or `Stopping`.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[ReportAnswer] = loop.create_future()

        self.put(Waiting(actor, draft, partial(settle, answer), loop))
        return await answer

    def put(self, one: Waiting) -> None:
        """Let a report wait for the next batch, or refuse it."""
        with self._changed:
            if self._closing_at is not None:
                raise Stopping
            expected_s = self._expected_wait_s()
            if (
                self._line.count >= self._most_waiting
                or self._line.waiting_of(one.actor.account_id) >= MOST_OF_ONE
                or expected_s > LONGEST_WAIT_S
            ):
                raise TooManyReports(max(1, min(60, math.ceil(expected_s))))
            self._line.append(one)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="gathering", daemon=True)
                self._thread.start()
            else:
                self._changed.notify()

    def close(self) -> None:
        """Answer those who wait, or refuse them when that takes too long; take nothing more."""
        with self._changed:
            self._closing_at = time.monotonic() + DRAIN_S
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join(2 * DRAIN_S)
        with self._changed:
            left = self._line.take(self._line.count)
        deliver(left, [Stopping() for _ in left])

    def _expected_wait_s(self) -> float:
        """Say how long a report that comes now will wait; a batch that hangs counts as it is."""
        ahead = self._line.count // MOST_TOGETHER + 1
        under_way_s = 0.0 if self._began_at is None else time.monotonic() - self._began_at
        return ahead * self._batch_s + max(under_way_s, 0.0)

    def _run(self) -> None:
        while batch := self._next_batch():
            began = time.monotonic()
            deliver(batch, answers_of(self._ctx, batch))
            with self._changed:
                self._began_at = None
                took_s = time.monotonic() - began
                self._batch_s += (took_s - self._batch_s) / 4
                self._last_size = len(batch)

    def _next_batch(self) -> list[Waiting]:
        """Wait for reports; return none when there is nothing more to do."""
        with self._changed:
            idle_until = time.monotonic() + IDLE_S
            while not self._line.count:
                left_s = idle_until - time.monotonic()
                if self._closing_at is not None or left_s <= 0:
                    self._thread = None
                    return []
                self._changed.wait(left_s)
            if self._closing_at is not None and time.monotonic() > self._closing_at:
                self._thread = None
                return []
            # Those answered together come back within moments of each other.
            until = time.monotonic() + WINDOW_S
            wanted = min(self._last_size, MOST_TOGETHER)
            while self._line.count < wanted and (left_s := until - time.monotonic()) > 0:
                self._changed.wait(left_s)
            self._began_at = time.monotonic()
            return self._line.take(MOST_TOGETHER)


def deliver(batch: Sequence[Waiting], results: Sequence[ReportAnswer | Exception]) -> None:
    """Answer everybody of a batch; an event loop is woken once for all who wait on it."""
    of_loop: dict[
        asyncio.AbstractEventLoop | None, list[tuple[Waiting, ReportAnswer | Exception]]
    ] = {}
    for one, result in zip(batch, results, strict=True):
        of_loop.setdefault(one.loop, []).append((one, result))
    for loop, answers in of_loop.items():
        if loop is None:
            hand_over(answers)
        else:
            with suppress(RuntimeError):  # the loop has gone, and with it who waited
                loop.call_soon_threadsafe(hand_over, answers)


def hand_over(answers: Sequence[tuple[Waiting, ReportAnswer | Exception]]) -> None:
    """Tell each its answer."""
    for one, result in answers:
        one.answered(result)


def settle(answer: "asyncio.Future[ReportAnswer]", result: ReportAnswer | Exception) -> None:
    """Hand an answer over, unless nobody waits for it any more."""
    if answer.done():
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)


def answers_of(ctx: Context, batch: Sequence[Waiting]) -> list[ReportAnswer | Exception]:
    """Take a batch in and return the answer to each, in their order; raises nothing.

    Mostly nothing is wrong with any of them. Otherwise those with a fault of their own are
    found and asked about one by one, and the rest is taken in together. Should that fail
    for a reason that was not foreseen, each is tried by itself, so that only the one that
    causes it fails. A database that is away is away for all of them.
    """
    try:
        return _at_once(ctx, batch)
    except (OperationalError, PoolTimeout) as away:
        return [away for _ in batch]
    except Exception as error:
        if len(batch) < 2:
            return [error for _ in batch]
    results: dict[int, ReportAnswer | Exception] = {}
    try:
        faulty = _faulty(ctx, batch)
        good = [at for at in range(len(batch)) if at not in faulty]
        results |= zip(good, _together(ctx, [batch[at] for at in good]), strict=True)
        for at in faulty:
            # Refused, unless it was taken in while it was still good.
            [results[at]] = _together(ctx, [batch[at]])
    except Exception as error:
        results |= {at: error for at in range(len(batch)) if at not in results}
    return [results[at] for at in range(len(batch))]


def _faulty(ctx: Context, batch: Sequence[Waiting]) -> list[int]:
    """Return which reports of a batch would be refused whatever else comes with them."""
    with ctx.database.begin_intake() as connection:
        reference, now = ctx.ground.stamped(connection).reference(), ctx.clock.now()
    found = []
    for at, one in enumerate(batch):
        try:
            check_draft(one.draft, reference, now)
        except Exception:
            found.append(at)
    return found


def _together(ctx: Context, batch: Sequence[Waiting]) -> list[ReportAnswer | Exception]:
    try:
        return _at_once(ctx, batch)
    except (OperationalError, PoolTimeout):
        raise
    except Exception as error:
        if len(batch) < 2:
            return [error for _ in batch]
    return [_together(ctx, [one])[0] for one in batch]


def _at_once(ctx: Context, batch: Sequence[Waiting]) -> list[ReportAnswer | Exception]:
    if not batch:
        return []
    taken = report_many(ctx, [(one.actor, one.draft) for one in batch])
    kept = [
        (one.actor, one.draft, result)
        for one, result in zip(batch, taken, strict=True)
        if not isinstance(result, ReportConflict)
    ]
    answers = iter(answers_to(ctx, kept))
    return [result if isinstance(result, ReportConflict) else next(answers) for result in taken]
