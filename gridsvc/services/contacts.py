"""Contacts: how a reporter may be reached is opened by a dispatcher, and that is written down."""

from uuid import UUID

from gridsvc.core.action import IllegalStep
from gridsvc.core.actor import Actor
from gridsvc.core.life_cycle import Role
from gridsvc.services.action_draft import UnknownIncident
from gridsvc.services.context import Context
from gridsvc.services.rules import rules_in_force
from gridsvc.services.standing import standing_of
from gridsvc.store import contacts
from gridsvc.store.contacts import Contact
from gridsvc.store.incidents import incident_now


def open_contacts(ctx: Context, actor: Actor, incident_id: UUID, reason: str) -> list[Contact]:
    """Return the contacts of an incident's reporters to a dispatcher over it.

    Raises `UnknownIncident` where the actor sees none, `IllegalStep` for whoever else.
    """
    now = ctx.clock.now()
    with ctx.database.begin(actor.scope) as connection:
        stored = incident_now(connection, incident_id)
        if stored is None:
            raise UnknownIncident(f"there is no incident {incident_id} in your area")
        ladder = rules_in_force(connection, now).ladder
        if Role.DISPATCHER not in standing_of(actor, stored, (), ladder).roles:
            raise IllegalStep("not_yours", "how a reporter may be reached is for a dispatcher")
        return contacts.open_contacts(connection, incident_id, actor.account_id, now, reason)
