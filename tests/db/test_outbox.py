"""The outbox: what was committed is told exactly once, in whatever order it was committed."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from uuid import uuid4

import numpy as np
import psycopg
import pytest
from sqlalchemy import Connection

from gridsvc.embedded import EmbeddedCluster
from gridsvc.services import feed
from gridsvc.services.context import Context
from gridsvc.services.feed import read_batch, start_of_feed
from gridsvc.store.database import set_scope
from gridsvc.store.events import (
    Event,
    Snapshot,
    append_events,
    current_snapshot,
    events_between,
    snapshot_of,
)
from tests.deeds import act, draft, officer, reported, send

AT = datetime(2026, 6, 15, 4, tzinfo=UTC)


def fact(name: str) -> Event:
    return Event(
        subject="shift",
        subject_id=name,
        seq=1,
        kind="began",
        at=AT,
        account_id=None,
        body={},
        scope_keys=["*"],
    )


class Tail:
    """A reader that remembers what it was told."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.told: Counter[str] = Counter()
        self.cursor = start_of_feed(ctx)

    def read(self) -> set[str]:
        with self.ctx.database.begin() as connection:
            until = current_snapshot(connection)
            found = events_between(connection, self.cursor, until, 10_000)
        self.cursor = until
        names = [event.subject_id for event in found]
        self.told.update(names)
        return set(names)


@pytest.fixture
def begin(ctx: Context) -> Iterator[Callable[[], Connection]]:
    """Opens sessions, each with a transaction that the test commits."""
    with ExitStack() as stack:

        def begin() -> Connection:
            connection = stack.enter_context(ctx.database.app.connect())
            set_scope(connection, ("*",))
            return connection

        yield begin


def test_what_commits_late_is_told_late_and_nothing_is_lost(
    ctx: Context, begin: Callable[[], Connection]
) -> None:
    """Reading by sequence would pass over A for ever; waiting for A would stall B."""
    tail, a, b = Tail(ctx), begin(), begin()
    late, early = str(uuid4()), str(uuid4())
    append_events(a, [fact(late)])
    append_events(b, [fact(early)])

    assert tail.read() == set()
    b.commit()
    assert tail.read() == {early}
    assert tail.read() == set()
    a.commit()
    assert tail.read() == {late}
    assert tail.read() == set()


def test_what_is_rolled_back_is_never_told(ctx: Context, begin: Callable[[], Connection]) -> None:
    tail, a = Tail(ctx), begin()
    append_events(a, [fact(str(uuid4()))])
    tail.read()
    a.rollback()

    assert tail.read() == set()


def test_one_who_joins_while_a_transaction_is_open_is_told_of_it(
    ctx: Context, begin: Callable[[], Connection]
) -> None:
    a = begin()
    name = str(uuid4())
    append_events(a, [fact(name)])
    tail = Tail(ctx)
    a.commit()

    assert tail.read() == {name}


