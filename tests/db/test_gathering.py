"""Reports that come together: each gets its own answer, and none suffers from its neighbours."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from gridsvc.core.actor import Actor
from gridsvc.core.geo.datum import UnknownDatum
from gridsvc.core.matter import MatterCode
from gridsvc.core.permission import AccountKind
from gridsvc.services import gathering as module
from gridsvc.services.context import Context
from gridsvc.services.gathering import (
    MOST_TOGETHER,
    Gathering,
    Line,
    Stopping,
    TooManyReports,
    Waiting,
    deliver,
)
from gridsvc.services.report_answers import ReportAnswer
from gridsvc.services.report_draft import ReportConflict, ReportDraft, UnknownMatter
from gridsvc.services.reports import report_many
from tests.deeds import claim, draft, officer, set_clock, statements_of

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
PLACES = ("D1", "D2", "D3", "D6", "N2")


@pytest.fixture(autouse=True)
def _noon(ctx: Context) -> None:
    set_clock(ctx, NOON)


@pytest.fixture
def gathering(ctx: Context) -> Iterator[Gathering]:
    gathering = Gathering(ctx)
    yield gathering
    gathering.close()


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the batches that were taken in."""
    sizes: list[int] = []

    def counted(ctx: Context, drafts: Sequence[Any]) -> Any:
        sizes.append(len(drafts))
        return report_many(ctx, drafts)

    monkeypatch.setattr(module, "report_many", counted)
    return sizes


def all_of(
    gathering: Gathering, sent: Sequence[tuple[Actor, ReportDraft]]
) -> list[ReportAnswer | BaseException]:
    """Send reports at the same time and return the answers in their order."""

    async def send() -> list[ReportAnswer | BaseException]:
        return await asyncio.gather(
            *(gathering.take(actor, one) for actor, one in sent), return_exceptions=True
        )

    return asyncio.run(send())


def answered(results: Sequence[ReportAnswer | BaseException]) -> list[ReportAnswer]:
    assert all(isinstance(one, ReportAnswer) for one in results), results
    return [one for one in results if isinstance(one, ReportAnswer)]


def known(ctx: Context, ids: Sequence[UUID]) -> set[UUID]:
    with ctx.database.begin() as connection:
        rows = connection.execute(
            text("SELECT report_id FROM report WHERE report_id = ANY(:ids)"), {"ids": list(ids)}
        )
        return set(rows.scalars())


def test_each_gets_its_own_answer_and_they_share_transactions(
    ctx: Context, gathering: Gathering, batches: list[int]
) -> None:
    people = [officer(ctx, code) for code in ("manager-D1", "manager-D2", "manager-D3")]
    sent = [
        (people[i % 3], draft(ctx, PLACES[i % 5], photos=(claim(),) * (i % 2))) for i in range(100)
    ]

    answers = answered(all_of(gathering, sent))

    for (_, one), answer in zip(sent, answers, strict=True):
        assert answer.taken.is_new
        assert answer.taken.receipt.report_id == one.report_id
        assert list(answer.missing_photos) == [photo.sha256 for photo in one.photos]
        assert (answer.incident["place"]["lon"], answer.incident["place"]["lat"]) == (
            pytest.approx(one.raw_place.lon),
            pytest.approx(one.raw_place.lat),
        )
    assert len({answer.incident["incident_id"] for answer in answers}) == 100
    assert sum(batches) == 100
    assert len(batches) <= 10
    assert max(batches) <= MOST_TOGETHER


def test_the_same_report_many_times_at_once_is_one(ctx: Context, gathering: Gathering) -> None:
    inspector = officer(ctx, "manager-D1")
    one = draft(ctx, "D2")
    changed = replace(one, note="other")

    same_again = [(inspector, replace(one)) for _ in range(8)]
    results = all_of(gathering, [*same_again, (inspector, changed)])

    same = answered(results[:8])
    assert sorted(answer.taken.is_new for answer in same) == [False] * 7 + [True]
    assert len({answer.incident["incident_id"] for answer in same}) == 1
    assert isinstance(results[8], ReportConflict)


