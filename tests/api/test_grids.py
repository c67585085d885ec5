"""Grids, divisions, adjacency, generations and matters as clients see them."""

from collections.abc import Callable

from shapely.geometry import shape
from starlette.testclient import TestClient

from tests.city import CITY, DONGCHENG, DONGCHENG_1, OPENED_AT, SHENZHEN, TinyCity, outline_of

SignIn = Callable[[str], TestClient]


def test_a_grid_has_its_outline_and_owners(signed_in: SignIn, tiny_city: TinyCity) -> None:
    grid_id = tiny_city.grid_ids["D1"]
    found = signed_in("grid_manager").get(f"/api/v1/grids/{grid_id}").json()

    assert shape(found["outline"]).equals(outline_of("D1"))
    assert found["community"]["code"] == DONGCHENG_1
    assert found["town"]["code"] == DONGCHENG
    assert [owner["code"] for owner in found["owners"]] == [
        "manager-D1",  # primary before backup, then the larger place
        "volunteer-D1",
        "assistant-D1",
        "police-D1",
    ]
    assert found["owners"][0]["officer_name"] == "某manager-D1"


def test_a_resident_learns_no_names(signed_in: SignIn, tiny_city: TinyCity) -> None:
    found = signed_in("resident").get(f"/api/v1/grids/{tiny_city.grid_ids['D1']}").json()

    assert {owner["officer_name"] for owner in found["owners"]} == {None}


def test_an_unknown_grid_is_a_problem(signed_in: SignIn) -> None:
    client = signed_in("grid_manager")
    for path in ("/api/v1/grids/4711", f"/api/v1/grids/{2**70}", "/api/v1/grids/4711/mini"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "there is no grid" in answer.json()["detail"]


def test_grids_below_a_division(signed_in: SignIn, tiny_city: TinyCity) -> None:
    client = signed_in("dispatcher")
    town = client.get("/api/v1/grids", params={"division": DONGCHENG}).json()["items"]
    home = client.get("/api/v1/grids").json()["items"]

    assert [g["code"] for g in town] == [tiny_city.grid_code(f"D{n}") for n in range(1, 7)]
    assert len(home) == 8
    assert client.get("/api/v1/grids", params={"division": "9" * 12}).status_code == 404


def test_before_the_beginning_the_first_generation_answers(
    signed_in: SignIn, tiny_city: TinyCity
) -> None:
    answer = signed_in("planner").get(
        f"/api/v1/grids/{tiny_city.grid_ids['N1']}", params={"as_of": "2020-01-01T00:00:00Z"}
    )

    assert answer.status_code == 200
    assert answer.json()["owners"] == []  # nobody held a post then


def test_the_mini_map_has_the_own_grid_first(signed_in: SignIn, tiny_city: TinyCity) -> None:
    found = signed_in("grid_manager").get(f"/api/v1/grids/{tiny_city.grid_ids['N2']}/mini").json()

    assert found["type"] == "FeatureCollection"
    assert found["features"][0]["properties"]["code"] == tiny_city.grid_code("N2")
    assert {f["id"] for f in found["features"]} == {
        tiny_city.grid_ids[name] for name in ("N1", "N2", "S1")
    }


def test_adjacency_tells_the_city_line(signed_in: SignIn, tiny_city: TinyCity) -> None:
    client = signed_in("planner")
    found = client.get("/api/v1/adjacency", params={"grid_id": tiny_city.grid_ids["N2"]}).json()[
        "items"
    ]

    assert {(row["kind"], row["crosses_city"]) for row in found} == {
        ("rook", False),
        ("rook", True),
    }
    assert client.get("/api/v1/adjacency", params={"grid_id": 4711}).status_code == 404


def test_divisions_by_level_and_parent(signed_in: SignIn) -> None:
    client = signed_in("analyst")
    cities = client.get("/api/v1/divisions", params={"level": "city"}).json()["items"]
    below = client.get("/api/v1/divisions", params={"parent": CITY}).json()["items"]

    assert [c["code"] for c in cities] == [CITY, SHENZHEN]
    assert {d["parent_code"] for d in below} == {CITY}
    west, south, east, north = cities[0]["bbox"]
    assert (west, south, east, north) == (113.70, 23.0, 113.78, 23.01)
    lon, lat = cities[0]["point"]
    assert west < lon < east
    assert south < lat < north


def test_the_generation_in_force(signed_in: SignIn, tiny_city: TinyCity) -> None:
    found = signed_in("handler").get("/api/v1/generations/current").json()

    assert found["generation"] == tiny_city.generation
    assert found["effective_at"].startswith(OPENED_AT.isoformat()[:19])


def test_matters_come_with_department_and_conditions(signed_in: SignIn) -> None:
    items = signed_in("resident").get("/api/v1/matters").json()["items"]

    by_code = {item["code"]: item for item in items}
    assert list(by_code) == sorted(by_code)
    assert by_code["RUBBISH"]["self_fix"]
    assert by_code["RUBBISH"]["department"]["name"] == "城管"
    assert by_code["MANHOLE"]["conditions"][1]["limit"] == {"amount": 2.0, "kind": "urgent_hours"}
