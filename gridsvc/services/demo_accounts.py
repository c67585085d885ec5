"""Demo accounts: one way in for every role, with passwords that no other installation has.

Only in a database marked demo. The officers are those of the city, always the same
ones; the passwords are drawn once, and stand nowhere but in the file that only its
owner may read.
"""

import os
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection

from gridsvc.core.duty import Duty
from gridsvc.core.officer import OfficerId
from gridsvc.core.permission import AccountKind
from gridsvc.services.accounts import NO_INCIDENTS, digest_of
from gridsvc.services.clock import machine_now
from gridsvc.services.context import Context
from gridsvc.services.passwords import hash_password, is_right_password
from gridsvc.services.refusal import Refusal
from gridsvc.store import accounts
from gridsvc.store.accounts import Account
from gridsvc.store.holdings import Holding, holdings_of

#: Where the demo accounts are kept, under the `var` folder.
ACCOUNTS_FILE = "demo-accounts.txt"
SIMULATOR = "simulator"
RESIDENT = "resident"
COLUMNS = ("login", "password", "role", "name", "where")
#: Without 0 and o, 1, l and i, which are misread when a password is typed from a screen.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """A way into the demo, as printed; for the simulator the password is its API key."""

    login: str
    password: str
    role: str
    name: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A role that the demo shows."""

    login: str
    duty: Duty
    #: of the division the post is over, where it matters
    level: str | None = None
    #: which of the towns that have such a post, counted by code from 0
    town: int = 0
    is_home: bool = True


#: The first town has a whole chain, from the patrol to the dispatcher, so that one report can be
#: followed through it; the others show that scopes differ.
WANTED = (
    Wanted(login="inspector", duty=Duty.GRID_MANAGER),
    Wanted(login="assistant", duty=Duty.GRID_ASSISTANT, town=1),
    Wanted(login="supervisor", duty=Duty.GRID_SUPERVISOR),
    Wanted(login="handler", duty=Duty.HANDLER, level="town"),
    Wanted(login="enforcer", duty=Duty.ENFORCEMENT_OFFICER, level="town"),
    Wanted(login="police", duty=Duty.GRID_POLICE, town=2),
    Wanted(login="dispatcher", duty=Duty.DISPATCHER, level="town"),
    Wanted(login="dispatcher-city", duty=Duty.DISPATCHER, level="city"),
    Wanted(login="liaison", duty=Duty.LIAISON, is_home=False),
    Wanted(login="planner", duty=Duty.PLANNER),
    Wanted(login="analyst", duty=Duty.ANALYST),
    Wanted(login="operator", duty=Duty.OPERATOR),
)


def create_demo_accounts(ctx: Context, path: Path) -> list[DemoAccount]:
    """Return the demo accounts, making them the first time; `path` keeps them, mode 600.

    When the file is lost or belongs to another database, the accounts get new passwords
    and their sessions end. Refuses in a database that is not marked demo.
    """
    if not ctx.clock.is_demo():
        raise Refusal("demo accounts are for a database that is marked demo; this one is not")
    known = read_accounts(path)
    if known and are_current(ctx, known):
        return known
    made = draw_accounts(ctx)
    with ctx.database.begin(NO_INCIDENTS) as connection:
        save_accounts(connection, made)
    listed = [account for account, _ in made]
    write_accounts(path, listed)
    return listed


def simulator_key(path: Path) -> str | None:
    """Return the key of the account that acts for officers, None before the demo was made."""
    keys = [account.password for account in read_accounts(path) if account.login == SIMULATOR]
    return keys[0] if keys else None


def draw_accounts(ctx: Context) -> list[tuple[DemoAccount, OfficerId | None]]:
    """Choose an officer for every role and draw the passwords; a role nobody holds is left out."""
    now = ctx.clock.now()
    chosen: set[OfficerId] = set()
    drawn: list[tuple[DemoAccount, OfficerId | None]] = []
    with ctx.database.begin(NO_INCIDENTS) as connection:
        for wanted in WANTED:
            holding = choose_holding(holdings_of(connection, wanted.duty, now), wanted, chosen)
            if holding is None:
                continue
            chosen.add(holding.officer_id)
            account = DemoAccount(
                login=wanted.login,
                password=draw_password(),
                role=wanted.duty,
                name=holding.officer_name,
                where=holding.where,
            )
            drawn.append((account, holding.officer_id))
    resident = DemoAccount(
        login=RESIDENT, password=draw_password(), role="resident", name="", where=""
    )
    key = f"gsk_{secrets.token_urlsafe(32)}"
    machine = DemoAccount(login=SIMULATOR, password=key, role="machine", name="", where="")
    return [*drawn, (resident, None), (machine, None)]


def choose_holding(
    holdings: Sequence[Holding], wanted: Wanted, taken: set[OfficerId]
) -> Holding | None:
    """Return the first holding of the wanted town, of the last town there is when it has fewer."""
    fit = [
        holding
        for holding in holdings
        if holding.is_home == wanted.is_home
        and wanted.level in (None, holding.level)
        and holding.officer_id not in taken
    ]
    towns = list(dict.fromkeys(holding.town_code for holding in fit))
    if not towns:
        return None
    town = towns[min(wanted.town, len(towns) - 1)]
    return next(holding for holding in fit if holding.town_code == town)


def draw_password() -> str:
    """Return three groups of four letters: 59 random bits that can be read aloud."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def save_accounts(
    connection: Connection, drawn: Sequence[tuple[DemoAccount, OfficerId | None]]
) -> None:
    """Add the accounts, or give those that exist their new passwords and keys."""
    now = machine_now()
    ids = accounts.account_ids_by_login(connection, [account.login for account, _ in drawn])
    new = []
    for account, officer_id in drawn:
        is_machine = account.login == SIMULATOR
        password_hash = None if is_machine else hash_password(account.password)
        account_id = ids.get(account.login)
        if account_id is None:
            ids[account.login] = uuid4()
            new.append(
                Account(
                    account_id=ids[account.login],
                    login=account.login,
                    password_hash=password_hash,
                    officer_id=officer_id,
                    kind=kind_of(account),
                    may_act_for=is_machine,
                )
            )
        else:
            accounts.delete_sessions_of(connection, account_id)
            accounts.revoke_api_keys(connection, account_id, now)
            if password_hash is not None:
                accounts.set_password_hash(connection, account_id, password_hash)
    if new:
        accounts.add_accounts(connection, new)
    [key] = [account.password for account, _ in drawn if account.login == SIMULATOR]
    accounts.add_api_key(
        connection,
        key_digest=digest_of(key),
        account_id=ids[SIMULATOR],
        label="simulate",
        created_at=now,
    )


