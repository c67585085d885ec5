"""The people of the tiny city: posts for every duty, and a way in for every role."""

import hashlib
from uuid import UUID, uuid5

from argon2 import PasswordHasher
from sqlalchemy import Connection

from gridsvc.core.duty import Duty
from gridsvc.core.officer import OfficerId
from gridsvc.core.permission import AccountKind
from gridsvc.core.shift import Shift
from gridsvc.store.accounts import Account, add_accounts, add_api_key
from gridsvc.store.people import NewPost
from tests.city_land import CITY, DONGCHENG, DONGCHENG_1, NANCHENG, OPENED_AT, SHENZHEN

#: (post code, duty, grid or division, department, shift, officers)
POSTS: tuple[tuple[str, Duty, str, str | None, Shift, tuple[str, ...]], ...] = (
    *(
        (f"manager-{grid}", Duty.GRID_MANAGER, grid, None, Shift.ALWAYS, (f"manager-{grid}",))
        for grid in ("D1", "D2", "D3", "D4", "D5", "N1", "N2")  # D6 has an assistant only
    ),
    ("assistant-D1", Duty.GRID_ASSISTANT, "D1", None, Shift.ALWAYS, ("assistant-D1",)),
    ("assistant-D6", Duty.GRID_ASSISTANT, "D6", None, Shift.ALWAYS, ("assistant-D6",)),
    ("volunteer-D1", Duty.PARTICIPANT, "D1", None, Shift.ALWAYS, ("volunteer",)),
    ("supervisor", Duty.GRID_SUPERVISOR, DONGCHENG_1, None, Shift.ALWAYS, ("supervisor",)),
    (
        "handler-dongcheng",
        Duty.HANDLER,
        DONGCHENG,
        "URBAN",
        Shift.ALWAYS,
        ("handler-dongcheng", "handler-dongcheng-2"),
    ),
    ("handler-nancheng", Duty.HANDLER, NANCHENG, "URBAN", Shift.ALWAYS, ("handler-nancheng",)),
    ("handler-vacant", Duty.HANDLER, NANCHENG, "WORKS", Shift.ALWAYS, ()),
    ("works-city", Duty.HANDLER, CITY, "WORKS", Shift.ALWAYS, ("works-city",)),
    ("police-D1", Duty.GRID_POLICE, DONGCHENG_1, "POLICE", Shift.ALWAYS, ("police",)),
    ("fire-dongcheng", Duty.ENFORCEMENT_OFFICER, DONGCHENG, "FIRE", Shift.ALWAYS, ("fire",)),
    ("fire-city", Duty.ENFORCEMENT_OFFICER, CITY, "FIRE", Shift.ALWAYS, ("fire-city",)),
    ("dispatch-D1", Duty.DISPATCHER, DONGCHENG_1, None, Shift.ALWAYS, ("dispatch-community",)),
    ("dispatch-dongcheng", Duty.DISPATCHER, DONGCHENG, None, Shift.ALWAYS, ("dispatch-dongcheng",)),
    ("dispatch-nancheng", Duty.DISPATCHER, NANCHENG, None, Shift.ALWAYS, ("dispatch-nancheng",)),
    ("dispatch-city", Duty.DISPATCHER, CITY, None, Shift.ALWAYS, ("dispatch-city",)),
    ("liaison-shenzhen", Duty.LIAISON, SHENZHEN, None, Shift.ALWAYS, ("liaison",)),
    ("planner", Duty.PLANNER, CITY, None, Shift.DAY, ("planner",)),
    ("analyst", Duty.ANALYST, CITY, None, Shift.DAY, ("analyst",)),
    ("operator", Duty.OPERATOR, CITY, None, Shift.DAY, ("operator",)),
)

#: One login for each role that a permission table has a column for, and whose officer it is.
OFFICER_OF_ROLE: dict[str, str | None] = {
    "grid_manager": "manager-D1",
    "grid_assistant": "assistant-D1",
    "participant": "volunteer",
    "handler": "handler-dongcheng",
    "grid_police": "police",
    "enforcement_officer": "fire",
    "grid_supervisor": "supervisor",
    "dispatcher": "dispatch-dongcheng",
    "liaison": "liaison",
    "planner": "planner",
    "analyst": "analyst",
    "operator": "operator",
    "resident": None,
    #: An officer whose posts have all ended.
    "postless": "former",
    #: Other logins that tests of scope need.
    "dispatcher_nancheng": "dispatch-nancheng",
    "dispatcher_city": "dispatch-city",
    "manager_nancheng": "manager-N1",
    "handler_2": "handler-dongcheng-2",
}
PASSWORD = "a horse, a battery, a staple"
#: Of the machine account that may act for officers, and of one that may not.
SIMULATOR_KEY = "gsk_simulator-of-the-tiny-city"
PARTNER_KEY = "gsk_partner-of-the-tiny-city"
#: Weak on purpose: a test that signs in pays a millisecond.
WEAK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def tiny_posts(grid_ids: dict[str, int], officer_ids: dict[str, int]) -> list[NewPost]:
    """Return the posts with their holders."""
    return [
        NewPost(
            code=code,
            duty=duty,
            grid_id=grid_ids.get(place),
            division_code=None if place in grid_ids else place,
            department_code=department,
            is_backup=duty is Duty.GRID_ASSISTANT,
            shift=shift,
            officer_ids=tuple(officer_ids[officer] for officer in officers),
        )
        for code, duty, place, department, shift, officers in POSTS
    ]


def add_tiny_accounts(connection: Connection, officer_ids: dict[str, int]) -> dict[str, UUID]:
    """Add the accounts and the machines' keys; return the account ids by login."""
    accounts = tiny_accounts(officer_ids)
    add_accounts(connection, accounts)
    account_ids = {account.login: account.account_id for account in accounts}
    for login, key in (("simulator", SIMULATOR_KEY), ("partner", PARTNER_KEY)):
        add_api_key(
            connection,
            key_digest=hashlib.sha256(key.encode()).digest(),
            account_id=account_ids[login],
            label=login,
            created_at=OPENED_AT,
        )
    return account_ids


def tiny_accounts(officer_ids: dict[str, int]) -> list[Account]:
    """Return a login for every role, and two machines."""
    password_hash = WEAK_HASHER.hash(PASSWORD)
    people = [
        Account(
            account_id=account_id(login),
            login=login,
            password_hash=password_hash,
            officer_id=None if officer is None else OfficerId(officer_ids[officer]),
            kind=AccountKind.RESIDENT if officer is None else AccountKind.PERSON,
        )
        for login, officer in OFFICER_OF_ROLE.items()
    ]
    machines = [
        Account(
            account_id=account_id(login),
            login=login,
            kind=AccountKind.MACHINE,
            may_act_for=login == "simulator",
        )
        for login in ("simulator", "partner")
    ]
    return people + machines


def account_id(login: str) -> UUID:
    """Return the same account id in every run."""
    return uuid5(UUID(int=0), login)
