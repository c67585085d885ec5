"""`/locate`: every place has one answer, and what is no place is told so."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from gridsvc.core.geo.datum import from_4490
from tests.city import DONGCHENG, DONGCHENG_1, TinyCity

LOCATE = "/api/v1/locate"
SignIn = Callable[[str], TestClient]


def test_a_place_is_in_its_grid_and_divisions(signed_in: SignIn, tiny_city: TinyCity) -> None:
    lon, lat = tiny_city.place_in("D2")
    found = signed_in("grid_manager").get(LOCATE, params={"lon": lon, "lat": lat}).json()

    assert found["match"] == "inside"
    assert found["grid"] == {
        "grid_id": tiny_city.grid_ids["D2"],
        "code": tiny_city.grid_code("D2"),
    }
    assert found["community"]["code"] == DONGCHENG_1
    assert found["town"] == {"code": DONGCHENG, "name": "东城街道", "name_en": "Dongcheng"}
    assert found["city"]["name"] == "东莞市"
    assert found["generation"] == tiny_city.generation
    assert 500 < found["edge_distance_m"] < 560  # half of 0.01°, the nearer way


@pytest.mark.parametrize("datum", ["gcj02", "bd09", "cgcs2000", "EPSG:4547"])
def test_the_same_place_in_another_datum_is_the_same_answer(
    signed_in: SignIn, tiny_city: TinyCity, datum: str
) -> None:
    lon, lat = from_4490(*tiny_city.place_in("D5"), datum)
    found = signed_in("handler").get(LOCATE, params={"lon": lon, "lat": lat, "datum": datum}).json()

    assert found["grid"]["grid_id"] == tiny_city.grid_ids["D5"]


def test_an_accuracy_brings_the_other_grids_with_their_shares(
    signed_in: SignIn, tiny_city: TinyCity
) -> None:
    client = signed_in("grid_manager")
    params = {"lon": 113.71 - 0.00001, "lat": 23.005, "accuracy_m": 50}  # 1 m west of D1|D2
    found = client.get(LOCATE, params=params).json()

    assert found["grid"]["grid_id"] == tiny_city.grid_ids["D1"]
    [other] = found["candidates"]
    assert other["grid_id"] == tiny_city.grid_ids["D2"]
    assert 0.45 < other["share"] < 0.5


@pytest.mark.parametrize(
    ("lon", "lat", "match"),
    [
        pytest.param(113.71, 23.005, "edge", id="on the border of two grids"),
        pytest.param(113.6995, 23.005, "nearest", id="51 m west of everything"),
        pytest.param(113.5, 22.5, "outside", id="in the sea"),
    ],
)
def test_places_that_are_not_plainly_inside(
    signed_in: SignIn, lon: float, lat: float, match: str
) -> None:
    found = signed_in("analyst").get(LOCATE, params={"lon": lon, "lat": lat}).json()

    assert found["match"] == match
    assert (found["grid"] is None) == (match == "outside")


@pytest.mark.parametrize(
    ("params", "slug", "words"),
    [
        pytest.param({"lon": 23.0, "lat": 113.7}, "bad-coordinate", "swapped", id="swapped"),
        pytest.param({"lon": "nan", "lat": 23.0}, "bad-coordinate", "not a number", id="NaN"),
        pytest.param({"lon": "inf", "lat": 23.0}, "bad-coordinate", "not a number", id="infinite"),
        pytest.param(
            {"lon": 113.7, "lat": 23.0, "datum": "mars2000"},
            "unknown-datum",
            "mars2000",
            id="unknown datum",
        ),
        pytest.param(
            {"lon": 495000, "lat": 2544000}, "bad-coordinate", "metres", id="metres as degrees"
        ),
    ],
)
def test_what_is_no_place_is_a_problem_that_says_why(
    signed_in: SignIn, params: dict[str, object], slug: str, words: str
) -> None:
    answer = signed_in("grid_manager").get(LOCATE, params=params)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith(slug)
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    "params",
    [
        {"lat": 23.0},
        {"lon": "east", "lat": 23.0},
        {"lon": 113.7, "lat": 23.0, "accuracy_m": -1},
        {"lon": 113.7, "lat": 23.0, "accuracy_m": "nan"},
        {"lon": 113.7, "lat": 23.0, "as_of": "2026-01-01T00:00:00"},  # no zone
    ],
)
def test_a_request_of_another_form_is_refused(signed_in: SignIn, params: dict[str, object]) -> None:
    answer = signed_in("grid_manager").get(LOCATE, params=params)

    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_nobody_asks_without_signing_in(visitor: TestClient) -> None:
    assert visitor.get(LOCATE, params={"lon": 113.7, "lat": 23.0}).status_code == 401
