"""A tiny city for tests: enough of everything that a report can be answered and refused.

    lon 113.70                113.73                113.76        113.78  113.79
        ├── D1 ─┬── D2 ─┬── D3 ─┼── D4 ─┬── D5 ─┬── D6 ─┼─ N1 ─┬─ N2 ─╫── S1 ─┤
        │   Dongcheng 一社区     │   Dongcheng 二社区     │ Nancheng 社区 ║ Shenzhen
                                                          city line ──╜

Home city 东莞市 with the towns 东城 (communities 1 and 2, grids D1-D6) and 南城 (one
community, N1-N2); neighbour city 深圳市 with one strip grid S1 beyond the city line.
Everything is valid from `OPENED_AT` on; the clock runs true.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from uuid import UUID, uuid5

import shapely
from argon2 import PasswordHasher
from shapely.geometry import LineString, MultiPolygon, box

from gridsvc.core.department import Department, DepartmentCode
from gridsvc.core.division import Division, DivisionCode, Level
from gridsvc.core.duty import Duty, Tier
from gridsvc.core.geo.datum import area_m2, length_m
from gridsvc.core.grid import AdjacencyKind, GridKind
from gridsvc.core.matter import (
    FilingCondition,
    FilingConditionCode,
    Limit,
    LimitKind,
    Matter,
    MatterCode,
    Severity,
)
from gridsvc.core.officer import OfficerId
from gridsvc.core.permission import AccountKind
from gridsvc.core.shift import Shift
from gridsvc.store.accounts import Account, add_accounts, add_api_key
from gridsvc.store.database import Database
from gridsvc.store.divisions import DivisionAt, add_divisions
from gridsvc.store.generations import add_generation
from gridsvc.store.grids import Adjacent, NewGrid, add_adjacencies, add_grids
from gridsvc.store.installation import set_installation
from gridsvc.store.lines import replace_lines
from gridsvc.store.matters import put_calendar, put_departments, put_matters
from gridsvc.store.people import NewOfficer, NewPost, add_officers, add_posts

OPENED_AT = datetime(2026, 1, 1, tzinfo=UTC)

CITY = DivisionCode("441900000000")
DONGCHENG = DivisionCode("441900003000")
DONGCHENG_1 = DivisionCode("441900003001")
DONGCHENG_2 = DivisionCode("441900003002")
NANCHENG = DivisionCode("441900004000")
NANCHENG_1 = DivisionCode("441900004001")
SHENZHEN = DivisionCode("440300000000")
BAOAN = DivisionCode("440306000000")
BAOAN_1 = DivisionCode("440306001001")

#: (code, name, name_en, level, parent)
DIVISIONS = (
    (CITY, "东莞市", "Dongguan", "city", None),
    (DONGCHENG, "东城街道", "Dongcheng", "town", CITY),
    (NANCHENG, "南城街道", "Nancheng", "town", CITY),
    (DONGCHENG_1, "东城一社区", "Dongcheng 1", "community", DONGCHENG),
    (DONGCHENG_2, "东城二社区", "Dongcheng 2", "community", DONGCHENG),
    (NANCHENG_1, "南城一社区", "Nancheng 1", "community", NANCHENG),
    (SHENZHEN, "深圳市", "Shenzhen", "city", None),
    (BAOAN, "宝安区", "Bao'an", "town", SHENZHEN),
    (BAOAN_1, "沙井社区", "Shajing", "community", BAOAN),
)

WEST, SOUTH, STEP = 113.70, 23.00, 0.01
#: Short name to community, from west to east.
GRIDS = {
    "D1": DONGCHENG_1,
    "D2": DONGCHENG_1,
    "D3": DONGCHENG_1,
    "D4": DONGCHENG_2,
    "D5": DONGCHENG_2,
    "D6": DONGCHENG_2,
    "N1": NANCHENG_1,
    "N2": NANCHENG_1,
    "S1": BAOAN_1,
}

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TinyCity:
    """The ids that the database gave."""

    generation: int
    #: by the short names of `GRIDS`
    grid_ids: dict[str, int]
    #: by post code
    post_ids: dict[str, int]
    #: by officer code
    officer_ids: dict[str, int]
    #: by login
    account_ids: dict[str, UUID]

    def place_in(self, grid: str) -> tuple[float, float]:
        """Return lon/lat (EPSG:4490) in the middle of a grid."""
        middle = outline_of(grid).centroid
        return middle.x, middle.y

    def grid_code(self, grid: str) -> str:
        """Return the code of a grid by its short name."""
        return code_of(grid)


def outline_of(grid: str) -> MultiPolygon:
    """Return the outline of a grid, sharing its corners with its neighbours."""
    at = list(GRIDS).index(grid)
    # Rounded, so that neighbours agree to the last bit.
    west, east = (round(WEST + STEP * i, 6) for i in (at, at + 1))
    return MultiPolygon([box(west, SOUTH, east, SOUTH + STEP)])


def code_of(grid: str) -> str:
    """Return a grid's code: its community's and its place there."""
    siblings = [name for name, community in GRIDS.items() if community == GRIDS[grid]]
    return f"{GRIDS[grid]}{siblings.index(grid) + 1:03d}"


def build_tiny_city(database: Database, *, is_demo: bool = True) -> TinyCity:
    """Fill an empty migrated database."""
    with database.begin() as connection:
        add_divisions(connection, tiny_divisions(), OPENED_AT)
        set_installation(connection, CITY, is_demo=is_demo, now=OPENED_AT)
        generation = add_generation(
            connection,
            title="first",
            effective_at=OPENED_AT,
            published_at=OPENED_AT,
            digest=hashlib.sha256(b"tiny city").hexdigest(),
        )
        ids = add_grids(connection, tiny_grids(), generation, OPENED_AT)
        grid_ids = dict(zip(GRIDS, ids, strict=True))
        add_adjacencies(connection, tiny_adjacencies(grid_ids), OPENED_AT)
        replace_lines(
            connection, [("river", "东江", LineString([(113.70, 23.005), (113.79, 23.005)]))]
        )
        put_departments(connection, DEPARTMENTS)
        put_matters(connection, MATTERS)
        put_calendar(connection, [(date(2026, 10, 1), "holiday", "国庆节")], [(2026, True)])

        codes = sorted({code for *_, codes in POSTS for code in codes} | {"former"})
        officer_ids = dict(
            zip(
                codes,
                add_officers(
                    connection,
                    [NewOfficer(code=code, name=f"某{code}", phone="") for code in codes],
                ),
                strict=True,
            )
        )
        post_ids = dict(
            zip(
                (code for code, *_ in POSTS),
                add_posts(connection, tiny_posts(grid_ids, officer_ids), OPENED_AT),
                strict=True,
            )
        )
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
    return TinyCity(
        generation=generation,
        grid_ids=grid_ids,
        post_ids=post_ids,
        officer_ids=officer_ids,
        account_ids=account_ids,
    )


def tiny_divisions() -> list[DivisionAt]:
    """Return the divisions, parents first, each the union of its grids."""
    parents = {code: parent for code, *_, parent in DIVISIONS}
    divisions = []
    for code, name, name_en, level, parent in DIVISIONS:
        path = [code]
        while parents[path[0]] is not None:
            path.insert(0, parents[path[0]])
        below = [outline_of(grid) for grid in GRIDS if code in path_to(GRIDS[grid])]
        outline = MultiPolygon([shapely.union_all(below)])
        divisions.append(
            DivisionAt(
                division=Division(
                    code=code,
                    name=name,
                    name_en=name_en,
                    level=Level(level),
                    parent_code=parent,
                    city_code=path[0],
                    is_home=path[0] == CITY,
                    population=10_000,
                    households=3_000,
                    area_m2=float(area_m2([outline])[0]),
                ),
                path=tuple(path),
                outline=outline,
            )
        )
    return divisions


def path_to(code: DivisionCode) -> list[DivisionCode]:
    """Return the codes from the city down to a division."""
    parents = {code: parent for code, *_, parent in DIVISIONS}
    path = [code]
    while (parent := parents[path[0]]) is not None:
        path.insert(0, parent)
    return path


def tiny_grids() -> list[NewGrid]:
    """Return the grids from west to east."""
    return [
        NewGrid(
            code=code_of(grid),
            community_code=community,
            kind=GridKind.BASIC,
            outline=outline_of(grid),
            area_m2=float(area_m2([outline_of(grid)])[0]),
            households=1_000,
            population=3_000,
        )
        for grid, community in GRIDS.items()
    ]


def tiny_adjacencies(grid_ids: dict[str, int]) -> list[Adjacent]:
    """Return each border between a grid and the next one to the east."""
    names = list(GRIDS)
    return [
        Adjacent(
            a=min(grid_ids[west], grid_ids[east]),
            b=max(grid_ids[west], grid_ids[east]),
            shared_m=float(length_m([shapely.intersection(outline_of(west), outline_of(east))])[0]),
            kind=AdjacencyKind.ROOK,
            crosses_city=path_to(GRIDS[west])[0] != path_to(GRIDS[east])[0],
        )
        for west, east in pairwise(names)
    ]


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


DEPARTMENTS = [
    Department(code=DepartmentCode("URBAN"), name="城管", name_en="Urban Management"),
    Department(code=DepartmentCode("WORKS"), name="住建", name_en="Housing and Works"),
    Department(code=DepartmentCode("FIRE"), name="消防", name_en="Fire"),
    Department(code=DepartmentCode("POLICE"), name="公安", name_en="Public Security"),
]


def condition(
    matter: str,
    code: str,
    name_en: str,
    limit: tuple[float, LimitKind],
    *,
    level: str = "community",
    severity: Severity = Severity.NORMAL,
) -> FilingCondition:
    """Return a filing condition of a matter."""
    return FilingCondition(
        code=FilingConditionCode(f"{matter}-{code}"),
        matter_code=MatterCode(matter),
        name=name_en,
        name_en=name_en,
        severity=severity,
        level=Level(level),
        limit=Limit(amount=limit[0], kind=limit[1]),
        closing_condition="已恢复",
        closing_condition_en="put right",
        sample=True,
    )


MATTERS = [
    Matter(
        code=MatterCode("RUBBISH"),
        name="暴露垃圾",
        name_en="Exposed rubbish",
        category="市容环境",
        department=DepartmentCode("URBAN"),
        entry_tier=Tier.PATROL,
        self_fix=True,
        conditions=(
            condition("RUBBISH", "1", "A bag", (4, LimitKind.WORK_HOURS), severity=Severity.MINOR),
            condition("RUBBISH", "2", "A heap", (2, LimitKind.WORK_DAYS), level="town"),
        ),
        sample=True,
    ),
    Matter(
        code=MatterCode("MANHOLE"),
        name="井盖破损",
        name_en="Broken manhole cover",
        category="公用设施",
        department=DepartmentCode("URBAN"),
        entry_tier=Tier.HANDLING,
        conditions=(
            condition("MANHOLE", "1", "Noisy", (5, LimitKind.CALENDAR_DAYS), level="town"),
            condition(
                "MANHOLE",
                "2",
                "Open",
                (2, LimitKind.URGENT_HOURS),
                level="town",
                severity=Severity.URGENT,
            ),
        ),
        sample=True,
    ),
    Matter(
        code=MatterCode("ROAD"),
        name="道路塌陷",
        name_en="Road subsidence",
        category="公用设施",
        department=DepartmentCode("WORKS"),
        entry_tier=Tier.HANDLING,
        conditions=(
            condition(
                "ROAD",
                "1",
                "A hole",
                (6, LimitKind.URGENT_HOURS),
                level="city",
                severity=Severity.SERIOUS,
            ),
        ),
        sample=True,
    ),
    Matter(
        code=MatterCode("FIRELANE"),
        name="占用消防通道",
        name_en="Blocked fire lane",
        category="安全生产",
        department=DepartmentCode("FIRE"),
        entry_tier=Tier.ENFORCEMENT,
        conditions=(
            condition("FIRELANE", "1", "Blocked", (8, LimitKind.WORK_HOURS), level="town"),
        ),
        sample=True,
    ),
]
