"""`/reports`: translate HTTP to service calls, nothing more."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response, status

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.incidents import IncidentOut
from gridsvc.api.schemas.reports import ReportIn, ReportOut
from gridsvc.api.security import ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services.incidents import incident_of_report
from gridsvc.services.photos import missing_photos
from gridsvc.services.report_draft import ReportConflict
from gridsvc.services.reports import report_many

router = APIRouter(prefix="/reports", tags=["reports"], responses=PROBLEMS)
Sender = Annotated[Actor, require(Permission.REPORT_CREATE)]


@router.put("/{report_id}", operation_id="putReport", status_code=status.HTTP_201_CREATED)
def put_report(
    report_id: UUID, body: ReportIn, sender: Sender, ctx: ContextDep, response: Response
) -> ReportOut:
    """Take a report in once, however often it is sent.

    Answers 201 the first time, 200 for the same again and 409 when the id is known with
    other content. A place outside of every grid is taken in all the same and stands in a
    dispatcher's queue.
    """
    [taken] = report_many(ctx, [(sender, body.to_core(report_id))])
    if isinstance(taken, ReportConflict):
        raise taken
    if not taken.is_new:
        response.status_code = status.HTTP_200_OK
    receipt = taken.receipt
    return ReportOut(
        report_id=report_id,
        received_at=receipt.received_at,
        flags=list(receipt.flags),
        missing_photos=missing_photos(ctx, sender, report_id),
        incident=IncidentOut.model_validate(incident_of_report(ctx, sender, receipt.incident_id)),
    )
