"""M19 微治理: put right on the spot with one pair of photographs and no dispatch."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import httpx2
import pytest

from gridsvc.core.incident import IncidentId, is_sampled
from gridsvc.core.ordered_id import ordered_id
from gridsvc.services.context import Context
from tests.api.wire import claim_in, got, report_in
from tests.deeds import jpeg, set_clock

Clients = Callable[[str], httpx2.Client]
#: When everything here is received; an incident's id follows from that and from its report's.
NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
BEFORE, AFTER = jpeg(colour=1), jpeg(colour=2)


def report_id(*, sampled: bool) -> str:
    """An id whose incident is, or is not, among those that somebody else re-checks."""
    share = 0.05
    return next(
        str(each)
        for each in (uuid5(UUID(int=19), str(n)) for n in range(1_000))
        if is_sampled(IncidentId(ordered_id(NOON, each, "incident")), share) is sampled
    )


def fix(client: httpx2.Client, name: str, *slots: str, **given: Any) -> Any:
    photos = [claim_in(BEFORE if slot == "before" else AFTER, slot) for slot in slots]
    return client.put(f"/reports/{name}", json=report_in(self_fix=True, photos=photos, **given))


@pytest.fixture(autouse=True)
def noon(ctx: Context) -> None:
    set_clock(ctx, NOON)


@pytest.fixture
def phone(client_of: Clients) -> httpx2.Client:
    return client_of("grid_manager")


def test_m19_one_request_and_the_pair_close_it_without_a_dispatch(
    phone: httpx2.Client, client_of: Clients, ctx: Context
) -> None:
    name = report_id(sampled=False)
    answer = fix(phone, name, "before", "after")
    assert answer.status_code == 201, answer.text
    incident = answer.json()["incident"]
    assert (incident["state"], incident["owner"], incident["queue"]) == ("closed", None, None)

    for content in (BEFORE, AFTER):
        sha256 = claim_in(content)["sha256"]
        sent = phone.put(f"/photos/{sha256}", content=content)
        assert sent.status_code in (200, 201), sent.text
    seen = got(phone, f"/incidents/{incident['incident_id']}")
    assert {photo["slot"]: photo["has_arrived"] for photo in seen["photos"]} == {
        "before": True,
        "after": True,
    }
    assert seen["tasks"] == []
    desk = client_of("dispatcher")
    kinds = [e["kind"] for e in got(desk, f"/incidents/{incident['incident_id']}/events")["items"]]
    assert kinds == ["reported", "filed", "self_fixed"]
    # sent again after a lost answer it is the same success, and no second incident
    again = fix(phone, name, "before", "after")
    assert again.status_code == 200
    assert again.json()["incident"]["incident_id"] == incident["incident_id"]


def test_m19_a_share_is_looked_at_by_somebody_else(
    phone: httpx2.Client, client_of: Clients
) -> None:
    incident = fix(phone, report_id(sampled=True), "before", "after").json()["incident"]

    assert incident["state"] == "rechecking"
    seen = got(client_of("dispatcher"), f"/incidents/{incident['incident_id']}")
    [task] = seen["tasks"]
    assert task["kind"] == "recheck"
    assert task["post"]["code"] != "manager-D1"


@pytest.mark.parametrize(
    ("slots", "given"),
    [
        pytest.param(("after",), {}, id="half a pair proves nothing"),
        pytest.param(("before", "after"), {"condition": "MANHOLE-1"}, id="not for every matter"),
    ],
)
def test_m19_otherwise_it_is_dispatched_like_any_other(
    phone: httpx2.Client, slots: tuple[str, ...], given: dict[str, Any]
) -> None:
    name = str(uuid5(UUID(int=20), repr((slots, given))))
    incident = fix(phone, name, *slots, **given).json()["incident"]

    assert incident["state"] == "dispatched"
    assert incident["owner"] is not None


def test_m19_a_resident_fixes_nothing_for_the_record(client_of: Clients) -> None:
    name = str(uuid5(UUID(int=21), "resident"))
    incident = fix(client_of("resident"), name, "before", "after").json()["incident"]

    assert incident["state"] == "verifying"
