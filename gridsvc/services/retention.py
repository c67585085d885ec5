"""Retention: forget what `docs/privacy.md` says is kept no longer.

Records of who came in and who read what. Texts and photographs, whose time runs from the
closing of their incident, go in `forgetting`.
"""

from dataclasses import dataclass
from datetime import timedelta

from gridsvc.services.accounts import NO_INCIDENTS
from gridsvc.services.clock import machine_now
from gridsvc.services.context import Context
from gridsvc.store import accounts

SIGN_INS_KEPT = timedelta(days=180)
LOGGED_READS_KEPT = timedelta(days=730)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How many rows went."""

    sessions: int
    sign_ins: int
    logged_reads: int


def forget_what_is_due(ctx: Context) -> Forgotten:
    """Delete expired sessions and old records; safe to run at any time, by several at once.

    The periods run on the machine's time, as the records do.
    """
    now = machine_now()
    with ctx.database.begin(NO_INCIDENTS) as connection:
        return Forgotten(
            sessions=accounts.delete_expired_sessions(connection, now),
            sign_ins=accounts.delete_sign_ins_before(connection, now - SIGN_INS_KEPT),
            logged_reads=accounts.delete_logged_reads_before(connection, now - LOGGED_READS_KEPT),
        )