def test_a_bad_report_is_refused_alone(ctx: Context, gathering: Gathering) -> None:
    inspector = officer(ctx, "manager-D1")
    good = [draft(ctx, place) for place in PLACES]
    bad = [
        draft(ctx, "D1", matter="UNICORN", condition=None),
        draft(ctx, "D1", datum="pz90"),
    ]

    results = all_of(gathering, [(inspector, one) for one in (*good[:2], *bad, *good[2:])])

    assert isinstance(results[2], UnknownMatter)
    assert isinstance(results[3], UnknownDatum)
    assert len(answered([*results[:2], *results[4:]])) == 5


def test_what_the_database_refuses_fails_alone(
    ctx: Context, gathering: Gathering, batches: list[int]
) -> None:
    """Somebody whose account is gone passes every check and breaks the batch he is in."""
    inspector = officer(ctx, "manager-D1")
    ghost = replace(inspector, account_id=uuid4())
    good = [draft(ctx, place) for place in PLACES]
    poison = draft(ctx, "D1")

    results = all_of(gathering, [(inspector, one) for one in good] + [(ghost, poison)])

    assert len(answered(results[:5])) == 5
    assert isinstance(results[5], Exception)
    assert not isinstance(results[5], TooManyReports)
    assert known(ctx, [one.report_id for one in (*good, poison)]) == {o.report_id for o in good}


