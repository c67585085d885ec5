"""`/stream`: what happens is heard once by whom it concerns, across lost connections too."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Empty, Queue
from typing import Any

import httpx2
import psycopg
import pytest

from gridsvc.api import catching_up, hub
from gridsvc.api.listeners import Listener
from gridsvc.services import feed
from gridsvc.services.context import Context
from gridsvc.services.feed import Audience, start_of_feed
from gridsvc.store.events import is_ahead
from tests.api.server import PATIENCE_S, Server
from tests.api.wire import act_on, problem_of, put_report
from tests.city import TinyCity

Clients = Callable[[str], httpx2.Client]
#: In which a frame that is not meant for somebody would have come.
A_WHILE_S = 0.6


@dataclass(frozen=True, slots=True)
class Frame:
    """One server-sent event."""

    event: str
    event_id: str
    data: dict[str, Any]

    @property
    def incident_ids(self) -> list[str]:
        """The incidents a batch tells of, one for each event."""
        return [item["incident"]["incident_id"] for item in self.data["items"]]


@dataclass(slots=True)
class Ear:
    """One open stream, read by a thread as it comes."""

    frames: Queue[Frame | None] = field(default_factory=Queue)
    last_id: str = ""
    response: httpx2.Response | None = None

    def next(self, *events: str) -> Frame:
        """Return the next frame of one of these kinds; beats are passed over unless asked for."""
        ends_at = time.monotonic() + PATIENCE_S
        while True:
            frame = self.frames.get(timeout=max(0.01, ends_at - time.monotonic()))
            assert frame is not None, "the stream has ended"
            if frame.event_id:
                self.last_id = frame.event_id
            if frame.event in events:
                return frame
            assert frame.event == "beat", f"{frame.event} where {events} was expected: {frame.data}"

    def heard(self, count: int) -> list[tuple[str, int]]:
        """Return (incident, seq) of the next batches, so many events at least."""
        items: list[tuple[str, int]] = []
        while len(items) < count:
            frame = self.next("batch")
            items += [(i["incident"]["incident_id"], i["seq"]) for i in frame.data["items"]]
        return items

    def hears_nothing(self) -> None:
        """Wait a while in which no batch may come."""
        ends_at = time.monotonic() + A_WHILE_S
        while (left := ends_at - time.monotonic()) > 0:
            try:
                frame = self.frames.get(timeout=left)
            except Empty:
                return
            assert frame is None or frame.event == "beat", frame


@contextmanager
def listening(client: httpx2.Client, last_id: str | None = None) -> Iterator[Ear]:
    """Open a stream and let a thread read it; the greeting has come when this begins."""
    ear = Ear()
    headers = {} if last_id is None else {"Last-Event-ID": last_id}
    is_open, hang_up = threading.Event(), threading.Event()

    def read() -> None:
        try:
            with client.stream("GET", "/stream", headers=headers) as response:
                ear.response = response
                is_open.set()
                said: dict[str, str] = {}
                for line in response.iter_lines():
                    if hang_up.is_set():
                        return
                    name, _, value = line.partition(": ")
                    if line:
                        said[name] = value
                    elif said:
                        data = json.loads(said.get("data", "{}"))
                        ear.frames.put(Frame(said.get("event", ""), said.get("id", ""), data))
                        said = {}
        except httpx2.TransportError:
            pass
        finally:
            is_open.set()
            ear.frames.put(None)

    thread = threading.Thread(target=read, name="ear")
    thread.start()
    try:
        assert is_open.wait(PATIENCE_S)
        yield ear
    finally:
        hang_up.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


@pytest.fixture(scope="module", autouse=True)
def _often() -> Iterator[None]:
    """Beats come often, so that a thread that hangs up notices soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub, "BEAT_S", 0.2)
        yield


@pytest.fixture
def settle(ctx: Context, server: Server) -> Callable[[], None]:
    """Waits until the tail has read all that was committed, so that who joins hears none of it."""

    def settle() -> None:
        until, tail = start_of_feed(ctx), server.app.state.hub
        while tail._cursor is None or is_ahead(until, tail._cursor):
            time.sleep(0.02)

    return settle


@pytest.fixture(autouse=True)
def _settled(settle: Callable[[], None]) -> None:
    settle()


@pytest.fixture
def phone(client_of: Clients) -> httpx2.Client:
    """The phone of the manager of D1."""
    return client_of("grid_manager")


@pytest.fixture
def desk(client_of: Clients) -> httpx2.Client:
    """The desk of the dispatcher of the city, who hears everything."""
    return client_of("dispatcher_city")


def report(phone: httpx2.Client, **given: Any) -> str:
    return str(put_report(phone, **given)["incident"]["incident_id"])


