"""`/photos`: bytes by their SHA-256."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response, status
from starlette.concurrency import run_in_threadpool

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.reports import PhotoReceiptOut
from gridsvc.api.security import ContextDep, SignedIn, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services.photos import MOST_BYTES, PhotoTooLarge, served_photo, take_photo

router = APIRouter(prefix="/photos", tags=["photos"], responses=PROBLEMS)
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Sender = Annotated[Actor, require(Permission.REPORT_CREATE, Permission.TASK_WORK)]


class Size(StrEnum):
    """How large a photograph is served."""

    SERVED = "served"
    THUMB = "thumb"


async def body_of(request: Request) -> bytes:
    """Read a body, and stop reading as soon as it is too large."""
    too_large = PhotoTooLarge(f"a photograph has at most {MOST_BYTES // 1024 // 1024} MB")
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > MOST_BYTES:
        raise too_large
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise too_large
        parts.append(part)
    return b"".join(parts)


@router.put("/{sha256}", operation_id="putPhoto", status_code=status.HTTP_201_CREATED)
async def put_photo(
    sha256: Sha256,
    sender: Sender,
    ctx: ContextDep,
    content: Annotated[bytes, Depends(body_of)],
    response: Response,
) -> PhotoReceiptOut:
    """Keep a photograph that an accepted report or step of the sender's names.

    Answers 201 the first time and 200 again; 404 when nothing names it, 413 when it is too
    large, 415 when it is no photograph, 422 when its bytes have another hash.
    """
    taken = await run_in_threadpool(take_photo, ctx, sender, sha256, content)
    if not taken.is_new:
        response.status_code = status.HTTP_200_OK
    return PhotoReceiptOut(
        sha256=sha256,
        media_type=taken.photo.media_type,
        width=taken.photo.width,
        height=taken.photo.height,
    )


@router.get("/{sha256}", operation_id="getPhoto", response_class=Response)
def get_photo(
    sha256: Sha256, actor: SignedIn, ctx: ContextDep, size: Size = Size.SERVED
) -> Response:
    """Return a photograph drawn anew, without anything the camera wrote into it."""
    content = served_photo(ctx, actor, sha256, size.value)
    headers = {"Cache-Control": "private, max-age=86400, immutable"}
    return Response(content, media_type="image/jpeg", headers=headers)
