"""Ids in the order of their time."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import RFC_4122, UUID, uuid4

from gridsvc.core.ordered_id import ordered_id

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)


def test_an_id_follows_from_its_source_its_instant_and_what_it_is() -> None:
    source = uuid4()

    made = ordered_id(NOON, source, "task")

    assert made == ordered_id(NOON, source, "task")
    others = {
        ordered_id(NOON, source, "decision 1"),
        ordered_id(NOON, uuid4(), "task"),
        ordered_id(NOON + timedelta(milliseconds=1), source, "task"),
    }
    assert len(others - {made}) == 3


def test_a_later_id_is_greater_whatever_it_comes_from() -> None:
    ids = [ordered_id(NOON + timedelta(milliseconds=n), uuid4(), "task") for n in range(200)]

    assert all(a < b for a, b in pairwise(ids))


def test_an_id_is_one_of_version_7_and_tells_its_instant() -> None:
    for source in (UUID(int=0), UUID(int=2**128 - 1), uuid4()):
        made = ordered_id(NOON, source, "incident")
        assert (made.version, made.variant) == (7, RFC_4122)
        assert made.int >> 80 == NOON.timestamp() * 1000
