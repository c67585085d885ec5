"""`/photos` by HTTP: announced, whole, small enough, and seen by whom it concerns."""

import hashlib
import io
import socket
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import pytest
from PIL import Image

from gridsvc.services.photos import MOST_BYTES
from tests.api.server import PATIENCE_S, Server
from tests.api.wire import act_on, claim_in, problem_of, put_report
from tests.city import SIMULATOR_KEY
from tests.deeds import jpeg

Clients = Callable[[str], httpx2.Client]
MEGABYTE = 1024 * 1024


@pytest.fixture
def phone(client_of: Clients) -> httpx2.Client:
    """The phone of the manager of D1."""
    return client_of("grid_manager")


def address_of(content: bytes) -> str:
    return f"/photos/{hashlib.sha256(content).hexdigest()}"


def test_it_follows_its_report(phone: httpx2.Client, client_of: Clients) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (23.0, 1.0, 2.0), 3: "E", 4: (113.0, 42.0, 3.0)})
    content = jpeg(2000, 1500, colour=1, exif=exif)
    assert b"Exif" in content
    taken = put_report(phone, place="D1", photos=[claim_in(content)])
    assert taken["missing_photos"] == [claim_in(content)["sha256"]]
    problem_of(phone.get(address_of(content)), 404, "unknown-photo")

    first = phone.put(address_of(content), content=content)
    again = phone.put(address_of(content), content=content)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["width"], first.json()["height"]) == (2000, 1500)
    [photo] = (
        client_of("dispatcher")
        .get(f"/incidents/{taken['incident']['incident_id']}")
        .json()["photos"]
    )
    for url, longest in ((photo["url"], 1600), (photo["thumb_url"], 320)):
        shown = client_of("dispatcher").get(url.removeprefix("/api/v1"))
        assert shown.headers["content-type"] == "image/jpeg"
        assert "private" in shown.headers["cache-control"]
        with Image.open(io.BytesIO(shown.content)) as image:
            assert max(image.size) == longest
            assert not image.getexif()
        assert b"Exif" not in shown.content


def test_who_does_not_see_the_incident_does_not_see_it(
    phone: httpx2.Client, client_of: Clients
) -> None:
    content = jpeg(colour=2)
    put_report(phone, place="D1", photos=[claim_in(content)])
    assert phone.put(address_of(content), content=content).status_code == 201

    for login in ("dispatcher", "supervisor", "grid_assistant", "dispatcher_city"):
        login = "grid_supervisor" if login == "supervisor" else login
        assert client_of(login).get(address_of(content)).status_code == 200, login
    for login in ("manager_nancheng", "dispatcher_nancheng", "resident", "liaison", "operator"):
        answer = client_of(login).get(address_of(content))
        assert answer.status_code in (403, 404), login
        assert answer.headers["content-type"] == "application/problem+json"


def test_only_who_named_it_may_bring_it(phone: httpx2.Client, client_of: Clients) -> None:
    content = jpeg(colour=3)
    problem_of(phone.put(address_of(content), content=content), 404, "unknown-photo")
    put_report(phone, place="D1", photos=[claim_in(content)])

    other = client_of("grid_assistant").put(address_of(content), content=content)
    problem_of(other, 404, "unknown-photo")
    assert phone.put(address_of(content), content=content).status_code == 201


def test_a_refused_report_names_nothing(phone: httpx2.Client) -> None:
    content = jpeg(colour=4)
    body = {
        "observed_at": "2026-06-15T12:00:00Z",
        "place": {"lon": 113.7, "lat": 23.0},
        "matter": "UNICORN",
        "photos": [claim_in(content)],
    }
    assert phone.put(f"/reports/{uuid4()}", json=body).status_code == 422
    problem_of(phone.put(address_of(content), content=content), 404, "unknown-photo")


def test_a_step_names_photographs_too(phone: httpx2.Client, client_of: Clients) -> None:
    incident = put_report(phone, place="D1", condition="MANHOLE-2")["incident"]
    content, handler = jpeg(colour=5), client_of("handler")
    refused = act_on(handler, incident, "return", photos=[claim_in(content, "after")])
    problem_of(refused, 409, "illegal-step")
    problem_of(handler.put(address_of(content), content=content), 404, "unknown-photo")

    taken = act_on(handler, incident, "handle", photos=[claim_in(content, "after")])
    assert taken.status_code == 200
    assert handler.put(address_of(content), content=content).status_code == 201


def bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "status", "kind"),
    [
        pytest.param(b"a text called photo.jpg", 415, "not-a-photo", id="a text"),
        pytest.param(jpeg(colour=6)[:300], 415, "not-a-photo", id="cut off"),
        pytest.param(bomb(), 413, "photo-too-large", id="a bomb"),
    ],
)
def test_what_is_no_photograph(
    phone: httpx2.Client, content: bytes, status: int, kind: str
) -> None:
    put_report(phone, place="D1", photos=[claim_in(content)])
    answer = phone.put(address_of(content), content=content, headers={"Content-Type": "image/jpeg"})

    assert problem_of(answer, status, kind)["detail"]
    problem_of(phone.get(address_of(content)), 404, "unknown-photo")


def test_other_bytes_than_the_address_says(phone: httpx2.Client) -> None:
    content = jpeg(colour=7)
    put_report(phone, place="D1", photos=[claim_in(content)])

    answer = phone.put(address_of(content), content=jpeg(colour=8))
    problem_of(answer, 422, "hash-mismatch")
    assert phone.put(address_of(content), content=content).status_code == 201


@pytest.mark.parametrize("name", ["0" * 63, "A" * 64, "..%2f..%2fetc%2fpasswd", "z" * 64])
def test_an_address_that_is_no_hash(phone: httpx2.Client, name: str) -> None:
    for answer in (phone.put(f"/photos/{name}", content=b"x"), phone.get(f"/photos/{name}")):
        assert answer.status_code in (404, 422)
        assert answer.headers["content-type"] == "application/problem+json"


class TestFortyMegabytes:
    def test_a_client_is_told(self, phone: httpx2.Client) -> None:
        def parts() -> Iterator[bytes]:
            for _ in range(40):
                yield b"\x00" * MEGABYTE

        answer = phone.put(f"/photos/{'0' * 64}", content=parts())

        assert "10 MB" in problem_of(answer, 413, "photo-too-large")["detail"]

    @pytest.mark.parametrize("sent", [0, MOST_BYTES + MEGABYTE])
    def test_and_not_all_of_it_is_read(self, server: Server, sent: int) -> None:
        """The answer comes while most of it has not been sent."""
        where = urlsplit(server.url)
        head = (
            f"PUT /api/v1/photos/{'0' * 64} HTTP/1.1\r\nHost: {where.netloc}\r\n"
            f"Authorization: Bearer {SIMULATOR_KEY}\r\nX-Act-As: manager-D1\r\n"
            f"Content-Length: {40 * MEGABYTE}\r\n\r\n"
        )
        assert where.hostname is not None
        assert where.port is not None
        with socket.create_connection((where.hostname, where.port), PATIENCE_S) as wire:
            wire.sendall(head.encode() + b"\x00" * sent)
            assert b" 413 " in wire.recv(4096).split(b"\r\n")[0]

    def test_who_is_not_signed_in_sends_nothing_at_all(self, server: Server) -> None:
        answer = server.visitor().put(f"/photos/{'0' * 64}", content=b"\x00")

        problem_of(answer, 401, "not-signed-in")