def test_a_greeting_then_what_happens(
    phone: httpx2.Client, desk: httpx2.Client, tiny_city: TinyCity
) -> None:
    with listening(desk) as ear:
        hello = ear.next("hello")
        assert ear.response is not None
        assert ear.response.headers["content-type"].startswith("text/event-stream")
        assert ear.response.headers["cache-control"] == "no-store"
        assert set(hello.data) == {"now", "rate", "generation"}
        assert hello.data["generation"] == tiny_city.generation
        assert hello.event_id

        incident_id = report(phone, place="D2", condition="MANHOLE-2")
        batch = ear.next("batch")

        assert batch.event_id
        assert set(batch.incident_ids) == {incident_id}
        assert [i["kind"] for i in batch.data["items"]] == ["reported", "filed", "task_given"]
        assert [i["seq"] for i in batch.data["items"]] == [1, 2, 3]
        shown = batch.data["items"][0]["incident"]
        assert (shown["state"], shown["open"], shown["queue"]) == ("dispatched", True, None)
        assert shown["grid_code"] == tiny_city.grid_code("D2")


def test_beats_come_in_silence_and_carry_an_id(desk: httpx2.Client) -> None:
    with listening(desk) as ear:
        ear.next("hello")
        for _ in range(2):
            beat = ear.next("beat")
            assert beat.event_id
            assert set(beat.data) == {"now"}


