"""Taking reports in: every place and every clock has an answer, and each report is taken once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from gridsvc.core.geo.datum import UnknownDatum, from_4490
from gridsvc.core.place import PlaceSource
from gridsvc.services.context import Context
from gridsvc.services.report_draft import ReportConflict, ReportDraft, UnknownMatter
from gridsvc.services.reports import TakenReport, report_many
from tests.city import CITY, TinyCity
from tests.deeds import (
    SECRET,
    claim,
    draft,
    look,
    officer,
    reported,
    send,
    set_clock,
    statements_of,
)

#: An ordinary Monday morning.
NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(ctx: Context) -> None:
    set_clock(ctx, NOON)


def rows(ctx: Context, statement: str, **values: Any) -> list[Any]:
    with ctx.database.begin() as connection:
        return list(connection.execute(text(statement), values).mappings())


def stored(ctx: Context, taken: TakenReport) -> Any:
    [row] = rows(
        ctx,
        """SELECT i.*, ST_X(i.place) AS lon, ST_Y(i.place) AS lat, r.flags, r.raw_lon, r.raw_lat,
            r.datum, r.accuracy_m, r.place_source
        FROM incident i JOIN report r USING (incident_id) WHERE report_id = :id""",
        id=taken.receipt.report_id,
    )
    return row


@pytest.mark.parametrize(
    ("place", "match", "grid", "flags", "queue"),
    [
        pytest.param("D2", "inside", "D2", [], None, id="within a grid"),
        # 113.71 is the line D1 | D2, 113.73 that of two communities, 113.76 that of two towns
        pytest.param((113.71, 23.005), "edge", "D1", [], None, id="on a border the lower code"),
        pytest.param((113.73, 23.005), "edge", "D3", [], None, id="on a community's border"),
        pytest.param((113.76, 23.005), "edge", "D6", [], None, id="on a town's border"),
        pytest.param((113.71, 23.0), "edge", "D1", [], None, id="on a corner"),
        # the neighbour's code 4403… is the lower text; our own city comes first all the same
        pytest.param((113.78, 23.005), "edge", "N2", [], None, id="on the city line ours"),
        # 0.001° of longitude are 102 m here: within 200 m of D1, and beyond
        pytest.param((113.699, 23.005), "nearest", "D1", ["nearest_grid"], None, id="just outside"),
        pytest.param(
            (113.697, 23.005),
            "outside",
            None,
            ["outside_all_grids"],
            (CITY, "outside_all_grids"),
            id="too far outside",
        ),
        pytest.param(
            (113.9, 21.5),
            "outside",
            None,
            ["outside_all_grids"],
            (CITY, "outside_all_grids"),
            id="in the sea",
        ),
        pytest.param(
            (-70.0, -33.0),
            "outside",
            None,
            ["outside_all_grids"],
            (CITY, "outside_all_grids"),
            id="on another continent",
        ),
        pytest.param(
            "S1",
            "inside",
            "S1",
            ["neighbour_city"],
            (CITY, "neighbour_city"),
            id="in the neighbour city",
        ),
    ],
)
def test_every_place_has_one_answer(
    ctx: Context,
    tiny_city: TinyCity,
    place: str | tuple[float, float],
    match: str,
    grid: str | None,
    flags: list[str],
    queue: tuple[str, str] | None,
) -> None:
    inspector = officer(ctx, "manager-D1")

    for _ in range(2):  # and the same one again
        [taken] = send(ctx, inspector, draft(ctx, place, accuracy_m=None))
        row = stored(ctx, taken)
        grid_id = tiny_city.grid_ids[grid] if grid else None
        assert (row["match"], row["grid_id"], row["owner_grid_id"]) == (match, grid_id, grid_id)
        assert list(row["flags"]) == list(taken.receipt.flags) == flags
        shown = look(ctx, row["incident_id"])
        if queue is None:
            assert shown["owner"] is not None
        else:
            assert shown["owner"] is None
            assert (shown["queue"]["division"]["code"], shown["queue"]["reason"]) == queue


@pytest.mark.parametrize("datum", ["gcj02", "bd09", "wgs84", "cgcs2000", "EPSG:4547"])
def test_a_place_is_converted_and_the_raw_value_stays(
    ctx: Context, tiny_city: TinyCity, datum: str
) -> None:
    lon, lat = tiny_city.place_in("D5")
    raw = from_4490(lon, lat, datum)

    sent = draft(ctx, raw, datum=datum, accuracy_m=12.5)
    sent = replace(sent, raw_place=replace(sent.raw_place, source=PlaceSource.WXSDK))
    [taken] = send(ctx, officer(ctx, "manager-D1"), sent)

    row = stored(ctx, taken)
    assert (row["raw_lon"], row["raw_lat"], row["datum"]) == (*raw, datum)
    assert (row["accuracy_m"], row["place_source"]) == (12.5, "wxsdk")
    # a micro-degree is a decimetre
    assert (row["lon"], row["lat"]) == (pytest.approx(lon, abs=1e-6), pytest.approx(lat, abs=1e-6))
    assert row["grid_id"] == tiny_city.grid_ids["D5"]


def test_a_place_of_gcj02_taken_as_it_is_would_lie_elsewhere(
    ctx: Context, tiny_city: TinyCity
) -> None:
    """The conversion matters: GCJ-02 lies some 500 m to the east here, over a border."""
    lon, lat = 113.7178, 23.005  # in D2, 220 m from D3
    raw = from_4490(lon, lat, "gcj02")
    inspector = officer(ctx, "manager-D1")

    [right] = send(ctx, inspector, draft(ctx, raw, datum="gcj02"))
    [wrong] = send(ctx, inspector, draft(ctx, raw, datum="wgs84"))

    assert stored(ctx, right)["grid_id"] == tiny_city.grid_ids["D2"]
    assert stored(ctx, wrong)["grid_id"] == tiny_city.grid_ids["D3"]


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("observed_at", "sent_at", "recorded_at", "flags"),
    [
        pytest.param(NOON - HOUR, None, NOON - HOUR, [], id="an hour ago"),
        pytest.param(NOON - HOUR, NOON, NOON - HOUR, [], id="an hour ago by a true clock"),
        pytest.param(
            NOON + DAY - HOUR, NOON + DAY, NOON - HOUR, [], id="a fast clock that says so"
        ),
        pytest.param(
            NOON + DAY, None, NOON + DAY, ["observed_in_future"], id="a clock a day ahead"
        ),
        pytest.param(
            NOON + DAY, NOON, NOON + DAY, ["observed_in_future"], id="observed after it was sent"
        ),
        pytest.param(NOON - 6 * DAY, None, NOON - 6 * DAY, [], id="six days old"),
        pytest.param(
            NOON - 8 * DAY, None, NOON - 8 * DAY, ["observed_long_ago"], id="eight days old"
        ),
        pytest.param(
            datetime(1970, 1, 1, tzinfo=UTC),
            None,
            datetime(1970, 1, 1, tzinfo=UTC),
            ["observed_long_ago"],
            id="a clock that was never set",
        ),
    ],
)
def test_every_clock_is_answered(
    ctx: Context,
    observed_at: datetime,
    sent_at: datetime | None,
    recorded_at: datetime,
    flags: list[str],
) -> None:
    sent = draft(ctx, "D2", observed_at=observed_at, sent_at=sent_at)
    [taken] = send(ctx, officer(ctx, "manager-D1"), sent)

    row = stored(ctx, taken)
    assert row["observed_at"] == recorded_at
    assert row["received_at"] == NOON
    assert list(row["flags"]) == flags
    assert look(ctx, row["incident_id"])["owner"] is not None


class TestRefusals:
    """What is refused stores nothing and says what would have been possible."""

    @pytest.mark.parametrize(
        ("changed", "error", "says"),
        [
            ({"matter": "UNICORN"}, UnknownMatter, "'UNICORN' is not admitted"),
            (
                {"condition": "MANHOLE-9", "matter": "MANHOLE"},
                UnknownMatter,
                "MANHOLE-1, MANHOLE-2",
            ),
            ({"condition": "MANHOLE-1", "matter": "RUBBISH"}, UnknownMatter, "RUBBISH-1"),
            ({"datum": "pz90"}, UnknownDatum, "wgs84, gcj02, bd09, cgcs2000"),
        ],
    )
    def test_one_bad_report_of_a_batch_stores_none(
        self, ctx: Context, changed: dict[str, Any], error: type[Exception], says: str
    ) -> None:
        inspector = officer(ctx, "manager-D1")
        before = rows(ctx, "SELECT count(*) AS n FROM report")
        good = draft(ctx, "D2")

        with pytest.raises(error, match=says):
            report_many(ctx, [(inspector, good), (inspector, draft(ctx, "D2", **changed))])

        assert rows(ctx, "SELECT count(*) AS n FROM report") == before
        assert send(ctx, inspector, good)[0].is_new


class TestOnce:
    """The same id is the same report, however often and however close together it comes."""

    def test_the_same_again_is_the_same_success(self, ctx: Context) -> None:
        inspector = officer(ctx, "manager-D1")
        first = draft(ctx, "D2", photos=(claim("before"), claim("after")))
        again = replace(first, device_sent_at=NOON + HOUR, photos=first.photos[::-1])

        [one] = send(ctx, inspector, first)
        set_clock(ctx, NOON + HOUR)
        [two] = send(ctx, inspector, again)

        assert (one.is_new, two.is_new) == (True, False)
        assert one.receipt == two.receipt
        assert two.receipt.received_at == NOON
        [counted] = rows(
            ctx,
            """SELECT (SELECT count(*) FROM report WHERE incident_id = :id) AS reports,
                (SELECT count(*) FROM task WHERE incident_id = :id) AS tasks,
                (SELECT count(*) FROM evidence WHERE incident_id = :id) AS photos,
                (SELECT count(*) FROM decision WHERE incident_id = :id) AS decisions""",
            id=one.receipt.incident_id,
        )
        assert dict(counted) == {"reports": 1, "tasks": 1, "photos": 2, "decisions": 1}

    @pytest.mark.parametrize(
        "changed",
        [
            pytest.param(lambda d: replace(d, note="other"), id="note"),
            pytest.param(lambda d: replace(d, observed_at=NOON - HOUR), id="observed_at"),
            pytest.param(lambda d: replace(d, condition="RUBBISH-2"), id="condition"),
            pytest.param(lambda d: replace(d, self_fix=True), id="self_fix"),
            pytest.param(lambda d: replace(d, photos=(claim(),)), id="photos"),
            pytest.param(
                lambda d: replace(d, raw_place=replace(d.raw_place, lon=113.7151)), id="place"
            ),
            pytest.param(
                lambda d: replace(d, raw_place=replace(d.raw_place, datum="wgs84")), id="datum"
            ),
        ],
    )
    def test_other_content_is_a_conflict(
        self, ctx: Context, changed: Callable[[ReportDraft], ReportDraft]
    ) -> None:
        inspector = officer(ctx, "manager-D1")
        first = draft(ctx, "D2")
        send(ctx, inspector, first)

        [answer] = report_many(ctx, [(inspector, changed(first))])

        assert isinstance(answer, ReportConflict)

    def test_the_same_id_from_another_account_is_a_conflict(
        self, ctx: Context, tiny_city: TinyCity
    ) -> None:
        inspector = officer(ctx, "manager-D1")
        first = draft(ctx, "D2")
        send(ctx, inspector, first)

        other = replace(inspector, account_id=tiny_city.account_ids["grid_manager"])
        [answer] = report_many(ctx, [(other, first)])

        assert isinstance(answer, ReportConflict)

    def test_a_batch_may_hold_the_same_twice_and_a_conflict(self, ctx: Context) -> None:
        inspector = officer(ctx, "manager-D1")
        one, two = draft(ctx, "D2"), draft(ctx, "D3")
        changed = replace(one, note="other")

        answers = report_many(ctx, [(inspector, d) for d in (one, two, replace(one), changed)])

        assert [getattr(a, "is_new", None) for a in answers] == [True, True, False, None]
        assert isinstance(answers[3], ReportConflict)

    def test_eight_threads_with_the_same_report_make_one(self, ctx: Context) -> None:
        inspector = officer(ctx, "manager-D1")
        for _ in range(3):
            one = draft(ctx, "D2")
            with ThreadPoolExecutor(8) as threads:
                answers = list(threads.map(lambda d: send(ctx, inspector, d)[0], [one] * 8))

            assert sorted(a.is_new for a in answers) == [False] * 7 + [True]
            assert len({a.receipt.incident_id for a in answers}) == 1

    def test_a_photograph_named_twice_is_named_once(self, ctx: Context) -> None:
        photo = claim("scene")
        incident_id = reported(ctx, "D2", "RUBBISH-1", photos=(photo, photo))

        assert [p["sha256"] for p in look(ctx, incident_id)["photos"]] == [photo.sha256]


class TestRowsOfAReport:
    def test_text_stands_apart_from_the_report(self, ctx: Context) -> None:
        [taken] = send(ctx, officer(ctx, "manager-D1"), draft(ctx, "D2", note=SECRET))

        [said] = rows(
            ctx, "SELECT note FROM report_text WHERE report_id = :id", id=taken.receipt.report_id
        )
        assert said["note"] == SECRET
        for table in ("report", "incident", "decision", "event", "task"):
            assert SECRET not in str(rows(ctx, f"SELECT {table}::text AS t FROM {table}"))

    def test_an_accuracy_circle_brings_the_other_candidates_with_their_shares(
        self, ctx: Context, tiny_city: TinyCity
    ) -> None:
        """The answer is that of the point; the circle's shares are told by `locate`."""
        with ctx.database.begin() as connection:
            index = ctx.ground.at(connection, NOON)
        answer = index.locate(113.7099, 23.005, 100.0)

        assert answer.key == tiny_city.grid_ids["D1"]
        shares = {c.key: c.share for c in answer.candidates}
        assert 0.3 < (shares[tiny_city.grid_ids["D2"]] or 0) < 0.5


