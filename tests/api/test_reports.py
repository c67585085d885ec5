"""`/reports` as phones use it: bad input has a helpful answer, and once means once."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from gridsvc.core.geo.datum import from_4490
from gridsvc.services.context import Context
from tests.api.server import PATIENCE_S, Server
from tests.api.wire import claim_in, problem_of, put_report, report_in
from tests.city import CITY, PASSWORD, SIMULATOR_KEY, TinyCity, outline_of
from tests.deeds import jpeg

Clients = Callable[[str], httpx2.Client]


@pytest.fixture
def phone(client_of: Clients) -> httpx2.Client:
    """The phone of the manager of D1."""
    return client_of("grid_manager")


def report_count(ctx: Context) -> int:
    with ctx.database.begin() as connection:
        return int(connection.execute(text("SELECT count(*) FROM report")).scalar_one())


class TestTakenIn:
    """Whatever is wrong about the world, an inspector's report is taken in."""

    def test_an_ordinary_one(self, phone: httpx2.Client, tiny_city: TinyCity) -> None:
        photo = claim_in(b"scene")
        taken = put_report(phone, place="D2", photos=[photo], note="西门口")

        assert taken["missing_photos"] == [photo["sha256"]]
        incident = taken["incident"]
        assert (incident["state"], incident["match"]) == ("dispatched", "inside")
        assert incident["grid"]["code"] == tiny_city.grid_code("D2")

    @pytest.mark.parametrize(
        ("place", "match", "flag"),
        [
            pytest.param((113.9, 21.5), "outside", "outside_all_grids", id="in the sea"),
            pytest.param((113.699, 23.005), "nearest", "nearest_grid", id="just outside"),
            pytest.param((113.78, 23.005), "edge", None, id="on the city line"),
            pytest.param("S1", "inside", "neighbour_city", id="in the neighbour city"),
        ],
    )
    def test_any_place(
        self, phone: httpx2.Client, place: Any, match: str, flag: str | None
    ) -> None:
        taken = put_report(phone, place=place)

        assert taken["incident"]["match"] == match
        assert (flag is None) or flag in taken["flags"]
        if flag in ("outside_all_grids", "neighbour_city"):
            queue = taken["incident"]["queue"]
            assert (queue["division"]["code"], queue["reason"]) == (CITY, flag)

    @pytest.mark.parametrize(
        ("observed_at", "flag"),
        [
            ("2099-01-01T00:00:00Z", "observed_in_future"),
            ("1970-01-01T08:00:00+08:00", "observed_long_ago"),
        ],
    )
    def test_any_clock(self, phone: httpx2.Client, observed_at: str, flag: str) -> None:
        assert flag in put_report(phone, observed_at=observed_at)["flags"]

    def test_a_place_of_wechat(self, phone: httpx2.Client, tiny_city: TinyCity) -> None:
        lon, lat = from_4490(*tiny_city.place_in("D5"), "gcj02")
        place = {"lon": lon, "lat": lat, "datum": "gcj02", "accuracy_m": None, "source": "wxsdk"}

        answer = phone.put(f"/reports/{uuid4()}", json=report_in() | {"place": place})

        assert answer.json()["incident"]["grid"]["code"] == tiny_city.grid_code("D5")

    def test_a_resident_is_told_how_it_stands(self, client_of: Clients) -> None:
        taken = put_report(client_of("resident"), place="D2")

        assert taken["incident"]["state"] == "verifying"