class TestComingBack:
    def test_exactly_what_was_missed(self, phone: httpx2.Client, desk: httpx2.Client) -> None:
        with listening(desk) as ear:
            ear.next("hello")
            before = report(phone, place="D1")
            assert {i for i, _ in ear.heard(3)} == {before}
        missed = [report(phone, place=place) for place in ("D2", "N1", (113.5, 22.5))]

        with listening(desk, ear.last_id) as again:
            assert not again.next("hello").event_id  # or what was missed would be passed over
            told = again.heard(9)
            assert sorted(told) == sorted((i, seq) for i in missed for seq in (1, 2, 3))
            after = report(phone, place="D3")
            assert {i for i, _ in again.heard(3)} == {after}

    def test_a_connection_lost_again_and_again_loses_and_doubles_nothing(
        self, phone: httpx2.Client, desk: httpx2.Client
    ) -> None:
        """Reports come all the while, also between hanging up and listening again."""
        sent: list[str] = []
        is_done = threading.Event()

        def send() -> None:
            for at in range(25):
                sent.append(report(phone, place=("D1", "D2", "D3", "N1")[at % 4]))
            is_done.set()

        with listening(desk) as ear:
            last_id = ear.next("hello").event_id
        sender = threading.Thread(target=send)
        sender.start()
        told: list[tuple[str, int]] = []
        while True:
            was_done = is_done.is_set()
            with listening(desk, last_id) as ear:
                ear.next("hello")
                for _ in range(2):
                    frame = ear.next("batch", "beat")
                    last_id = frame.event_id
                    for item in frame.data.get("items", ()):
                        told.append((item["incident"]["incident_id"], item["seq"]))
            if was_done:
                break
        sender.join()

        assert len(sent) == 25
        assert sorted(told) == sorted((i, seq) for i in sent for seq in (1, 2, 3))

    @pytest.mark.parametrize(
        "last_id",
        ["yesterday", "0", "9:1:", "1:5:9", "'; DROP TABLE event", "9" * 30 + ":1:", "1::"],
    )
    def test_an_id_that_is_none_means_load_afresh(
        self, phone: httpx2.Client, desk: httpx2.Client, last_id: str
    ) -> None:
        with listening(desk, last_id) as ear:
            ear.next("hello")
            ear.next("resync")
            incident_id = report(phone, place="D1")
            assert {i for i, _ in ear.heard(3)} == {incident_id}

    def test_so_does_one_from_a_database_that_has_seen_more(self, desk: httpx2.Client) -> None:
        """As after a restore: nothing would ever be newer than what the listener knows."""
        with listening(desk, f"{2**40}:{2**40}:") as ear:
            ear.next("hello")
            ear.next("resync")

    def test_and_having_missed_too_much(
        self, phone: httpx2.Client, desk: httpx2.Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with listening(desk) as ear:
            last_id = ear.next("hello").event_id
            report(phone, place="D1")
            ear.heard(3)
        monkeypatch.setattr(feed, "MOST_EVENTS", 2)

        with listening(desk, last_id) as ear:
            ear.next("hello")
            ear.next("resync")

    def test_to_another_server_after_a_restart(
        self, ctx: Context, phone: httpx2.Client, desk: httpx2.Client
    ) -> None:
        """No process holds what the other told: the id is enough."""
        with listening(desk) as ear:
            ear.next("hello")
            report(phone, place="D1")
            ear.heard(3)
        missed = report(phone, place="D2")

        restarted = Server.start(ctx)
        try:
            client = restarted.signed_in("dispatcher_city")
            with listening(client, ear.last_id) as again:
                again.next("hello")
                assert {i for i, _ in again.heard(3)} == {missed}
                after = report(phone, place="D3")  # through the first server
                assert {i for i, _ in again.heard(3)} == {after}
        finally:
            restarted.stop()

    def test_a_server_that_stops_ends_its_streams(self, ctx: Context) -> None:
        stopping = Server.start(ctx)
        client = stopping.signed_in("dispatcher_city")
        with listening(client) as ear:
            ear.next("hello")
            stopping.stop()
            while ear.frames.get(timeout=PATIENCE_S) is not None:
                pass


class TestScope:
    def test_nobody_hears_of_what_they_do_not_see(
        self, phone: httpx2.Client, client_of: Clients
    ) -> None:
        nancheng, dongcheng = client_of("dispatcher_nancheng"), client_of("dispatcher")
        with listening(nancheng) as south, listening(dongcheng) as east:
            south.next("hello")
            east.next("hello")
            in_dongcheng = report(phone, place="D4", condition="MANHOLE-2")
            assert {i for i, _ in east.heard(3)} == {in_dongcheng}
            south.hears_nothing()

            in_nancheng = report(phone, place="N1", condition="MANHOLE-2")
            assert {i for i, _ in south.heard(3)} == {in_nancheng}
            east.hears_nothing()

    def test_nor_when_they_come_back(self, phone: httpx2.Client, client_of: Clients) -> None:
        nancheng = client_of("dispatcher_nancheng")
        with listening(nancheng) as south:
            last_id = south.next("hello").event_id
        report(phone, place="D4")
        in_nancheng = report(phone, place="N2")
        report(phone, place=(113.5, 22.5))

        with listening(nancheng, last_id) as south:
            south.next("hello")
            assert {i for i, _ in south.heard(3)} == {in_nancheng}
            south.hears_nothing()

    @pytest.mark.parametrize("login", ["operator", "liaison", "postless", "resident"])
    def test_who_sees_nothing_hears_nothing(
        self, phone: httpx2.Client, client_of: Clients, login: str
    ) -> None:
        with listening(client_of(login)) as ear:
            ear.next("hello")
            report(phone, place="D4")
            ear.hears_nothing()

    def test_a_handler_hears_of_what_concerns_their_department(
        self, phone: httpx2.Client, client_of: Clients
    ) -> None:
        with listening(client_of("handler")) as ear:
            ear.next("hello")
            report(phone, place="D4", condition="FIRELANE-1")
            ear.hears_nothing()
            theirs = report(phone, place="D4", condition="MANHOLE-2")
            assert {i for i, _ in ear.heard(3)} == {theirs}

    def test_who_is_not_signed_in_is_refused(self, server: Server) -> None:
        problem_of(server.visitor().get("/stream"), 401, "not-signed-in")


@pytest.mark.parametrize("seconds", [1, pytest.param(30, marks=pytest.mark.slow)])
def test_a_write_transaction_held_open_delays_no_event(
    database_url: str, phone: httpx2.Client, desk: httpx2.Client, seconds: int
) -> None:
    """All that is reported while it is open is heard while it is open."""
    with (
        listening(desk) as ear,
        psycopg.connect(database_url.replace("+psycopg", "")) as held,
    ):
        ear.next("hello")
        held.execute(
            "INSERT INTO event (subject, subject_id, seq, kind, at, body, scope_keys) "
            "VALUES ('shift', 'held', 1, 'began', now(), '{}', '{*}')"
        )
        ends_at = time.monotonic() + seconds
        while True:
            incident_id = report(phone, place="D2")
            assert {i for i, _ in ear.heard(3)} == {incident_id}
            if time.monotonic() > ends_at:
                break
            time.sleep(seconds / 10)
        assert held.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
        held.rollback()


def test_a_step_is_heard_with_the_state_it_led_to(
    phone: httpx2.Client, desk: httpx2.Client, settle: Callable[[], None]
) -> None:
    incident = put_report(phone, place="D1", condition="MANHOLE-2")["incident"]
    settle()
    with listening(desk) as ear:
        ear.next("hello")
        act_on(desk, incident, "void", reason="duplicate")
        items = ear.next("batch").data["items"]

        assert [i["kind"] for i in items][-1] == "voided"
        shown = items[-1]["incident"]
        assert (shown["state"], shown["open"], shown["lamp"]) == ("voided", False, "grey")
        assert shown["version"] == 2


def test_a_listener_that_falls_behind_is_told_to_load_afresh() -> None:
    """Its frames are dropped, not those of the others, and memory does not grow."""
    slow = Listener(Audience(frozenset({"*"})), 200)
    for at in range(201):
        slow.put(b"%d" % at, hub.RESYNC)

    assert slow.frames.qsize() == 1
    assert slow.frames.get_nowait() == hub.RESYNC


def test_what_many_missed_together_is_read_once(
    ctx: Context, phone: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = start_of_feed(ctx)
    incident_id = report(phone, place="D2")
    until = start_of_feed(ctx)
    reads: list[str] = []
    whole = catching_up.read_batch

    def counted(*given: Any) -> feed.Batch:
        reads.append(given[1])
        time.sleep(0.05)  # so that the others come while it is read
        return whole(*given)

    monkeypatch.setattr(catching_up, "read_batch", counted)
    stretches = catching_up.Stretches(ctx)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: stretches.read(since, until), range(8)))

    assert reads == [since]
    assert all(batch is found[0] for batch in found)
    assert {str(i.shown["incident"]["incident_id"]) for i in found[0].items} == {incident_id}
    assert stretches.read(until, start_of_feed(ctx)).items == ()


