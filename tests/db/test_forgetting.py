"""What is kept no longer of an incident goes with its time, and nothing else does."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from gridsvc.core.actor import Actor
from gridsvc.core.duplicate import JoinReason, UnjoinReason
from gridsvc.core.keeping import LINKS_KEPT, ORIGINALS_KEPT, SERVED_KEPT, TEXTS_KEPT
from gridsvc.core.life_cycle import State
from gridsvc.core.request import Satisfaction
from gridsvc.services import forgetting
from gridsvc.services.accounts import sign_in
from gridsvc.services.context import Context
from gridsvc.services.doctor import examine
from gridsvc.services.duplicates import JoinDraft, join_or_unjoin
from gridsvc.services.forgetting import Gone, forget_incidents, forget_some
from gridsvc.services.own_reports import own_reports
from gridsvc.services.photos import UnknownPhoto, served_photo, take_photo
from gridsvc.services.satisfaction import answer_satisfaction
from tests.city import PASSWORD, TinyCity
from tests.deeds import (
    SECRET,
    act,
    claim,
    draft,
    handled,
    jpeg,
    look,
    officer,
    reported,
    send,
    set_clock,
)

#: A Monday noon in Dongguan; every test begins ten years after the one before.
NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
MOMENT, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def start(ctx: Context) -> datetime:
    """An instant after everything before has been forgotten."""
    with ctx.database.begin() as connection:
        last = connection.execute(text("SELECT max(at) FROM event")).scalar_one()
    begins = NOON if last is None else last + 10 * 365 * DAY
    set_clock(ctx, begins)
    forget_incidents(ctx)
    return begins


@pytest.fixture(scope="module", autouse=True)
def _whole_in_the_end(ctx: Context) -> Iterator[None]:
    yield
    found = {f.check for f in examine(ctx)}
    # nobody sweeps while the years go by, and most photographs here are never brought
    assert found <= {
        "clock that came due long ago and was not answered",
        "photograph named more than a day ago that has not arrived",
        "year whose make-up workdays are not in the calendar",
    }


@pytest.fixture
def resident(ctx: Context) -> Actor:
    return sign_in(ctx, "resident", PASSWORD).actor


def photographed(ctx: Context, content: bytes, place: str = "D2") -> UUID:
    """An incident whose report names a photograph, which has arrived."""
    incident_id = reported(ctx, place, "RUBBISH-1", photos=(claim("scene", content),))
    take_photo(ctx, officer(ctx, "manager-D1"), sha(content), content)
    return incident_id


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def close(ctx: Context, incident_id: UUID) -> None:
    """Let it be handled by whoever has it and seen by whoever is asked."""
    handled(ctx, look(ctx, incident_id)["owner"]["code"], incident_id)
    [task] = [t for t in look(ctx, incident_id)["tasks"] if t["finished_at"] is None]
    act(ctx, task["post"]["code"], incident_id, "recheck_pass")
    assert look(ctx, incident_id)["state"] == State.CLOSED.value


def forms(ctx: Context, content: bytes) -> set[str]:
    kept = ("original", "served", "thumb")
    return {form for form in kept if ctx.media.get(sha(content), form) is not None}


def shown(ctx: Context, incident_id: UUID, content: bytes) -> dict[str, Any]:
    [found] = [p for p in look(ctx, incident_id)["photos"] if p["sha256"] == sha(content)]
    return dict(found)


def texts(ctx: Context, incident_id: UUID) -> list[str]:
    return [note["note"] for note in look(ctx, incident_id)["notes"]]


def after(ctx: Context, start: datetime, passed: timedelta) -> Gone:
    set_clock(ctx, start + passed)
    return forget_incidents(ctx)


def join(ctx: Context, incident_id: UUID, into: UUID | None, reason: Any) -> None:
    join_or_unjoin(
        ctx,
        officer(ctx, "dispatch-city"),
        incident_id,
        JoinDraft(
            action_id=uuid4(),
            version=look(ctx, incident_id)["version"],
            into=into,
            reason=reason,
        ),
    )


class TestPeriods:
    def test_each_kind_goes_with_its_own_time_and_not_before(
        self, ctx: Context, start: datetime
    ) -> None:
        content = jpeg(colour=1)
        incident_id = photographed(ctx, content)
        close(ctx, incident_id)

        assert after(ctx, start, ORIGINALS_KEPT - MOMENT) == Gone()
        assert forms(ctx, content) == {"original", "served", "thumb"}
        assert shown(ctx, incident_id, content)["hint"] is not None
        assert after(ctx, start, ORIGINALS_KEPT) == Gone(originals=1)
        assert forms(ctx, content) == {"served", "thumb"}
        assert shown(ctx, incident_id, content)["hint"] is None
        assert shown(ctx, incident_id, content)["has_arrived"] is True

        assert after(ctx, start, SERVED_KEPT - MOMENT) == Gone()
        assert SECRET in texts(ctx, incident_id)
        went = after(ctx, start, max(SERVED_KEPT, TEXTS_KEPT))
        assert (went.photos, went.originals) == (1, 0)
        assert went.texts >= 1
        assert forms(ctx, content) == set()
        assert SECRET not in texts(ctx, incident_id)
        photo = shown(ctx, incident_id, content)
        assert (photo["has_arrived"], photo["url"]) == (False, None)

    def test_what_is_open_is_kept_however_long(self, ctx: Context, start: datetime) -> None:
        content = jpeg(colour=2)
        incident_id = photographed(ctx, content)

        assert after(ctx, start, 5 * LINKS_KEPT) == Gone()
        assert SECRET in texts(ctx, incident_id)
        assert forms(ctx, content) == {"original", "served", "thumb"}

    def test_history_stays_word_for_word(self, ctx: Context, start: datetime) -> None:
        incident_id = photographed(ctx, jpeg(colour=3))
        close(ctx, incident_id)
        tables = ("event", "decision", "task", "stage_clock", "evidence", "queue_entry")

        def remembered() -> dict[str, list[Any]]:
            with ctx.database.begin() as connection:
                return {
                    table: [
                        tuple(row)
                        for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))
                    ]
                    for table in tables
                }

        before, number = remembered(), look(ctx, incident_id)["number"]
        after(ctx, start, LINKS_KEPT + DAY)

        assert remembered() == before
        assert look(ctx, incident_id)["number"] == number

    def test_a_residents_link_goes_after_two_years(
        self, ctx: Context, start: datetime, resident: Actor, tiny_city: TinyCity
    ) -> None:
        [taken] = send(ctx, resident, draft(ctx, "D2", "RUBBISH-1"))
        incident_id = taken.receipt.incident_id
        act(ctx, "dispatch-city", incident_id, "void", reason="not_admitted")
        ids = {str(tiny_city.account_ids["resident"])}

        def linked() -> bool:
            with ctx.database.begin() as connection:
                accounts = connection.execute(
                    text("SELECT account_id::text FROM report WHERE incident_id = :id"),
                    {"id": incident_id},
                ).scalars()
                keys = connection.execute(
                    text("SELECT scope_keys FROM incident WHERE incident_id = :id"),
                    {"id": incident_id},
                ).scalar_one()
                return bool(ids & set(accounts)) or bool({f"a{i}" for i in ids} & set(keys))

        after(ctx, start, LINKS_KEPT - MOMENT)
        assert linked()
        assert incident_id in {r["incident"]["incident_id"] for r in own_reports(ctx, resident, 50)}
        assert after(ctx, start, LINKS_KEPT).links == 1
        assert not linked()
        assert own_reports(ctx, resident, 50) == []


class TestTheEnd:
    def test_what_is_open_again_has_not_ended(
        self, ctx: Context, start: datetime, resident: Actor
    ) -> None:
        [taken] = send(ctx, resident, draft(ctx, "D2", "RUBBISH-1"))
        incident_id = taken.receipt.incident_id
        act(ctx, "manager-D2", incident_id, "verify_confirm")
        act(ctx, "dispatch-city", incident_id, "accept", condition="RUBBISH-1")
        close(ctx, incident_id)
        set_clock(ctx, start + 360 * DAY)
        forget_incidents(ctx)
        answer_satisfaction(ctx, resident, incident_id, Satisfaction.UNSATISFIED, "")

        assert after(ctx, start, TEXTS_KEPT + DAY).texts == 0
        assert SECRET in texts(ctx, incident_id)

    def test_one_that_is_joined_ends_with_its_main_one(self, ctx: Context, start: datetime) -> None:
        content = jpeg(colour=4)
        main, other = reported(ctx, "D2", "RUBBISH-1"), photographed(ctx, content)
        join(ctx, other, main, JoinReason.SAME_THING)

        assert after(ctx, start, TEXTS_KEPT + DAY) == Gone()
        close(ctx, main)
        closed = TEXTS_KEPT + DAY
        assert after(ctx, start, closed + ORIGINALS_KEPT - MOMENT) == Gone()
        assert after(ctx, start, closed + ORIGINALS_KEPT + DAY) == Gone(originals=1)
        assert after(ctx, start, closed + TEXTS_KEPT + DAY).texts >= 2
        assert texts(ctx, other) == []

    def test_one_that_is_unjoined_is_open_again(self, ctx: Context, start: datetime) -> None:
        main, other = reported(ctx, "D2", "RUBBISH-1"), reported(ctx, "D2", "RUBBISH-1")
        join(ctx, other, main, JoinReason.SAME_THING)
        close(ctx, main)
        join(ctx, other, None, UnjoinReason.MISTAKE)

        after(ctx, start, TEXTS_KEPT + DAY)

        assert SECRET in texts(ctx, other)
        assert texts(ctx, main) == []


class TestPhotographs:
    def test_one_that_two_incidents_name_lives_until_the_later(
        self, ctx: Context, start: datetime
    ) -> None:
        content = jpeg(colour=5)
        first, second = photographed(ctx, content), photographed(ctx, content)
        close(ctx, first)
        set_clock(ctx, start + 60 * DAY)
        close(ctx, second)

        assert after(ctx, start, 60 * DAY + ORIGINALS_KEPT - MOMENT) == Gone()
        assert after(ctx, start, 60 * DAY + ORIGINALS_KEPT) == Gone(originals=1)
        assert after(ctx, start, 60 * DAY + SERVED_KEPT - MOMENT).photos == 0
        assert after(ctx, start, 60 * DAY + SERVED_KEPT).photos == 1
        assert forms(ctx, content) == set()

    def test_one_that_is_named_anew_is_asked_for_and_kept_again(
        self, ctx: Context, start: datetime
    ) -> None:
        content = jpeg(colour=6)
        close(ctx, photographed(ctx, content))
        after(ctx, start, SERVED_KEPT)
        assert forms(ctx, content) == set()

        photographed(ctx, content)

        assert forms(ctx, content) == {"original", "served", "thumb"}
        assert after(ctx, start, SERVED_KEPT + DAY) == Gone()
        assert forms(ctx, content) == {"original", "served", "thumb"}

    def test_one_that_arrives_too_late_is_not_kept(self, ctx: Context, start: datetime) -> None:
        content = jpeg(colour=7)
        incident_id = reported(ctx, "D2", "RUBBISH-1", photos=(claim("scene", content),))
        close(ctx, incident_id)
        set_clock(ctx, start + ORIGINALS_KEPT)

        take_photo(ctx, officer(ctx, "manager-D1"), sha(content), content)

        assert forms(ctx, content) == {"served", "thumb"}

    def test_once_the_row_says_so_nothing_is_served_though_the_file_is_there(
        self, ctx: Context, start: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        content = jpeg(colour=8)
        close(ctx, photographed(ctx, content))
        set_clock(ctx, start + SERVED_KEPT)
        with monkeypatch.context() as broken:
            broken.setattr(forgetting, "remove_some_files", stopped)
            with pytest.raises(Stopped):
                forget_incidents(ctx)

        assert forms(ctx, content) == {"original", "served", "thumb"}
        with pytest.raises(UnknownPhoto):
            served_photo(ctx, officer(ctx, "dispatch-city"), sha(content), "served")
        # and the next run finds the files
        assert forget_incidents(ctx) == Gone()
        assert forms(ctx, content) == set()

    def test_stopped_among_the_files_the_next_run_goes_on(
        self, ctx: Context, start: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        contents = [jpeg(colour=colour) for colour in (11, 12, 13)]
        for content in contents:
            close(ctx, photographed(ctx, content))
        set_clock(ctx, start + SERVED_KEPT)
        erase, seen = ctx.media.erase, []

        def erase_two(sha256: str, *which: str) -> None:
            if len(seen) == 3:
                raise Stopped
            seen.append(sha256)
            erase(sha256, *which)

        with monkeypatch.context() as broken:
            broken.setattr(ctx.media, "erase", erase_two)
            with pytest.raises(Stopped):
                forget_incidents(ctx)
        assert any(forms(ctx, content) for content in contents)

        forget_incidents(ctx)

        assert [forms(ctx, content) for content in contents] == [set()] * 3

    def test_one_named_while_it_ended_is_kept_after_all(
        self, ctx: Context, start: datetime
    ) -> None:
        content = jpeg(colour=14)
        close(ctx, photographed(ctx, content))
        set_clock(ctx, start + ORIGINALS_KEPT)
        forget_some(ctx)
        # named by another before its file went
        reported(ctx, "D2", "RUBBISH-1", photos=(claim("scene", content),))

        forget_incidents(ctx)

        assert forms(ctx, content) == {"original", "served", "thumb"}
        served_photo(ctx, officer(ctx, "dispatch-city"), sha(content), "served")


class Stopped(Exception):
    """The process ends here."""


def stopped(*_: object) -> int:
    raise Stopped


class TestRuns:
    def test_several_at_once_and_in_small_batches_do_it_once(
        self, ctx: Context, start: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(forgetting, "MOST_INCIDENTS", 2)
        incidents = [photographed(ctx, jpeg(colour=20 + n)) for n in range(5)]
        for incident_id in incidents:
            close(ctx, incident_id)
        set_clock(ctx, start + ORIGINALS_KEPT)

        with ThreadPoolExecutor(4) as pool:
            went = list(pool.map(lambda _: forget_incidents(ctx), range(4)))

        total = sum(went, Gone()) + forget_incidents(ctx)
        assert total == Gone(originals=5)
        assert forget_incidents(ctx) == Gone()
