"""What cameras write: believed where it is surely said, and silently dropped where it is not."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL.TiffImagePlugin import IFDRational

from gridsvc.core.camera_record import CameraRecord, camera_record

GPS: dict[int, Any] = {1: "N", 2: (23.0, 1.0, 12.0), 3: "E", 4: (113.0, 42.0, 36.0)}
NAN = IFDRational(0, 0)


def test_a_whole_record() -> None:
    record = camera_record(
        {0x9003: "2026:06:15 12:00:00", 0x9011: "+08:00"}, GPS | {16: "T", 17: 271.6, 31: 12.5}
    )

    assert record == CameraRecord(
        position=(pytest.approx(113.71), pytest.approx(23.02)),
        error_m=12.5,
        taken_at=datetime(2026, 6, 15, 4, tzinfo=UTC),
        direction_deg=272,
    )


@pytest.mark.parametrize(
    "gps",
    [
        pytest.param({}, id="nothing"),
        pytest.param({7: (4.0, 0.0, 0.0), 29: "2026:06:15"}, id="time only"),
        pytest.param({1: "N", 2: (0, 0, 0), 3: "E", 4: (0, 0, 0)}, id="0/0"),
        pytest.param(GPS | {2: (NAN, NAN, NAN), 4: (NAN, NAN, NAN)}, id="all over nothing"),
        pytest.param(GPS | {4: (113.0, 42.0, NAN)}, id="seconds over nothing"),
        pytest.param(GPS | {4: (113.0, 42.0, IFDRational(1, 0))}, id="infinite seconds"),
        pytest.param({k: v for k, v in GPS.items() if k != 1}, id="north or south"),
        pytest.param({k: v for k, v in GPS.items() if k != 3}, id="east or west"),
        pytest.param(GPS | {3: ""}, id="an empty side"),
        pytest.param(GPS | {3: "EW"}, id="both sides"),
        pytest.param(GPS | {1: "E", 3: "N"}, id="sides swapped"),
        pytest.param({k: v for k, v in GPS.items() if k != 4}, id="latitude only"),
        pytest.param(GPS | {4: 113.71}, id="one number"),
        pytest.param(GPS | {4: (113.0, 42.0)}, id="two numbers"),
        pytest.param(GPS | {4: "113,42,36"}, id="text"),
        pytest.param(GPS | {4: (113.0, 61.0, 0.0)}, id="61 minutes"),
        pytest.param(GPS | {4: (-113.0, 42.0, 0.0)}, id="below zero"),
        pytest.param(GPS | {2: (95.0, 0.0, 0.0)}, id="latitude 95"),
        pytest.param(GPS | {4: (180.0, 0.0, 1.0)}, id="longitude over 180"),
        pytest.param(GPS | {9: "V"}, id="the fix is lost"),
    ],
)
def test_no_position(gps: dict[int, Any]) -> None:
    assert camera_record({}, gps).position is None


@pytest.mark.parametrize(
    ("gps", "expected"),
    [
        (GPS | {1: "S", 3: "W"}, (-113.71, -23.02)),
        (GPS | {1: b"N\0", 3: b"E\0", 9: "A"}, (113.71, 23.02)),
        (GPS | {2: (Fraction(1151, 50), 0, 0)}, (113.71, 23.02)),
        # only one of the two is zero
        (GPS | {2: (0, 0, 0)}, (113.71, 0.0)),
        (GPS | {2: (90, 0, 0), 4: (179, 60, 0)}, (180.0, 90.0)),
    ],
)
def test_a_position(gps: dict[int, Any], expected: tuple[float, float]) -> None:
    assert camera_record({}, gps).position == pytest.approx(expected)


@pytest.mark.parametrize(
    ("taken", "offset", "expected"),
    [
        ("2026:06:15 12:00:00", None, datetime(2026, 6, 15, 4, tzinfo=UTC)),
        ("2026:06:15 12:00:00", "+09:00", datetime(2026, 6, 15, 3, tzinfo=UTC)),
        ("2026:06:15 12:00:00", "-03:30", datetime(2026, 6, 15, 15, 30, tzinfo=UTC)),
        (b"2026:06:15 12:00:00\0", b"+00:00\0", datetime(2026, 6, 15, 12, tzinfo=UTC)),
        # an offset that is none: the city's time
        ("2026:06:15 12:00:00", "+8", datetime(2026, 6, 15, 4, tzinfo=UTC)),
        ("2026:06:15 12:00:00", "+99:00", datetime(2026, 6, 15, 4, tzinfo=UTC)),
        ("0000:00:00 00:00:00", None, None),
        ("    :  :     :  :  ", None, None),
        ("1970:01:01 00:00:00", None, None),
        ("9999:12:31 23:59:59", "-14:00", None),
        ("2026:02:30 12:00:00", None, None),
        ("yesterday", None, None),
        (20260615, None, None),
    ],
)
def test_the_time(taken: Any, offset: Any, expected: datetime | None) -> None:
    record = camera_record({0x9003: taken, 0x9011: offset}, {})

    assert record.taken_at == expected
    assert record.taken_at is None or record.taken_at.utcoffset() is not None


@pytest.mark.parametrize(
    ("direction", "expected"),
    [(0, 0), (359.7, 0), (360, 0), (45.4, 45), (-1, None), (361, None), (NAN, None), ("N", None)],
)
def test_the_direction(direction: Any, expected: int | None) -> None:
    assert camera_record({}, {17: direction}).direction_deg == expected


_values = st.recursive(
    st.none()
    | st.text(max_size=20)
    | st.binary(max_size=20)
    | st.integers()
    | st.floats()
    | st.builds(IFDRational, st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=5,
)
_tags = st.sampled_from([1, 2, 3, 4, 9, 17, 31, 0x9003, 0x9011])


@settings(deadline=None)
@given(st.dictionaries(_tags, _values), st.dictionaries(_tags, _values))
def test_nonsense_says_nothing_wrong(photo: dict[int, Any], gps: dict[int, Any]) -> None:
    record = camera_record(photo, GPS | gps)

    if record.position is not None:
        lon, lat = record.position
        assert -180 <= lon <= 180
        assert -90 <= lat <= 90
    assert record.error_m >= 0
    assert record.error_m < float("inf")
    if record.taken_at is not None:
        assert record.taken_at - datetime(2026, 1, 1, tzinfo=UTC) < timedelta(days=80 * 366)
