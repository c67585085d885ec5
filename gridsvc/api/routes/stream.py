"""`/stream`: the live feed as server-sent events."""

from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import StreamingResponse

from gridsvc.api.hub import Hub
from gridsvc.api.problems import PROBLEMS
from gridsvc.api.security import SignedIn
from gridsvc.core.permission import Permission

router = APIRouter(prefix="/stream", tags=["stream"], responses=PROBLEMS)


@router.get("", operation_id="openStream", response_class=StreamingResponse)
async def get_stream(
    request: Request, actor: SignedIn, last_event_id: Annotated[str, Header()] = ""
) -> StreamingResponse:
    """Stream what happens within the asker's scope.

    Events: `hello` (clock, rate, generation), `batch` (items, each an event with its
    incident), `beat` when nothing happens, `resync` when the listener should load afresh.
    Who may not read incidents hears the steps taken on what they reported, and not by whom.
    After a lost connection send `Last-Event-ID`; nothing is missed.
    """
    hub: Hub = request.app.state.hub
    return StreamingResponse(
        hub.listen(actor.scope, last_event_id, reads=actor.may(Permission.INCIDENT_READ)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
