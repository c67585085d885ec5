"""How reporters may be reached, on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class ContactsIn(BaseModel):
    """What the contacts are opened for; it is kept with who opened them, for two years."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]


class ContactOut(BaseModel):
    """How whoever sent a report may be reached."""

    report_id: UUID
    received_at: datetime
    contact: str


class ContactsOut(BaseModel):
    """The contacts of an incident's reporters, the first report first."""

    items: list[ContactOut]
