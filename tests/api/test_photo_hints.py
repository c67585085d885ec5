"""What photographs hint at, by HTTP: told to dispatchers, kept coarse, refused to nobody."""

import hashlib
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from sqlalchemy import text

from gridsvc.core.geo.datum import from_4490
from gridsvc.services.context import Context
from tests.api.wire import act_on, claim_in, put_report
from tests.city import outline_of
from tests.deeds import jpeg

Clients = Callable[[str], httpx2.Client]
EXIF, GPS = 0x8769, 0x8825
HERE = outline_of("D1").centroid
SILENT = {
    "place": "unknown",
    "distance_m": None,
    "time": "unknown",
    "minutes": None,
    "direction_deg": None,
}
#: About a kilometre of latitude.
KILOMETRE = 1 / 110.75


@pytest.fixture
def phone(client_of: Clients) -> httpx2.Client:
    """A client that sends photographs as the camera made them."""
    return client_of("grid_manager")


def sexagesimal(degrees: float) -> tuple[float, float, float]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    return float(whole), float(minutes), round(((degrees - whole) * 60 - minutes) * 60, 4)


def gps_at(lon: float, lat: float) -> dict[int, Any]:
    return {1: "N", 2: sexagesimal(lat), 3: "E", 4: sexagesimal(lon)}


def photograph(
    colour: int,
    gps: dict[int, Any] | None = None,
    taken: str | None = None,
    offset: str | None = None,
) -> bytes:
    """A JPEG of its own with what a camera writes into it."""
    exif = Image.Exif()
    exif[0x010F] = f"phone {colour}"
    if gps is not None:
        exif.get_ifd(GPS).update(gps)
    told = {0x9003: taken, 0x9011: offset}
    exif.get_ifd(EXIF).update({tag: value for tag, value in told.items() if value is not None})
    return jpeg(colour=colour, exif=exif)


def sent(phone: httpx2.Client, content: bytes, **given: Any) -> str:
    """Report from D1 at noon with a photograph, send it, and return the incident."""
    taken = put_report(phone, place="D1", photos=[claim_in(content)], **given)
    answer = phone.put(f"/photos/{hashlib.sha256(content).hexdigest()}", content=content)
    assert answer.status_code == 201, answer.text
    incident_id: str = taken["incident"]["incident_id"]
    return incident_id


def hint_of(client: httpx2.Client, incident_id: str) -> Any:
    [photo] = client.get(f"/incidents/{incident_id}").json()["photos"]
    return photo["hint"]


def test_taken_elsewhere_and_earlier(phone: httpx2.Client, client_of: Clients) -> None:
    there = gps_at(HERE.x, HERE.y + 1.234 * KILOMETRE) | {17: 47.3}
    incident_id = sent(phone, photograph(30, there, "2026:06:15 09:00:00"))

    assert hint_of(client_of("dispatcher"), incident_id) == {
        "place": "apart",
        "distance_m": 1200,
        "time": "apart",
        "minutes": -180,
        "direction_deg": 47,
    }


@pytest.mark.parametrize("datum", ["wgs84", "gcj02"])
def test_taken_here_in_whichever_datum(
    phone: httpx2.Client, client_of: Clients, datum: str
) -> None:
    here = gps_at(*from_4490(HERE.x, HERE.y, datum))
    content = photograph(31 + len(datum), here, "2026:06:15 13:05:00", "+09:00")

    hint = hint_of(client_of("dispatcher"), sent(phone, content))

    assert hint == SILENT | {"place": "agrees", "time": "agrees"}


NAN = IFDRational(0, 0)


@pytest.mark.parametrize(
    "gps",
    [
        pytest.param(None, id="no block"),
        pytest.param({}, id="an empty block"),
        pytest.param({7: (4.0, 0.0, 0.0), 29: "2026:06:15"}, id="time only"),
        pytest.param(gps_at(0.0, 0.0), id="0/0"),
        pytest.param(gps_at(100, 20) | {2: (NAN, NAN, NAN)}, id="over nothing"),
        pytest.param({2: (20.0, 0.0, 0.0), 4: (100.0, 0.0, 0.0)}, id="no sides"),
    ],
)
def test_no_position(
    phone: httpx2.Client, client_of: Clients, gps: Any, request: pytest.FixtureRequest
) -> None:
    colour = 50 + len(request.node.name)
    content = photograph(colour, gps, "2026:06:15 12:10:00")

    hint = hint_of(client_of("dispatcher"), sent(phone, content))

    assert hint == SILENT | {"time": "agrees"}


