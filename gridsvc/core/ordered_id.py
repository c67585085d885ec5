"""Ids that stand in the order of their time, so that what is written together lies together.

With ids drawn by chance every row of a report goes to another page of every index, and with
millions stored each of those pages is fetched, changed and logged whole. Nothing ever reads
an order out of an id.
"""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ordered_id(at: datetime, source: UUID, what: str) -> UUID:
    """Return the id of something that another thing gives rise to at an instant.

    A UUID of version 7 whose random part follows from the source: to do the same again at the
    same instant gives the same id.
    """
    since = at - _EPOCH
    milliseconds = since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
    digest = hashlib.sha256(source.bytes + what.encode()).digest()
    number = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(digest[:10])
    number = number & ~(0xF << 76) | 7 << 76
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)