class TestRefused:
    """What cannot be taken in is answered by a problem document that helps, and stores nothing."""

    @pytest.mark.parametrize(
        ("change", "kind", "helps"),
        [
            pytest.param(
                {"place": {"lon": 23.005, "lat": 113.705, "datum": "wgs84"}},
                "bad-coordinate",
                "swapped lon and lat",
                id="swapped",
            ),
            pytest.param(
                {"place": {"lon": 23.005, "lat": 113.705, "datum": "gcj02"}},
                "bad-coordinate",
                "swapped lon and lat",
                id="swapped in another datum",
            ),
            pytest.param(
                {"place": {"lon": 23.005, "lat": 113.705}},
                "bad-coordinate",
                "swapped lon and lat",
                id="swapped without a datum",
            ),
            pytest.param(
                {"place": {"lon": 468_000.0, "lat": 2_545_000.0, "datum": "wgs84"}},
                "bad-coordinate",
                "metres taken for degrees",
                id="metres",
            ),
            pytest.param(
                {"place": {"lon": 113.7, "lat": 23.0, "datum": "pz90"}},
                "unknown-datum",
                "wgs84, gcj02, bd09, cgcs2000",
                id="unknown datum",
            ),
            pytest.param(
                {"place": {"lon": 113.7, "lat": 23.0, "datum": "EPSG:999999"}},
                "unknown-datum",
                "EPSG:number",
                id="unknown EPSG number",
            ),
            pytest.param(
                {"matter": "UNICORN", "condition": None},
                "unknown-matter",
                "UNICORN",
                id="unknown matter",
            ),
            pytest.param(
                {"matter": "MANHOLE", "condition": "RUBBISH-1"},
                "unknown-matter",
                "MANHOLE-1, MANHOLE-2",
                id="a condition of another matter",
            ),
        ],
    )
    def test_in_words(
        self, ctx: Context, phone: httpx2.Client, change: dict[str, Any], kind: str, helps: str
    ) -> None:
        before = report_count(ctx)
        answer = phone.put(f"/reports/{uuid4()}", json=report_in() | change)

        assert helps in problem_of(answer, 422, kind)["detail"]
        assert report_count(ctx) == before

    @pytest.mark.parametrize(
        ("change", "where"),
        [
            ({"observed_at": "2026-06-15T12:00:00"}, "observed_at"),
            ({"observed_at": "yesterday"}, "observed_at"),
            # instants that no database can give back once it has them in UTC
            ({"observed_at": "0001-01-01T00:00:00+14:00"}, "observed_at"),
            ({"observed_at": "9999-12-31T23:59:59-12:00"}, "observed_at"),
            ({"photos": [{"sha256": "00", "size": 1, "slot": "scene"}]}, "sha256"),
            ({"photos": [claim_in(b"1") | {"size": 0}]}, "size"),
            ({"photos": [claim_in(b"1") | {"size": 40_000_000}]}, "size"),
            ({"photos": [claim_in(b"1") | {"slot": "selfie"}]}, "slot"),
            ({"photos": [claim_in(b"1")] * 10}, "photos"),
            ({"note": "x" * 2_001}, "note"),
            ({"note": "a\x00b"}, "note"),
            ({"phone": "13800000000"}, "phone"),
            ({"place": {"lon": "113.7 E", "lat": 23.0}}, "lon"),
            ({"place": {"lon": 113.7, "lat": 23.0, "accuracy_m": -1}}, "accuracy_m"),
            ({"place": None}, "place"),
        ],
    )
    def test_by_field(
        self, ctx: Context, phone: httpx2.Client, change: dict[str, Any], where: str
    ) -> None:
        before = report_count(ctx)
        answer = phone.put(f"/reports/{uuid4()}", json=report_in() | change)

        problem = problem_of(answer, 422, "invalid-request")
        assert any(where in map(str, error["loc"]) for error in problem["errors"]), problem
        assert report_count(ctx) == before

    @pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
    def test_what_is_no_number(self, phone: httpx2.Client, value: str) -> None:
        """JSON has no NaN, but some encoders write it."""
        body = httpx2.Request("PUT", "http://x", json=report_in()).content.decode()
        body = body.replace(str(outline_of("D1").centroid.x), value, 1)
        assert value in body
        answer = phone.put(
            f"/reports/{uuid4()}", content=body, headers={"Content-Type": "application/json"}
        )

        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
    def test_what_is_no_report(self, phone: httpx2.Client, body: bytes) -> None:
        answer = phone.put(
            f"/reports/{uuid4()}", content=body, headers={"Content-Type": "application/json"}
        )

        assert answer.status_code in (400, 422)
        assert answer.headers["content-type"] == "application/problem+json"

    def test_an_id_that_is_none(self, phone: httpx2.Client) -> None:
        problem_of(phone.put("/reports/7", json=report_in()), 422, "invalid-request")


