"""Vector tiles: what is in them, how they are addressed and kept."""

import gzip
import math
from collections.abc import Callable

import mapbox_vector_tile
import pytest
from starlette.testclient import TestClient

from tests.city import TinyCity

SignIn = Callable[[str], TestClient]


def address(city: TinyCity, layer: str, z: int, lon: float, lat: float) -> str:
    """Return the address of the tile over a place."""
    x = int((lon + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    return f"/tiles/g{city.generation}/{layer}/{z}/{x}/{y}.mvt"


def features(content: bytes, layer: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = mapbox_vector_tile.decode(content)[layer]["features"]
    return found


def test_a_grid_tile_names_its_grids(signed_in: SignIn, tiny_city: TinyCity) -> None:
    client = signed_in("dispatcher")
    answer = client.get(address(tiny_city, "grids", 13, *tiny_city.place_in("D3")))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    found = {f["id"]: f["properties"] for f in features(answer.content, "grids")}
    mine = found[tiny_city.grid_ids["D3"]]
    assert mine == {
        "grid_id": tiny_city.grid_ids["D3"],
        "code": tiny_city.grid_code("D3"),
        "community": "东城一社区",
        "town": "东城街道",
        "is_home": True,
    }


def test_the_neighbour_city_is_marked(signed_in: SignIn, tiny_city: TinyCity) -> None:
    answer = signed_in("planner").get(address(tiny_city, "grids", 15, *tiny_city.place_in("S1")))

    found = {f["id"]: f["properties"] for f in features(answer.content, "grids")}
    assert found[tiny_city.grid_ids["S1"]]["is_home"] is False


@pytest.mark.parametrize(("layer", "zoom"), [("towns", 6), ("communities", 10), ("lines", 12)])
def test_the_other_layers(signed_in: SignIn, tiny_city: TinyCity, layer: str, zoom: int) -> None:
    answer = signed_in("planner").get(address(tiny_city, layer, zoom, *tiny_city.place_in("D3")))

    assert answer.status_code == 200
    assert features(answer.content, layer)


def test_nothing_there_is_an_empty_answer(signed_in: SignIn, tiny_city: TinyCity) -> None:
    client = signed_in("planner")

    assert client.get(address(tiny_city, "grids", 13, 0.0, 0.0)).status_code == 204
    low = client.get(address(tiny_city, "grids", 5, *tiny_city.place_in("D3")))
    assert low.status_code == 204


def test_a_tile_never_changes_and_says_so(signed_in: SignIn, tiny_city: TinyCity) -> None:
    client = signed_in("planner")
    path = address(tiny_city, "grids", 13, *tiny_city.place_in("D3"))
    first, second = client.get(path), client.get(path)

    assert first.content == second.content
    assert "immutable" in first.headers["cache-control"]
    assert "private" in first.headers["cache-control"]
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_who_cannot_unpack_gets_it_plain(signed_in: SignIn, tiny_city: TinyCity) -> None:
    client = signed_in("planner")
    path = address(tiny_city, "grids", 13, *tiny_city.place_in("D3"))
    packed = client.get(path)
    plain = client.get(path, headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.content == packed.content  # the client unpacked the first
    assert not plain.content.startswith(gzip.compress(b"")[:2])


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/tiles/g99/grids/13/0/0.mvt", "no generation 99"),
        ("/tiles/g99999999999999999999/grids/13/0/0.mvt", "no generation"),
        ("/tiles/g1/people/13/0/0.mvt", "no layer 'people'"),
        ("/tiles/g1/grids/21/0/0.mvt", "zoom 21"),
        ("/tiles/g1/grids/-1/0/0.mvt", "zoom -1"),
        ("/tiles/g1/grids/3/8/0.mvt", "0 to 7"),
        ("/tiles/g1/grids/3/0/-1.mvt", "0 to 7"),
    ],
)
def test_tiles_that_do_not_exist(signed_in: SignIn, path: str, words: str) -> None:
    answer = signed_in("planner").get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]


def test_tiles_are_for_people_who_are_signed_in(visitor: TestClient, tiny_city: TinyCity) -> None:
    path = address(tiny_city, "grids", 13, *tiny_city.place_in("D3"))

    assert visitor.get(path).status_code == 401
