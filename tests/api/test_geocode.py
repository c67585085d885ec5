"""`/geocode`: an address over HTTP, both ways."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from gridsvc.core.address.numbers import Numbers
from gridsvc.services.context import Context
from gridsvc.store.addresses import NewAddress, replace_addresses
from tests.city import DONGCHENG_1, DONGCHENG_2, TinyCity

GEOCODE = "/api/v1/geocode"
REVERSE = "/api/v1/geocode/reverse"
SignIn = Callable[[str], TestClient]


@pytest.fixture(scope="module", autouse=True)
def _table(ctx: Context, tiny_city: TinyCity) -> None:
    """One street through both communities of Dongcheng, two houses in each."""
    rows = [
        NewAddress(
            code=f"{grid}-{number}",
            street=street,
            numbers=Numbers(number),
            number_value=int(number),
            has_parts=False,
            lon=tiny_city.place_in(grid)[0],
            lat=tiny_city.place_in(grid)[1],
        )
        for street, grid, number in [(0, "D1", "1"), (0, "D2", "3"), (1, "D5", "1"), (1, "D6", "5")]
    ]
    with ctx.database.begin() as connection:
        replace_addresses(connection, [(DONGCHENG_1, "稻香路"), (DONGCHENG_2, "稻香路")], rows)


def test_a_full_address_is_one_place_in_its_grid(signed_in: SignIn, tiny_city: TinyCity) -> None:
    query = {"q": "東莞市東城街道東城一社區稻香路３號"}
    found = signed_in("handler").get(GEOCODE, params=query).json()

    assert found["confidence"] == "exact"
    assert found["is_ambiguous"] is False
    [address] = found["candidates"]
    assert address["text"] == "东莞市东城街道东城一社区稻香路3号"
    assert address["address_code"] == "D2-3"
    assert address["grid"]["grid_id"] == tiny_city.grid_ids["D2"]
    assert [d["code"] for d in address["divisions"]][-1] == DONGCHENG_1
    assert (address["lon"], address["lat"]) == pytest.approx(tiny_city.place_in("D2"), abs=1e-7)


def test_several_are_offered_and_none_is_chosen(signed_in: SignIn) -> None:
    client = signed_in("dispatcher")
    found = client.get(GEOCODE, params={"q": "东城街道稻香路1号"}).json()
    first = client.get(GEOCODE, params={"q": "东城街道稻香路1号", "limit": 1}).json()

    assert found["confidence"] == "ambiguous"
    assert found["is_ambiguous"] is True
    assert {a["address_code"] for a in found["candidates"]} == {"D1-1", "D5-1"}
    assert len(first["candidates"]) == 1
    assert first["total"] == found["total"] == 2
    assert first["is_ambiguous"] is True


def test_a_town_is_no_place(signed_in: SignIn) -> None:
    found = signed_in("analyst").get(GEOCODE, params={"q": "东城区"}).json()

    assert found["confidence"] == "division"
    assert found["candidates"][0]["level"] == "town"
    assert found["candidates"][0]["lon"] is None


def test_what_means_nothing_is_an_answer_too(signed_in: SignIn) -> None:
    found = signed_in("resident").get(GEOCODE, params={"q": "明天下午"}).json()

    assert found == {"confidence": "nothing", "is_ambiguous": False, "candidates": [], "total": 0}


@pytest.mark.parametrize("params", [{}, {"q": ""}, {"q": "东" * 300}, {"q": "东城", "limit": 0}])
def test_a_request_of_another_form_is_refused(signed_in: SignIn, params: dict[str, object]) -> None:
    assert signed_in("handler").get(GEOCODE, params=params).status_code == 422


def test_a_place_has_a_grid_a_community_and_an_address(
    signed_in: SignIn, tiny_city: TinyCity
) -> None:
    lon, lat = tiny_city.place_in("D5")
    params = {"lon": lon, "lat": lat + 0.0005}
    found = signed_in("grid_manager").get(REVERSE, params=params).json()

    assert found["grid"]["grid_id"] == tiny_city.grid_ids["D5"]
    assert found["community"]["code"] == DONGCHENG_2
    assert found["town"]["name"] == "东城街道"
    assert found["nearest"]["text"] == "东莞市东城街道东城二社区稻香路1号"
    assert found["nearest"]["distance_m"] == pytest.approx(55.6, abs=0.5)


def test_what_is_no_place_is_told(signed_in: SignIn) -> None:
    answer = signed_in("handler").get(REVERSE, params={"lon": 23.0, "lat": 113.7})

    assert answer.status_code == 422
    assert "swapped" in answer.json()["detail"]


def test_far_from_everything_there_is_no_address(signed_in: SignIn) -> None:
    found = signed_in("handler").get(REVERSE, params={"lon": 100.0, "lat": 30.0}).json()

    assert found["match"] == "outside"
    assert found["nearest"] is None