class TestOnce:
    def test_again_is_200_and_the_same(self, phone: httpx2.Client) -> None:
        address, body = f"/reports/{uuid4()}", report_in("D2")
        first = phone.put(address, json=body)
        again = phone.put(address, json=body | {"device_sent_at": "2026-06-15T13:00:00+08:00"})

        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()

    def test_the_same_said_in_other_words_is_the_same(self, phone: httpx2.Client) -> None:
        """Equal after validation: another zone of the same instant, defaults written out."""
        address, body = f"/reports/{uuid4()}", report_in("D2")
        other = body | {
            "observed_at": "2026-06-15T04:00:00Z",
            "note": "",
            "photos": [],
            "self_fix": False,
        }

        assert phone.put(address, json=body).status_code == 201
        assert phone.put(address, json=other).status_code == 200

    def test_other_content_is_a_conflict(self, phone: httpx2.Client) -> None:
        address = f"/reports/{uuid4()}"
        first = phone.put(address, json=report_in("D2"))
        problem = problem_of(
            phone.put(address, json=report_in("D2", note="other")), 409, "report-conflict"
        )

        assert "its own id" in problem["detail"]
        assert phone.put(address, json=report_in("D2")).json() == first.json()

    def test_somebody_elses_id_is_a_conflict_that_tells_nothing(
        self, phone: httpx2.Client, client_of: Clients
    ) -> None:
        address, body = f"/reports/{uuid4()}", report_in("D2", note="secret")
        phone.put(address, json=body)
        answer = client_of("manager_nancheng").put(address, json=body)

        problem_of(answer, 409, "report-conflict")
        assert "secret" not in answer.text
        assert "incident" not in answer.json()

    def test_eight_phones_at_once_make_one(self, ctx: Context, server: Server) -> None:
        with ThreadPoolExecutor(8) as threads:
            phones = list(threads.map(lambda _: server.signed_in("grid_manager"), range(8)))
            for _ in range(3):
                before = report_count(ctx)
                address, body = f"/reports/{uuid4()}", report_in("D3", photos=[claim_in(b"1")])
                answers = list(threads.map(lambda p, a=address, b=body: p.put(a, json=b), phones))

                assert sorted(a.status_code for a in answers) == [200] * 7 + [201]
                assert len({a.json()["incident"]["incident_id"] for a in answers}) == 1
                assert report_count(ctx) == before + 1


class TestDurable:
    """What got a 2xx is there after `kill -9`."""

    def serve(self, url: str, folder: Path, port: int) -> subprocess.Popen[bytes]:
        log = (folder / "log").open("ab")
        environment = {
            **os.environ,  # noqa: TID251 - of the process that it starts
            "DATABASE_URL": url,
            "GRIDSVC_VAR": str(folder),
        }
        running = subprocess.Popen(
            [sys.executable, "-m", "gridsvc", "up", "--port", str(port), "--no-worker"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        log.close()
        ends_at = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends_at:
            assert running.poll() is None, (folder / "log").read_text()
            try:
                if httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                    return running
            except httpx2.TransportError:
                time.sleep(0.1)
        running.kill()
        raise AssertionError((folder / "log").read_text())

    def test_after_kill_9(self, ctx: Context, database_url: str, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        running = self.serve(database_url, tmp_path, port)
        content = jpeg(colour=77)
        headers = {"Authorization": f"Bearer {SIMULATOR_KEY}", "X-Act-As": "manager-D1"}
        base_url = f"http://127.0.0.1:{port}/api/v1"
        address, body = f"/reports/{uuid4()}", report_in("D2", photos=[claim_in(content)])
        try:
            with httpx2.Client(base_url=base_url, headers=headers, timeout=PATIENCE_S) as phone:
                first = phone.put(address, json=body)
                assert first.status_code == 201
                photo = phone.put(f"/photos/{claim_in(content)['sha256']}", content=content)
                assert photo.status_code == 201
        finally:
            running.kill()
            running.wait()

        with ctx.database.begin() as connection:
            known = connection.execute(
                text("SELECT count(*) FROM report WHERE report_id = :id"),
                {"id": address.rpartition("/")[2]},
            ).scalar_one()
        assert known == 1
        kept = [p.read_bytes() for p in (tmp_path / "media" / "original").rglob("*") if p.is_file()]
        assert kept == [content]

        running = self.serve(database_url, tmp_path, port)
        try:
            with httpx2.Client(base_url=base_url, headers=headers, timeout=PATIENCE_S) as phone:
                again = phone.put(address, json=body)
                assert (again.status_code, again.json()["missing_photos"]) == (200, [])
                assert again.json()["incident"] == first.json()["incident"]
        finally:
            running.kill()
            running.wait()


def test_signing_in_is_asked_for(server: Server) -> None:
    answer = server.visitor().put(f"/reports/{uuid4()}", json=report_in())

    problem_of(answer, 401, "not-signed-in")
    assert PASSWORD not in answer.text