class TestStatements:
    """A report costs a handful of statements, and a batch not one more."""

    #: what is known, the stamps, the loads, the numbers, and everything written at once
    OF_ONE = 5

    def cost(self, ctx: Context, drafts: list[ReportDraft]) -> int:
        inspector = officer(ctx, "manager-D1")
        send(ctx, inspector, draft(ctx, "D2"))  # the ground is known
        with statements_of(ctx.database.intake, ctx.database.app) as seen:
            send(ctx, inspector, *drafts)
        return len(seen)

    def test_one(self, ctx: Context) -> None:
        assert self.cost(ctx, [draft(ctx, "D2", photos=(claim(),))]) <= self.OF_ONE

    def test_fifty_cost_what_one_does(self, ctx: Context) -> None:
        places = ("D1", "D2", "D3", "D6", "N2", "S1", (113.5, 22.5))
        batch = [draft(ctx, places[i % 7], photos=(claim(),)) for i in range(50)]

        assert self.cost(ctx, batch) <= self.OF_ONE

    def test_known_ones_cost_one_question(self, ctx: Context) -> None:
        batch = [draft(ctx, "D2") for _ in range(20)]
        send(ctx, officer(ctx, "manager-D1"), *batch)

        assert self.cost(ctx, batch) <= 2


class TestTwoGenerations:
    """The grid of record is that of when it was seen, the owner that of when it was received."""

    @pytest.fixture
    def redrawn_at(self, ctx: Context, tiny_city: TinyCity) -> datetime:
        """The instant from which on the west half of D2 belongs to D1; once a module."""
        at = NOON - DAY
        [known] = rows(ctx, "SELECT count(*) AS n FROM generation")
        if known["n"] == 1:
            with ctx.database.begin() as connection:
                [generation] = connection.execute(
                    text(
                        """INSERT INTO generation (title, effective_at, published_at, digest)
                        VALUES ('second', :at, :at, 'redrawn') RETURNING generation"""
                    ),
                    {"at": at},
                ).one()
                for grid, west, east in (("D1", 113.70, 113.715), ("D2", 113.715, 113.72)):
                    values = {
                        "id": tiny_city.grid_ids[grid],
                        "at": at,
                        "generation": generation,
                        "box": f"SRID=4490;MULTIPOLYGON((({west} 23,{east} 23,{east} 23.01,"
                        f"{west} 23.01,{west} 23)))",
                    }
                    connection.execute(
                        text(
                            """UPDATE grid_version SET valid = tstzrange(lower(valid), :at)
                            WHERE grid_id = :id AND upper_inf(valid)"""
                        ),
                        values,
                    )
                    connection.execute(
                        text(
                            """INSERT INTO grid_version (grid_id, outline, area_m2, households,
                                population, valid, first_generation)
                            VALUES (:id, :box, 1, 1000, 3000, tstzrange(:at, NULL), :generation)"""
                        ),
                        values,
                    )
        return at

    #: in D2 at first, in D1 since
    PLACE = (113.712, 23.005)

    @pytest.mark.parametrize(
        ("seen_before_redraw", "sent_at", "record", "is_flagged"),
        [
            pytest.param(-HOUR, None, "D1", False, id="seen after"),
            pytest.param(HOUR, None, "D2", False, id="seen before, sent after"),
            # the device is two hours fast, so that it saw it an hour earlier than it says
            pytest.param(-HOUR, 2 * HOUR, "D2", False, id="seen before by a fast clock"),
            pytest.param(8 * DAY, None, "D1", True, id="unbelievably long ago: as received"),
        ],
    )
    def test_record_and_owner(
        self,
        ctx: Context,
        tiny_city: TinyCity,
        redrawn_at: datetime,
        seen_before_redraw: timedelta,
        sent_at: timedelta | None,
        record: str,
        is_flagged: bool,
    ) -> None:
        sent = draft(
            ctx,
            self.PLACE,
            "RUBBISH-1",
            observed_at=redrawn_at - seen_before_redraw,
            sent_at=None if sent_at is None else NOON + sent_at,
        )
        [taken] = send(ctx, officer(ctx, "manager-D1"), sent)

        row = stored(ctx, taken)
        assert row["grid_id"] == tiny_city.grid_ids[record]
        assert row["owner_grid_id"] == tiny_city.grid_ids["D1"]
        assert (row["grid_generation"] < row["owner_generation"]) == (record == "D2")
        assert bool(row["flags"]) == is_flagged
        assert look(ctx, row["incident_id"])["owner"]["code"].endswith("-D1")

    def test_the_first_generation_still_answers_as_it_did(
        self, ctx: Context, tiny_city: TinyCity, redrawn_at: datetime
    ) -> None:
        with ctx.database.begin() as connection:
            before = ctx.ground.at(connection, redrawn_at - HOUR)
            since = ctx.ground.at(connection, redrawn_at)

        assert before.locate(*self.PLACE).key == tiny_city.grid_ids["D2"]
        assert since.locate(*self.PLACE).key == tiny_city.grid_ids["D1"]


def test_ids_need_not_be_ordered_or_random(ctx: Context) -> None:
    """Any UUID will do, also one that another list would call the nil one."""
    lowest = draft(ctx, "D2", report_id=uuid4().__class__(int=1))
    highest = draft(ctx, "D2", report_id=uuid4().__class__(int=2**128 - 1))

    assert [t.is_new for t in send(ctx, officer(ctx, "manager-D1"), highest, lowest)] == [True] * 2