def test_a_database_that_is_away_is_away_for_all_and_asked_once(
    ctx: Context, gathering: Gathering, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def away(*_: Any) -> Any:
        asked.append(1)
        raise OperationalError("", {}, Exception("away"))

    inspector = officer(ctx, "manager-D1")
    all_of(gathering, [(inspector, draft(ctx, "D1"))])
    monkeypatch.setattr(module, "report_many", away)

    results = all_of(gathering, [(inspector, draft(ctx, "D1")) for _ in range(20)])

    assert all(isinstance(one, OperationalError) for one in results)
    assert len(asked) < 20


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A database that answers nobody until the event is set."""
    go_on, begun = threading.Event(), threading.Event()

    def slowly(ctx: Context, drafts: Sequence[Any]) -> Any:
        begun.set()
        assert go_on.wait(30)
        return report_many(ctx, drafts)

    monkeypatch.setattr(module, "report_many", slowly)
    go_on.begun = begun  # type: ignore[attr-defined]
    yield go_on
    go_on.set()


class Box:
    """Waits for one answer without a loop."""

    def __init__(self, actor: Actor, one: ReportDraft) -> None:
        self.result: ReportAnswer | Exception | None = None
        self._came = threading.Event()
        self.waiting = Waiting(actor, one, self._answered)

    def _answered(self, result: ReportAnswer | Exception) -> None:
        assert self.result is None, "answered twice"
        self.result = result
        self._came.set()

    def get(self) -> ReportAnswer | Exception | None:
        assert self._came.wait(30)
        return self.result


def test_who_would_wait_too_long_is_sent_away_and_the_others_are_served(
    ctx: Context, slow: threading.Event
) -> None:
    gathering = Gathering(ctx, most_waiting=5)
    inspector = officer(ctx, "manager-D1")
    boxes = [Box(inspector, draft(ctx, "D1")) for _ in range(7)]
    gathering.put(boxes[0].waiting)
    assert slow.begun.wait(30)  # type: ignore[attr-defined]
    for box in boxes[1:6]:
        gathering.put(box.waiting)

    with pytest.raises(TooManyReports) as refused:
        gathering.put(boxes[6].waiting)

    assert 1 <= refused.value.retry_after_s <= 60
    slow.set()
    assert all(isinstance(box.get(), ReportAnswer) for box in boxes[:6])
    gathering.put(boxes[6].waiting)
    assert isinstance(boxes[6].get(), ReportAnswer)
    gathering.close()


def test_closing_answers_those_who_wait_and_refuses_those_who_come(
    ctx: Context, slow: threading.Event
) -> None:
    gathering = Gathering(ctx)
    inspector = officer(ctx, "manager-D1")
    boxes = [Box(inspector, draft(ctx, "D1")) for _ in range(9)]
    gathering.put(boxes[0].waiting)
    assert slow.begun.wait(30)  # type: ignore[attr-defined]
    for box in boxes[1:]:
        gathering.put(box.waiting)
    closing = threading.Thread(target=gathering.close)
    closing.start()
    slow.set()
    closing.join(30)

    assert all(isinstance(box.get(), ReportAnswer) for box in boxes)
    with pytest.raises(Stopping):
        gathering.put(Box(inspector, draft(ctx, "D1")).waiting)


def test_closing_refuses_those_whom_it_cannot_serve_in_time(
    ctx: Context, slow: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DRAIN_S", 0.05)
    gathering = Gathering(ctx)
    inspector = officer(ctx, "manager-D1")
    first, second = (Box(inspector, draft(ctx, "D1")) for _ in range(2))
    gathering.put(first.waiting)
    assert slow.begun.wait(30)  # type: ignore[attr-defined]
    gathering.put(second.waiting)

    gathering.close()

    assert isinstance(second.get(), Stopping)
    slow.set()
    assert isinstance(first.get(), ReportAnswer)


def test_the_flood_of_one_sender_does_not_hold_up_another() -> None:
    def of(sender: int) -> Waiting:
        actor = Actor(account_id=UUID(int=sender), login="", kind=AccountKind.MACHINE)
        nothing: Callable[[Any], None] = lambda _: None  # noqa: E731
        return Waiting(actor, None, nothing)  # type: ignore[arg-type]

    line = Line()
    for one in [of(1)] * 50 + [of(2)] * 2 + [of(3)]:
        line.append(one)

    taken = line.take(8)

    assert [one.actor.account_id.int for one in taken] == [1, 2, 3, 1, 2, 1, 1, 1]
    assert (line.count, line.waiting_of(UUID(int=1)), line.waiting_of(UUID(int=2))) == (45, 45, 0)


def test_the_answers_of_a_batch_cost_what_one_does(ctx: Context) -> None:
    inspector = officer(ctx, "manager-D1")
    boxes = [Box(inspector, draft(ctx, PLACES[i % 5], photos=(claim(),))) for i in range(40)]
    module.answers_of(ctx, [Box(inspector, draft(ctx, place)).waiting for place in PLACES])

    with statements_of(ctx.database.intake, ctx.database.app) as of_one:
        module.answers_of(ctx, [Box(inspector, draft(ctx, "D1", photos=(claim(),))).waiting])
    with statements_of(ctx.database.intake, ctx.database.app) as of_forty:
        results = module.answers_of(ctx, [box.waiting for box in boxes])

    assert len(answered(results)) == 40
    # five to take in, four to answer: the scope, the stamps, the incidents, missing photographs
    assert len(of_one) == len(of_forty) == 9


def test_who_waits_on_one_loop_is_answered_by_waking_it_once(ctx: Context) -> None:
    inspector, seen = officer(ctx, "manager-D1"), list[Any]()

    class Loop(asyncio.SelectorEventLoop):
        woken = 0

        def call_soon_threadsafe(self, callback: Any, *given: Any, **kw: Any) -> asyncio.Handle:
            self.woken += 1
            return super().call_soon_threadsafe(callback, *given, **kw)

    loop = Loop()
    one = draft(ctx, "D1")
    batch = [Waiting(inspector, one, seen.append, loop) for _ in range(30)]

    deliver(batch, [Stopping() for _ in batch])
    assert not seen, "answered outside of the loop"
    loop.run_until_complete(asyncio.sleep(0))

    assert (len(seen), loop.woken) == (30, 1)
    loop.close()


@pytest.mark.parametrize("together", [False, True], ids=["alone", "beside good ones"])
def test_a_known_report_with_a_fault_is_a_conflict_whoever_comes_with_it(
    ctx: Context, together: bool
) -> None:
    inspector = officer(ctx, "manager-D1")
    one = draft(ctx, "D1")
    report_many(ctx, [(inspector, one)])
    faulty = replace(one, matter=MatterCode("UNICORN"), condition=None)
    others = [draft(ctx, place, datum=datum) for place, datum in (("D2", "wgs84"), ("D3", "pz90"))]
    batch = [Box(inspector, each).waiting for each in (faulty, *(others if together else ()))]

    results = module.answers_of(ctx, batch)

    assert isinstance(results[0], ReportConflict)
    if together:
        assert isinstance(results[1], ReportAnswer)
        assert isinstance(results[2], UnknownDatum)