@pytest.mark.parametrize("damage", ["offsets", "cut", "noise"])
def test_a_broken_part_says_nothing_and_refuses_nothing(
    phone: httpx2.Client, client_of: Clients, damage: str
) -> None:
    content = bytearray(photograph(40 + len(damage), gps_at(100, 20), "2026:06:15 12:00:00"))
    start = content.index(b"Exif\0\0") + 6
    if damage == "offsets":
        content[start + 4 : start + 8] = b"\xff\xff\xff\x7f"
    elif damage == "cut":
        # the table ends in the middle of its first entry: the rest is blank
        end = content.index(b"\xff\xdb")
        content[start + 12 : end] = bytes(end - start - 12)
    else:
        content[start : start + 8] = b"nonsense"

    assert hint_of(client_of("dispatcher"), sent(phone, bytes(content))) == SILENT


def test_an_action_is_held_against_its_incident(phone: httpx2.Client, client_of: Clients) -> None:
    incident = put_report(phone, place="D1", condition="MANHOLE-2")["incident"]
    content = photograph(60, gps_at(HERE.x, HERE.y + 30 * KILOMETRE))
    handler = client_of("handler")
    act_on(handler, incident, "handle", photos=[claim_in(content, "after")])
    path = f"/photos/{hashlib.sha256(content).hexdigest()}"
    assert handler.put(path, content=content).status_code == 201

    hint = hint_of(client_of("dispatcher"), incident["incident_id"])
    assert (hint["place"], hint["distance_m"]) == ("apart", 30_000)


def test_each_report_that_names_it_has_its_own(phone: httpx2.Client, client_of: Clients) -> None:
    content = photograph(61, gps_at(HERE.x, HERE.y), "2026:06:15 12:00:00")
    first = sent(phone, content)
    later = put_report(
        phone, place="D1", photos=[claim_in(content)], observed_at="2026-06-15T08:00:00+08:00"
    )["incident"]["incident_id"]
    path = f"/photos/{hashlib.sha256(content).hexdigest()}"
    assert phone.put(path, content=content).status_code == 200

    hints = [hint_of(client_of("dispatcher"), incident_id) for incident_id in (first, later)]
    assert [hint["minutes"] for hint in hints] == [None, 240]


def test_only_dispatchers_are_told(phone: httpx2.Client, client_of: Clients) -> None:
    incident_id = sent(phone, photograph(62, gps_at(HERE.x, HERE.y + 3 * KILOMETRE)))

    told = {
        login: hint_of(client_of(login), incident_id) is not None
        for login in ("dispatcher", "dispatcher_city", "grid_manager", "grid_supervisor", "handler")
        if client_of(login).get(f"/incidents/{incident_id}").status_code == 200
    }
    assert {login for login, is_told in told.items() if is_told} == {
        "dispatcher",
        "dispatcher_city",
    }
    assert {"grid_manager", "grid_supervisor"} <= set(told)


def test_the_position_is_nowhere(phone: httpx2.Client, client_of: Clients, ctx: Context) -> None:
    """Neither in the answers, nor in the pictures, nor in any column of the database."""
    there = gps_at(101.23456, 27.65432)
    content = photograph(63, there, "2026:06:15 09:00:00")
    incident_id = sent(phone, content)
    desk = client_of("dispatcher")
    [photo] = desk.get(f"/incidents/{incident_id}").json()["photos"]

    for answer in (
        desk.get(f"/incidents/{incident_id}"),
        desk.get(f"/incidents/{incident_id}/events"),
        desk.get(photo["url"].removeprefix("/api/v1")),
        desk.get(photo["thumb_url"].removeprefix("/api/v1")),
    ):
        assert answer.status_code == 200
        for trace in (b"101.2", b"27.65", b"Exif", b"GPS"):
            assert trace not in answer.content
    with ctx.database.begin() as connection:
        for row in connection.execute(text("SELECT to_jsonb(h)::text FROM photo_hint h")):
            assert "101.2" not in row[0]
            assert "27.65" not in row[0]


def test_the_hint_goes_with_the_photograph(phone: httpx2.Client, ctx: Context) -> None:
    content = photograph(64, gps_at(HERE.x, HERE.y))
    incident_id = sent(phone, content)
    sha256 = hashlib.sha256(content).digest()

    with ctx.database.begin() as connection:
        count = text("SELECT count(*) FROM photo_hint WHERE incident_id = :id")
        assert connection.execute(count, {"id": incident_id}).scalar_one() == 1
        connection.execute(text("DELETE FROM photo WHERE sha256 = :sha"), {"sha": sha256})
        assert connection.execute(count, {"id": incident_id}).scalar_one() == 0