def test_frames_are_made_once_for_all_with_the_same_scope(
    phone: httpx2.Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Audience] = []
    whole = hub.batch_frame

    def counted(batch: Any, audience: Audience) -> bytes:
        made.append(audience)
        return whole(batch, audience)

    monkeypatch.setattr(hub, "batch_frame", counted)
    client = server.signed_in("dispatcher_city")
    with listening(client) as one, listening(client) as two, listening(client) as three:
        ears = (one, two, three)
        for ear in ears:
            ear.next("hello")
        incident_id = report(phone, place="D2")
        for ear in ears:
            assert {i for i, _ in ear.heard(3)} == {incident_id}

    seeing = [each for each in made if any(key.startswith("44") for key in each.scope)]
    assert len(seeing) == len(set(seeing))


class TestReporters:
    """Who may not read incidents hears what became of their own reports."""

    def test_each_step_reaches_them_and_never_who_took_it(
        self, ctx: Context, client_of: Clients, desk: httpx2.Client
    ) -> None:
        resident = client_of("resident")
        until = (ctx.clock.now() + timedelta(days=1)).isoformat()
        with listening(resident) as ear, listening(desk) as chief:
            ear.next("hello")
            chief.next("hello")
            incident = put_report(resident, place="D1", condition="MANHOLE-2")["incident"]
            for login, step, given in (
                ("grid_manager", "verify_confirm", {}),
                ("dispatcher", "accept", {"condition": "MANHOLE-2"}),
                ("dispatcher_city", "supervise", {"note": "今天之内", "until": until}),
                ("handler", "acknowledge", {}),
            ):
                answer = act_on(client_of(login), incident, step, **given)
                assert answer.status_code == 200, answer.text
                incident = answer.json()
            items: list[dict[str, Any]] = []
            while not items or items[-1]["kind"] != "acknowledged":
                items += ear.next("batch").data["items"]
            heard_by_the_desk: list[str] = []
            while not heard_by_the_desk or heard_by_the_desk[-1] != "acknowledged":
                batch = chief.next("batch")
                heard_by_the_desk += [item["kind"] for item in batch.data["items"]]

        assert [item["kind"] for item in items] == [
            *("reported", "task_given", "verified", "accepted", "task_given", "acknowledged"),
        ]
        assert {item["incident"]["incident_id"] for item in items} == {incident["incident_id"]}
        assert all(set(item) == {"kind", "seq", "at", "incident"} for item in items)
        assert "supervised" in heard_by_the_desk
        for item in items:
            shown = item["incident"]
            assert (shown["queue"], shown["request"], shown["supervised_by"]) == (None,) * 3

    def test_they_hear_nothing_of_others_reports(
        self, client_of: Clients, phone: httpx2.Client
    ) -> None:
        with listening(client_of("resident")) as ear:
            ear.next("hello")
            report(phone, place="D1", condition="MANHOLE-2")
            ear.hears_nothing()

    def test_after_a_lost_connection_they_hear_what_they_missed(
        self, client_of: Clients, settle: Callable[[], None]
    ) -> None:
        resident = client_of("resident")
        with listening(resident) as ear:
            ear.next("hello")
            last_id = ear.last_id
        incident_id = report(resident, place="D1", condition="MANHOLE-2")
        settle()
        with listening(resident, last_id) as ear:
            ear.next("hello")
            batch = ear.next("batch")

        assert set(batch.incident_ids) == {incident_id}
        assert [item["kind"] for item in batch.data["items"]] == ["reported", "task_given"]
