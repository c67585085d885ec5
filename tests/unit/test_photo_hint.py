"""Hints: far and early are told, near and soon are left alone, whichever datum was meant."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.core.camera_record import CameraRecord
from gridsvc.core.geo.datum import from_4490
from gridsvc.core.photo_hint import NEAR_M, SOON, Agreement, PhotoHint, photo_hint
from gridsvc.core.place import Place

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
PLACE = Place(lon=113.71, lat=23.02, accuracy_m=10)
#: So much latitude is a metre.
METRE = 1 / 110_750


def north_by(metres: float, datum: str = "wgs84") -> CameraRecord:
    """A record from so far north of the place, written in a datum."""
    return CameraRecord(position=from_4490(PLACE.lon, PLACE.lat + metres * METRE, datum))


@pytest.mark.parametrize("datum", ["wgs84", "gcj02"])
@pytest.mark.parametrize("metres", [-600, 0, 300, 600])
def test_near_in_either_datum_is_near(datum: str, metres: float) -> None:
    hint = photo_hint(north_by(metres, datum), PLACE, NOON)

    assert (hint.place, hint.distance_m) == (Agreement.AGREES, None)


@pytest.mark.parametrize(
    ("metres", "datum", "told"),
    [
        # 1,234 m read as WGS-84, further when read as GCJ-02
        (1_234, "wgs84", 1_200),
        (15_300, "gcj02", 15_000),
        (253_000, "wgs84", 250_000),
    ],
)
def test_far_is_told_to_two_digits_by_the_kinder_reading(
    metres: float, datum: str, told: int
) -> None:
    hint = photo_hint(north_by(metres, datum), PLACE, NOON)

    assert hint.place is Agreement.APART
    assert hint.distance_m == told


def test_what_the_devices_vouch_for_is_granted() -> None:
    record = north_by(1_500)
    vague = CameraRecord(position=record.position, error_m=900)
    coarse = Place(lon=PLACE.lon, lat=PLACE.lat, accuracy_m=1_000)

    assert photo_hint(record, PLACE, NOON).place is Agreement.APART
    assert photo_hint(vague, PLACE, NOON).place is Agreement.AGREES
    assert photo_hint(record, coarse, NOON).place is Agreement.AGREES


@pytest.mark.parametrize(
    ("after", "expected", "minutes"),
    [
        (timedelta(0), Agreement.AGREES, None),
        (SOON, Agreement.AGREES, None),
        (-SOON, Agreement.AGREES, None),
        (-timedelta(hours=3), Agreement.APART, -180),
        (timedelta(minutes=31), Agreement.APART, 31),
        (-timedelta(days=400), Agreement.APART, -576_000),
    ],
)
def test_the_time(after: timedelta, expected: Agreement, minutes: int | None) -> None:
    hint = photo_hint(CameraRecord(taken_at=NOON + after), PLACE, NOON)

    assert (hint.time, hint.minutes) == (expected, minutes)
    assert hint.place is Agreement.UNKNOWN


def test_a_silent_record_hints_at_nothing() -> None:
    assert photo_hint(CameraRecord(), PLACE, NOON) == PhotoHint()


@settings(deadline=None)
@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-89, 89))
def test_any_two_places_have_a_hint_and_it_is_coarse(
    lon: float, lat: float, told_lon: float, told_lat: float
) -> None:
    hint = photo_hint(CameraRecord(position=(lon, lat)), Place(lon=told_lon, lat=told_lat), NOON)

    if hint.distance_m is None:
        assert hint.place is Agreement.AGREES
    else:
        assert hint.distance_m >= NEAR_M
        digits = 10 ** (len(str(hint.distance_m)) - 2)
        assert hint.distance_m % digits == 0
        assert hint.distance_m < 2 * np.pi * 6_400_000
