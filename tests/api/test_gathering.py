"""Many phones at once over real HTTP: once means once, and the answer is the documented one."""

import asyncio
from collections import Counter
from uuid import uuid4

import httpx2
import orjson
from sqlalchemy import text

from gridsvc.api.schemas.reports import ReportOut
from gridsvc.services import gathering as module
from tests.api.server import PATIENCE_S, Server
from tests.api.wire import claim_in, report_in
from tests.city import SIMULATOR_KEY


async def put_all(
    server: Server, sent: list[tuple[str, str, dict[str, object]]]
) -> list[httpx2.Response]:
    """Put (officer, report id, body) all at once."""
    limits = httpx2.Limits(max_connections=40)
    headers = {"Authorization": f"Bearer {SIMULATOR_KEY}"}
    async with httpx2.AsyncClient(
        base_url=f"{server.url}/api/v1", headers=headers, timeout=PATIENCE_S, limits=limits
    ) as client:
        return await asyncio.gather(
            *(
                client.put(f"/reports/{report_id}", json=body, headers={"X-Act-As": officer})
                for officer, report_id, body in sent
            )
        )


def test_a_hundred_phones_each_sending_twice(server: Server) -> None:
    people = ("manager-D1", "manager-D2", "manager-D3")
    sent = [(people[i % 3], str(uuid4()), report_in(place="D2")) for i in range(100)]

    answers = asyncio.run(put_all(server, [*sent, *sent]))

    assert Counter(answer.status_code for answer in answers) == {201: 100, 200: 100}
    for (_, report_id, _), answer in zip([*sent, *sent], answers, strict=True):
        assert answer.json()["report_id"] == report_id
    with server.ctx.database.begin() as connection:
        ids = [report_id for _, report_id, _ in sent]
        counted = connection.execute(
            text("SELECT count(*) FROM report WHERE report_id = ANY(CAST(:ids AS uuid[]))"),
            {"ids": ids},
        ).scalar_one()
    assert counted == 100


def test_a_bad_one_among_them_is_told_what_is_wrong(server: Server) -> None:
    bodies = [report_in(), report_in() | {"matter": "UNICORN", "condition": None}, report_in()]

    answers = asyncio.run(put_all(server, [("manager-D1", str(uuid4()), body) for body in bodies]))

    assert [answer.status_code for answer in answers] == [201, 422, 201]
    assert answers[1].json()["type"] == "urn:gridsvc:problem:unknown-matter"


def test_the_answer_is_what_the_document_promises(server: Server) -> None:
    body = report_in(photos=[claim_in(b"scene")], place=(113.9, 21.5))

    [answer] = asyncio.run(put_all(server, [("manager-D1", str(uuid4()), body)]))

    model = ReportOut.model_validate_json(answer.content, strict=True)
    assert orjson.loads(model.model_dump_json()) == answer.json()


def test_too_many_are_asked_to_come_again(server: Server) -> None:
    gathering = server.app.state.gathering
    expected = gathering._expected_wait_s
    gathering._expected_wait_s = lambda: module.LONGEST_WAIT_S + 2.5
    try:
        [answer] = asyncio.run(put_all(server, [("manager-D1", str(uuid4()), report_in())]))
    finally:
        gathering._expected_wait_s = expected

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 13
    assert answer.json()["type"] == "urn:gridsvc:problem:too-many-reports"
