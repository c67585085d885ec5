from datetime import datetime, timedelta

import pytest

from gridsvc.core.place import Place
from gridsvc.core.report import PhotoClaim, PhotoSlot, ReportFlag, record_time
from tests.domain_builders import NOON

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("seen", "sent", "recorded", "flag"),
    [
        pytest.param(NOON - HOUR, None, NOON - HOUR, None, id="as it was seen"),
        pytest.param(NOON, NOON + HOUR, NOON - HOUR, None, id="a clock an hour ahead"),
        pytest.param(NOON - 3 * HOUR, NOON - HOUR, NOON - 2 * HOUR, None, id="an hour slow"),
        pytest.param(NOON + 24 * HOUR, NOON + 24 * HOUR, NOON, None, id="a day ahead"),
        pytest.param(NOON + HOUR, None, NOON, ReportFlag.OBSERVED_IN_FUTURE, id="tomorrow"),
        pytest.param(NOON + HOUR, NOON, NOON, ReportFlag.OBSERVED_IN_FUTURE, id="after sending"),
        pytest.param(NOON + HOUR / 60, None, NOON, None, id="a minute ahead is now"),
        pytest.param(NOON - 168 * HOUR, None, NOON - 168 * HOUR, None, id="seven days ago"),
        pytest.param(NOON - 169 * HOUR, None, NOON, ReportFlag.OBSERVED_LONG_AGO, id="long ago"),
        pytest.param(
            datetime.min.replace(tzinfo=NOON.tzinfo),
            datetime.max.replace(tzinfo=NOON.tzinfo),
            NOON,
            ReportFlag.OBSERVED_LONG_AGO,
            id="nonsense",
        ),
        pytest.param(
            datetime.max.replace(tzinfo=NOON.tzinfo),
            datetime.min.replace(tzinfo=NOON.tzinfo),
            NOON,
            ReportFlag.OBSERVED_IN_FUTURE,
            id="the other nonsense",
        ),
    ],
)
def test_the_time_of_record(
    seen: datetime, sent: datetime | None, recorded: datetime, flag: ReportFlag | None
) -> None:
    time = record_time(seen, NOON, sent)
    assert (time.at, time.flag) == (recorded, flag)


@pytest.mark.parametrize(
    "wrong", [{"lat": 113.7}, {"lon": float("nan")}, {"lon": 181}, {"accuracy_m": -1}]
)
def test_places_that_are_none(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"place|accuracy"):
        Place(**{"lon": 113.7, "lat": 23.0, **wrong})


@pytest.mark.parametrize("wrong", [{"sha256": "A" * 64}, {"sha256": "a" * 63}, {"size": 0}])
def test_photos_that_are_none(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"SHA-256|bytes"):
        PhotoClaim(**{"sha256": "a" * 64, "size": 1, "slot": PhotoSlot.SCENE, **wrong})  # type: ignore[arg-type]
