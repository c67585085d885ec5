"""Deeds: what people do in a test's story, called on the services directly."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy import Engine, event

from gridsvc.core.actor import Actor
from gridsvc.core.life_cycle import Step
from gridsvc.core.matter import FilingConditionCode, MatterCode
from gridsvc.core.place import RawPlace
from gridsvc.core.report import PhotoClaim, PhotoSlot
from gridsvc.services.accounts import machine_of
from gridsvc.services.action_draft import ActionDraft
from gridsvc.services.actions import take_step
from gridsvc.services.clock import machine_now
from gridsvc.services.context import Context
from gridsvc.services.incidents import incident_in_full
from gridsvc.services.report_draft import ReportDraft
from gridsvc.services.reports import TakenReport, report_many
from gridsvc.store.installation import set_demo_clock
from tests.city import SIMULATOR_KEY, outline_of

#: In every note that a test writes; it must be found in no event and no decision.
SECRET = "住在后门的某人"


def officer(ctx: Context, code: str) -> Actor:
    """Return an officer of the tiny city, acted for by the machine that may."""
    actor = machine_of(ctx, SIMULATOR_KEY, code)
    assert actor is not None
    return actor


def claim(slot: str = "scene", content: bytes | None = None) -> PhotoClaim:
    """Return the claim of a photograph, of a new one when no content is given."""
    content = content or uuid4().bytes
    return PhotoClaim(
        sha256=hashlib.sha256(content).hexdigest(), size=len(content), slot=PhotoSlot(slot)
    )


def draft(
    ctx: Context,
    place: str | tuple[float, float] = "D1",
    condition: str | None = "RUBBISH-1",
    *,
    matter: str | None = None,
    datum: str = "cgcs2000",
    accuracy_m: float | None = 10,
    report_id: UUID | None = None,
    observed_at: datetime | None = None,
    sent_at: datetime | None = None,
    note: str = SECRET,
    photos: tuple[PhotoClaim, ...] = (),
    self_fix: bool = False,
) -> ReportDraft:
    """Return a report from the middle of a grid or from a place."""
    middle = outline_of(place).centroid if isinstance(place, str) else None
    lon, lat = (middle.x, middle.y) if middle is not None else place
    assert matter or condition
    return ReportDraft(
        report_id=report_id or uuid4(),
        observed_at=observed_at or ctx.clock.now(),
        device_sent_at=sent_at,
        raw_place=RawPlace(lon=lon, lat=lat, datum=datum, accuracy_m=accuracy_m),
        matter=MatterCode(matter or str(condition).split("-")[0]),
        condition=None if condition is None else FilingConditionCode(condition),
        note=note,
        photos=photos,
        self_fix=self_fix,
    )


def send(ctx: Context, actor: Actor, *drafts: ReportDraft) -> list[TakenReport]:
    """Take reports in; none of them may conflict."""
    taken = report_many(ctx, [(actor, one) for one in drafts])
    assert all(isinstance(one, TakenReport) for one in taken)
    return [one for one in taken if isinstance(one, TakenReport)]


def reported(ctx: Context, place: str | tuple[float, float], condition: str, **kw: Any) -> UUID:
    """Return the incident of a new report by the manager of D1."""
    [taken] = send(ctx, officer(ctx, "manager-D1"), draft(ctx, place, condition, **kw))
    return taken.receipt.incident_id


def look(ctx: Context, incident_id: UUID, as_officer: str = "dispatch-city") -> dict[str, Any]:
    """Return an incident in full, as somebody sees it."""
    return incident_in_full(ctx, officer(ctx, as_officer), incident_id)


def act(ctx: Context, code: str, incident_id: UUID, step: str, **given: Any) -> ActionDraft:
    """Let an officer take a step on the incident as it stands, and return the action."""
    given.setdefault("version", look(ctx, incident_id)["version"])
    given.setdefault("action_id", uuid4())
    action = ActionDraft(step=Step(step), **given)
    take_step(ctx, officer(ctx, code), incident_id, action)
    return action


def handled(ctx: Context, code: str, incident_id: UUID) -> ActionDraft:
    """Let an officer say that it is solved, with a photograph of the result."""
    return act(ctx, code, incident_id, "handle", photos=(claim("after"),))


def set_clock(ctx: Context, at: datetime, rate: float = 0.0) -> None:
    """Let business time be `at`; with rate 0 it stands still until it is set again."""
    with ctx.database.begin() as connection:
        set_demo_clock(connection, machine_now(), at, rate)
    ctx.clock.forget()


def jpeg(width: int = 64, height: int = 48, colour: int = 0, **given: Any) -> bytes:
    """Return a photograph; another `colour` is another photograph."""
    out = io.BytesIO()
    # far apart, because JPEG makes near colours the same
    image = Image.new("RGB", (width, height), (colour * 97 % 256, colour * 61 % 256, 90))
    image.save(out, "JPEG", **given)
    return out.getvalue()


@contextmanager
def statements_of(*engines: Engine) -> Iterator[list[str]]:
    """Collect the statements that are executed meanwhile; many rows at once are one."""
    seen: list[str] = []

    def remember(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", remember)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", remember)
