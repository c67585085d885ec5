"""Erasing a person: who they were goes, and what happened stays, by ids that point at nobody."""

from uuid import UUID

from gridsvc.core.actor import Actor
from gridsvc.core.permission import AccountKind
from gridsvc.core.roster import RosterRefused
from gridsvc.core.scope import EVERY
from gridsvc.services.context import Context
from gridsvc.services.staffing import UnknownOfficer
from gridsvc.store import closing, contacts, roster
from gridsvc.store.database import EVERYTHING
from gridsvc.store.events import Event, append_events, last_seq_of


class UnknownAccount(LookupError):
    """There is no such account of a resident."""


def erase_officer(ctx: Context, actor: Actor, officer_id: int) -> None:
    """Erase an officer's name and number, and close their account; again changes nothing.

    Who still holds a post is known by name to those they work with, and is let go first.
    """
    now = ctx.clock.now()
    with ctx.database.begin(EVERYTHING) as connection:
        officer = roster.officer_held(connection, officer_id)
        if officer is None:
            raise UnknownOfficer(f"there is no officer {officer_id}")
        if roster.holdings_from(connection, officer_id, now):
            raise RosterRefused("holds_posts", "the officer holds posts; let them go first")
        was_known = closing.delete_person(connection, officer_id)
        open_accounts = closing.open_accounts_of(connection, officer_id)
        for account_id in open_accounts:
            closing.close_account(connection, account_id, now)
        if not was_known and not open_accounts:
            return
        event = Event(
            subject="officer",
            subject_id=str(officer_id),
            seq=last_seq_of(connection, "officer", str(officer_id)) + 1,
            kind="person_erased",
            at=now,
            account_id=actor.account_id,
            body={},
            scope_keys=[EVERY],
        )
        append_events(connection, [event])


def erase_resident(ctx: Context, account_id: UUID) -> None:
    """Erase a resident's login, password and contacts; their reports stay.

    To do it again changes nothing.
    """
    now = ctx.clock.now()
    with ctx.database.begin(EVERYTHING) as connection:
        if closing.kind_of_account(connection, account_id) is not AccountKind.RESIDENT:
            raise UnknownAccount(f"there is no resident's account {account_id}")
        contacts.delete_contacts_of(connection, account_id)
        closing.close_account(connection, account_id, now)
