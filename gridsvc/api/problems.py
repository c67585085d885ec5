"""Errors as RFC 9457 problem details, by the table in `problem_kinds`.

A `type` is stable: clients may compare it, and it never changes its meaning. The
`detail` is the exception's own sentence where that was written for users, and is left
out where it might tell how the service is built or what somebody sent.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gridsvc.api.problem_kinds import HTTP_KINDS, KINDS, Kind

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:gridsvc:problem:"


class ProblemOut(BaseModel):
    """An error as RFC 9457 writes it; some kinds have further members."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str | None = None
    request_id: str | None = None


#: For the `responses` of a router: what an endpoint answers when it cannot do as asked.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ProblemOut, "description": "Why it was not done"},
    "5XX": {"model": ProblemOut, "description": "Nothing was done; it may be tried again"},
}


def install_problems(app: FastAPI) -> None:
    """Answer every exception of an application with a problem document."""
    for error in KINDS:
        app.add_exception_handler(error, answer)
    app.add_exception_handler(HTTPException, answer)


async def answer(request: Request, error: Exception) -> Response:
    """Return the problem document for an exception."""
    return problem_for(error, request_id=getattr(request.state, "request_id", None))


def problem_for(error: Exception, *, request_id: str | None = None) -> Response:
    """Return the response for an exception, by the table."""
    if isinstance(error, HTTPException):
        slug, title = HTTP_KINDS.get(error.status_code, ("refused", "The request was refused"))
        return problem(
            error.status_code,
            slug,
            title,
            detail=str(error.detail) if error.detail else None,
            request_id=request_id,
            headers=error.headers or {},
        )
    kind = kind_of(error)
    return problem(
        kind.status,
        kind.slug,
        kind.title,
        detail=(str(error) or None) if kind.tells else None,
        request_id=request_id,
        members=kind.members(error),
        headers=kind.headers(error),
    )


def kind_of(error: Exception) -> Kind:
    """Return the row of the table for an exception: that of its nearest ancestor."""
    return next(KINDS[cls] for cls in type(error).__mro__ if cls in KINDS)


def problem(
    status: int,
    slug: str,
    title: str,
    *,
    detail: str | None = None,
    request_id: str | None = None,
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem document; members never hide the standard ones."""
    document: dict[str, Any] = dict(members or {})
    document |= {"type": TYPE_PREFIX + slug, "title": title, "status": status}
    if detail is not None:
        document["detail"] = detail
    if request_id is not None:
        document["request_id"] = request_id
    return Response(
        orjson.dumps(document, default=str),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
