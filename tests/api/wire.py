"""What clients send, as they send it."""

import hashlib
from typing import Any
from uuid import uuid4

import httpx2

from tests.city import outline_of


def report_in(
    place: str | tuple[float, float] = "D1",
    condition: str | None = "RUBBISH-1",
    *,
    datum: str = "cgcs2000",
    **given: Any,
) -> dict[str, Any]:
    """Return the body of a report from the middle of a grid or from a place."""
    middle = outline_of(place).centroid if isinstance(place, str) else None
    lon, lat = (middle.x, middle.y) if middle is not None else place
    return {
        "observed_at": "2026-06-15T12:00:00+08:00",
        "place": {"lon": lon, "lat": lat, "datum": datum, "accuracy_m": 10, "source": "gps"},
        "matter": str(condition).split("-")[0],
        "condition": condition,
    } | given


def put_report(client: httpx2.Client, **given: Any) -> dict[str, Any]:
    """Send a new report and return its answer."""
    answer = client.put(f"/reports/{uuid4()}", json=report_in(**given))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def claim_in(content: bytes, slot: str = "scene") -> dict[str, Any]:
    """Return how a photograph is named before it is sent."""
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "slot": slot}


def act_on(client: httpx2.Client, incident: dict[str, Any], step: str, **given: Any) -> Any:
    """Take a step on an incident as it was shown, and return the answer."""
    body = {"action_id": str(uuid4()), "step": step, "version": incident["version"]} | given
    return client.post(f"/incidents/{incident['incident_id']}/actions", json=body)


def problem_of(answer: Any, status: int, kind: str) -> dict[str, Any]:
    """Return the problem document of an answer, which must be of a kind."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"urn:gridsvc:problem:{kind}", problem
    assert problem["status"] == status
    assert problem["title"]
    return problem


def got(client: httpx2.Client, address: str, **params: Any) -> Any:
    """Return the answer to a question, which must be one."""
    answer = client.get(address, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()
