"""Officers 人员: people who can be given tasks.

Ids only: names and telephone numbers are borrowed data and live in tables that can
be erased. An officer is not an account; most have no password until invited.
"""

from dataclasses import dataclass
from typing import NewType

OfficerId = NewType("OfficerId", int)
OfficerCode = NewType("OfficerCode", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A person who can be given tasks."""

    officer_id: OfficerId
    code: OfficerCode
