"""Which incident is the main one, and how far to look for others."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.core.duplicate import CircularJoin, box_around, mains_of
from gridsvc.core.geo.datum import ground_m

A, B, C, D = (UUID(int=n) for n in range(1, 5))


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        pytest.param({}, {}, id="nothing is joined"),
        pytest.param({A: B}, {A: B}, id="one to another"),
        pytest.param({A: B, B: C}, {A: C, B: C}, id="a chain has one end"),
        pytest.param({A: C, B: C, C: D}, {A: D, B: D, C: D}, id="several and their main"),
    ],
)
def test_the_main_incident_is_the_end_of_the_chain(
    links: dict[UUID, UUID], expected: dict[UUID, UUID]
) -> None:
    assert mains_of(links) == expected


@pytest.mark.parametrize("links", [{A: A}, {A: B, B: A}, {A: B, B: C, C: A}])
def test_nothing_is_joined_to_itself(links: dict[UUID, UUID]) -> None:
    with pytest.raises(CircularJoin):
        mains_of(links)


@given(
    lon=st.floats(-179, 179),
    lat=st.floats(-80, 80),
    metres=st.floats(0.1, 1_000),
    bearing=st.sampled_from([(1, 0), (-1, 0), (0, 1), (0, -1)]),
)
def test_the_box_reaches_at_least_so_far(
    lon: float, lat: float, metres: float, bearing: tuple[int, int]
) -> None:
    west, south, east, north = box_around(lon, lat, metres)
    edge = (
        (east if bearing[0] > 0 else west) if bearing[0] else lon,
        (north if bearing[1] > 0 else south) if bearing[1] else lat,
    )

    reach = float(ground_m(lon, lat, *edge))

    assert metres * 0.9999 <= reach <= metres * 1.05 + 1e-6
