"""What is kept no longer goes, and nothing else does."""

from datetime import timedelta

from sqlalchemy import text

from gridsvc.services.clock import machine_now
from gridsvc.services.context import Context
from gridsvc.services.retention import (
    LOGGED_READS_KEPT,
    SIGN_INS_KEPT,
    Forgotten,
    forget_what_is_due,
)
from tests.city import TinyCity

MOMENT = timedelta(minutes=1)


def test_only_what_is_due_is_forgotten(ctx: Context, tiny_city: TinyCity) -> None:
    now = machine_now()
    rows = {
        "INSERT INTO session (token_digest, account_id, csrf, created_at, expires_at) "
        "VALUES (sha256(CAST(:at AS text)::bytea), :account, '', :at, :at)": timedelta(0),
        "INSERT INTO sign_in (account_id, at, outcome) VALUES (:account, :at, 'signed_in')": (
            SIGN_INS_KEPT
        ),
        "INSERT INTO logged_read (account_id, kind, subject_id, at) "
        "VALUES (:account, 'contact', 'x', :at)": LOGGED_READS_KEPT,
    }
    with ctx.database.begin() as connection:
        for insert, kept in rows.items():
            for at in (now - kept - MOMENT, now - kept + MOMENT):
                values = {"account": tiny_city.account_ids["planner"], "at": at}
                connection.execute(text(insert), values)

    assert forget_what_is_due(ctx) == Forgotten(sessions=1, sign_ins=1, logged_reads=1)
    assert forget_what_is_due(ctx) == Forgotten(sessions=0, sign_ins=0, logged_reads=0)