def kind_of(account: DemoAccount) -> AccountKind:
    """Return what sort of way in a demo account is."""
    special = {SIMULATOR: AccountKind.MACHINE, RESIDENT: AccountKind.RESIDENT}
    return special.get(account.login, AccountKind.PERSON)


def are_current(ctx: Context, known: Sequence[DemoAccount]) -> bool:
    """Tell whether a file's accounts are this database's; one password speaks for all."""
    people = [account for account in known if account.login != SIMULATOR]
    with ctx.database.begin(NO_INCIDENTS) as connection:
        ids = accounts.account_ids_by_login(connection, [account.login for account in known])
        found = accounts.credentials(connection, people[0].login) if people else None
    if found is None or len(ids) != len(known):
        return False
    return is_right_password(people[0].password, found.password_hash)


def read_accounts(path: Path) -> list[DemoAccount]:
    """Return the accounts of a file, none when it is missing or not of our form."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        return []
    rows = [line.split("\t") for line in lines[1:]]
    if any(len(row) != len(COLUMNS) for row in rows):
        return []
    return [DemoAccount(**dict(zip(COLUMNS, row, strict=True))) for row in rows]


def write_accounts(path: Path, listed: Sequence[DemoAccount]) -> None:
    """Write the accounts to a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [COLUMNS, *(tuple(getattr(a, column) for column in COLUMNS) for a in listed)]
    # mkstemp makes it readable by its owner alone from the first byte on.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".demo-accounts-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines("\t".join(row) + "\n" for row in rows)
    Path(name).replace(path)