@pytest.mark.parametrize("seed", range(5))
def test_any_interleaving_is_told_exactly_once(
    ctx: Context, begin: Callable[[], Connection], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    tails = [Tail(ctx)]
    sessions: dict[int, tuple[Connection, list[str]]] = {}
    connections = [begin() for _ in range(4)]
    committed: list[str] = []
    since: dict[int, int] = {0: 0}
    for _ in range(120):
        which = int(rng.integers(4))
        deed = rng.choice(["write", "write", "commit", "rollback", "read", "join"])
        connection, names = sessions.setdefault(which, (connections[which], []))
        if deed == "write":
            names.append(str(uuid4()))
            append_events(connection, [fact(names[-1])])
        elif deed in ("commit", "rollback"):
            if deed == "commit":
                connection.commit()
                committed += names
            else:
                connection.rollback()
            del sessions[which]
            set_scope(connection, ("*",))
        elif deed == "read":
            tails[int(rng.integers(len(tails)))].read()
        elif len(tails) < 4:
            since[len(tails)] = len(committed)
            tails.append(Tail(ctx))
    for connection, names in sessions.values():
        connection.commit()
        committed += names
    for tail in tails:
        tail.read()

    assert len(committed) > 10
    for at, tail in enumerate(tails):
        assert tail.told == Counter(committed[since[at] :])


@pytest.mark.parametrize("where", ["this database", "another database"])
def test_a_write_transaction_held_open_elsewhere_delays_nothing(
    ctx: Context, cluster: EmbeddedCluster, where: str
) -> None:
    """Not even in another database of the cluster, which holds back `pg_snapshot_xmin` too."""
    url = ctx.database.url if where == "this database" else cluster.url("postgres", "postgres")
    with psycopg.connect(url.replace("+psycopg", "")) as held:
        if where == "this database":
            held.execute(
                "INSERT INTO context_line (kind, name, line) SELECT kind, name, line "
                "FROM context_line LIMIT 1"
            )
        else:
            held.execute("CREATE TEMP TABLE held (x int)")
            held.execute("SELECT pg_current_xact_id()")
        cursor = start_of_feed(ctx)
        for _ in range(3):
            incident_id = reported(ctx, "D2", "RUBBISH-1")
            batch = read_batch(ctx, cursor)
            assert {item.shown["incident"]["incident_id"] for item in batch.items} == {incident_id}
            cursor = batch.until
        held.rollback()

    assert read_batch(ctx, cursor).items == ()


class TestBatches:
    def test_an_item_tells_the_event_and_the_incident_as_it_is_now(self, ctx: Context) -> None:
        incident_id = reported(ctx, "D2", "MANHOLE-2")
        cursor = start_of_feed(ctx)
        act(ctx, "handler-dongcheng", incident_id, "acknowledge")
        act(ctx, "handler-dongcheng", incident_id, "return", reason="already_solved")

        items = read_batch(ctx, cursor).items

        assert [i.shown["kind"] for i in items] == ["acknowledged", "returned", "queued"]
        assert [i.shown["seq"] for i in items] == [4, 5, 6]
        for item in items:
            shown = item.shown["incident"]
            assert (shown["incident_id"], shown["state"]) == (incident_id, "returned")
            assert shown["version"] == 3
            assert set(shown) == {
                *("incident_id", "number", "state", "version", "lon", "lat", "matter", "tier"),
                *("level", "due_at", "lamp", "grid_code", "town", "queue", "open", "warn_at"),
                *("suspended_until", "request", "supervised_by"),
            }

    def test_too_much_to_tell_is_said(self, ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(feed, "MOST_EVENTS", 5)
        cursor = start_of_feed(ctx)
        send(ctx, officer(ctx, "manager-D1"), draft(ctx, "D2"), draft(ctx, "D2"))

        batch = read_batch(ctx, cursor)

        assert batch.overflowed
        assert batch.items == ()

    def test_the_same_stretch_again_is_the_same(self, ctx: Context) -> None:
        """What a browser missed is read from its cursor to that of the live tail."""
        since = start_of_feed(ctx)
        reported(ctx, "D2", "RUBBISH-1")
        first = read_batch(ctx, since)
        reported(ctx, "D3", "RUBBISH-1")

        again = read_batch(ctx, since, first.until)

        assert [i.shown["incident"]["incident_id"] for i in again.items] == [
            i.shown["incident"]["incident_id"] for i in first.items
        ]


@pytest.mark.parametrize(
    "given",
    [
        *("", "7", "1:2", "abc", "1:2:3:4", "-1:2:", "1:5:2;DROP TABLE event", "1:2: ", "1:2:3,"),
        # of the right form, and still no snapshot
        *(
            "9:1:",
            "0:0:",
            "1:5:9",
            "5:9:2",
            "1:9:5,3",
            "99999999999999999999:99999999999999999999:",
        ),
    ],
)
def test_what_is_no_snapshot_is_not_read_from(given: str) -> None:
    assert snapshot_of(given) is None


@pytest.mark.parametrize("given", ["1:1:", "3:9:3,5,8", "731:731:"])
def test_snapshots_are_recognised(ctx: Context, given: str) -> None:
    assert snapshot_of(given) == Snapshot(given)
    read_batch(ctx, Snapshot(given))  # and the database thinks so too
