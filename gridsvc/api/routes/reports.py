"""`/reports`: translate HTTP to service calls, nothing more."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response, status

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.routes.incidents import position_of
from gridsvc.api.schemas.reports import OwnReportsOut, ReportIn, ReportOut
from gridsvc.api.security import ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services.gathering import Gathering
from gridsvc.services.own_reports import own_reports
from gridsvc.services.report_answers import ReportAnswer

router = APIRouter(prefix="/reports", tags=["reports"], responses=PROBLEMS)
Sender = Annotated[Actor, require(Permission.REPORT_CREATE)]


async def gathering_of(request: Request) -> Gathering:
    """Return what takes reports in for this application."""
    gathering: Gathering = request.app.state.gathering
    return gathering


@router.get("", operation_id="listOwnReports")
def get_reports(
    sender: Sender,
    ctx: ContextDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> OwnReportsOut:
    """Return the asker's own reports, the newest first, and each step that was taken since.

    Nobody can list those of others. `next` goes on where this page ends.
    """
    items = own_reports(ctx, sender, limit, None if cursor is None else position_of(cursor))
    last = items[-1] if len(items) == limit else None
    return OwnReportsOut.model_validate(
        {
            "items": items,
            "next": last and f"{last['received_at'].isoformat()}~{last['report_id']}",
        }
    )


@router.put(
    "/{report_id}",
    operation_id="putReport",
    status_code=status.HTTP_201_CREATED,
    response_model=ReportOut,
)
async def put_report(
    report_id: UUID,
    body: ReportIn,
    sender: Sender,
    gathering: Annotated[Gathering, Depends(gathering_of)],
) -> Response:
    """Take a report in once, however often it is sent.

    Answers 201 the first time, 200 for the same again and 409 when the id is known with
    other content. A place outside of every grid is taken in all the same and stands in a
    dispatcher's queue. When reports come faster than they can be written: 429, with the
    seconds after which to send it again in `Retry-After`.
    """
    answer = await gathering.take(sender, body.to_core(report_id))
    return Response(
        written(answer),
        status_code=status.HTTP_201_CREATED if answer.taken.is_new else status.HTTP_200_OK,
        media_type="application/json",
    )


def written(answer: ReportAnswer) -> bytes:
    """Return the JSON of a `ReportOut`; a test holds it to the model, which would cost more."""
    receipt = answer.taken.receipt
    return orjson.dumps(
        {
            "report_id": receipt.report_id,
            "received_at": receipt.received_at,
            "flags": receipt.flags,
            "missing_photos": answer.missing_photos,
            "incident": answer.incident,
        },
        option=orjson.OPT_UTC_Z,
    )
