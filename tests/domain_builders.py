"""A small town to decide about: grids A1 and A2 in community A, B1 in B, all in one town.

A1 | A2     A2 borders on A1 over 400 m, B1 over 250 m; C1 lies in another town,
---+---     F1 in another city. NOON is a Monday, a workday, at 12:30.
B1 | C1 | F1
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from gridsvc.core.calendar import SHANGHAI, Calendar
from gridsvc.core.department import DepartmentCode
from gridsvc.core.dispatch.decision import IncidentFacts, Purpose
from gridsvc.core.dispatch.ground import Ground
from gridsvc.core.division import Division, DivisionCode, Level
from gridsvc.core.duty import Duty, Tier
from gridsvc.core.grid import Grid, GridCode, GridId, Neighbour
from gridsvc.core.incident import Incident, IncidentId
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
from gridsvc.core.place import Match, Place
from gridsvc.core.post import Holder, Post, PostCode, PostId, PostPlace
from gridsvc.core.report import ReportSource
from gridsvc.core.shift import Shift

COMMUNITY, TOWN, CITY = Level("community"), Level("town"), Level("city")
HOME = DivisionCode("441900000000")
TOWN_3 = DivisionCode("441900003000")
A = DivisionCode("441900003001")
B = DivisionCode("441900003002")
SHENZHEN = DivisionCode("440300000000")

SANITATION, FIRE = DepartmentCode("cg"), DepartmentCode("xf")

#: the calendar of a real autumn: Thursday 1 to Wednesday 7 October off, Saturday the 10th worked
CALENDAR = Calendar(
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    makeup_workdays=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
    published_years=frozenset({2026}),
)


def at(text: str) -> datetime:
    """An instant in Chinese time: at("2026-11-23 12:30")."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


NOON = at("2026-11-23 12:30")
MIDNIGHT = at("2026-11-24 00:00")


def division(code: DivisionCode, level: Level, parent: DivisionCode | None = None) -> Division:
    return Division(
        code=code, name=f"division {code}", level=level, parent_code=parent, city_code=HOME
    )


def grid(
    number: int, community: DivisionCode, town: DivisionCode = TOWN_3, city: DivisionCode = HOME
) -> Grid:
    return Grid(
        grid_id=GridId(number),
        code=GridCode(f"{community}{number:03d}"),
        community_code=community,
        town_code=town,
        city_code=city,
        is_home=city == HOME,
    )


A1, A2, B1 = grid(1, A), grid(2, A), grid(3, B)
C1 = grid(4, DivisionCode("441900004001"), DivisionCode("441900004000"))
F1 = grid(5, DivisionCode("440306001001"), DivisionCode("440306001000"), SHENZHEN)
NEIGHBOURS = (
    Neighbour(grid=A2, shared_m=400.0),
    Neighbour(grid=B1, shared_m=250.0),
    Neighbour(grid=C1, shared_m=900.0),
    Neighbour(grid=F1, shared_m=1200.0, crosses_city=True),
)


def over(where: Grid | DivisionCode) -> PostPlace:
    if isinstance(where, Grid):
        return PostPlace(grid_id=where.grid_id, city_code=where.city_code, area_m2=800_000.0)
    level, area = (
        (CITY, 2.46e9)
        if where.endswith("000000")
        else (TOWN, 6e7)
        if where.endswith("000")
        else (COMMUNITY, 4e6)
    )
    city = HOME if where.startswith("4419") else SHENZHEN
    return PostPlace(division_code=where, level=level, city_code=city, area_m2=area)


def post(
    code: str, where: Grid | DivisionCode, duty: Duty = Duty.GRID_MANAGER, **facts: Any
) -> Post:
    """A staffed post on shift at any hour; its id and its officer's follow from the code."""
    number = int.from_bytes(code.encode()) % 1_000_003
    return Post(
        **{
            "post_id": PostId(number),
            "code": PostCode(code),
            "duty": duty,
            "place": over(where),
            "shift": Shift.ALWAYS,
            "holders": (Holder(officer_id=OfficerId(number * 10)),),
            **facts,
        }
    )


def off_shift(p: Post) -> Post:
    """The same post, on duty at night only."""
    return replace(p, shift=Shift.NIGHT)


def vacant(p: Post) -> Post:
    return replace(p, holders=())


def away(p: Post) -> Post:
    return replace(p, holders=tuple(replace(h, is_away=True) for h in p.holders))


def busy(p: Post, minutes: int) -> Post:
    return replace(p, open_task_minutes=minutes)


def backup(p: Post) -> Post:
    return replace(p, is_backup=True)


def officer_of(p: Post) -> OfficerId:
    return p.holders[0].officer_id


def condition(**facts: Any) -> FilingCondition:
    return FilingCondition(
        **{
            "code": FilingConditionCode("rubbish-1"),
            "matter_code": MatterCode("rubbish"),
            "name": "暴露垃圾",
            "level": COMMUNITY,
            "limit": Limit(amount=4, kind=LimitKind.WORK_HOURS),
            **facts,
        }
    )


def matter(**facts: Any) -> Matter:
    return Matter(
        **{
            "code": MatterCode("rubbish"),
            "name": "暴露垃圾",
            "department": SANITATION,
            "entry_tier": Tier.PATROL,
            "self_fix": True,
            **facts,
        }
    )


RUBBISH = matter()
#: needs a handler of the department from the start
DUMPING = matter(entry_tier=Tier.HANDLING, self_fix=False)
LITTLE, URGENT = condition(), condition(severity=Severity.URGENT)

MANAGER = post("a1-manager", A1)
ASSISTANT = post("a1-assistant", A1, Duty.GRID_ASSISTANT, is_backup=True)
NEXT_DOOR = post("a2-manager", A2)
OVER_THE_ROAD = post("b1-manager", B1)
OTHER_TOWN = post("c1-manager", C1)
ABROAD = post("f1-manager", F1)
HANDLER = post("a-handler", A, Duty.HANDLER, department=SANITATION)
TOWN_HANDLER = post("t-handler", TOWN_3, Duty.HANDLER, department=SANITATION)
FIREMAN = post("a-fireman", A, Duty.HANDLER, department=FIRE)
ODD_JOBS = post("a-odd-jobs", A, Duty.HANDLER)
COMMUNITY_DESK = post("a-desk", A, Duty.DISPATCHER)
TOWN_DESK = post("t-desk", TOWN_3, Duty.DISPATCHER)
CITY_DESK = post("c-desk", HOME, Duty.DISPATCHER)
DESKS = (COMMUNITY_DESK, TOWN_DESK, CITY_DESK)
LIAISON = post("f-liaison", SHENZHEN, Duty.LIAISON)


def ground(*posts: Post, desks: Iterable[Post] = DESKS, **facts: Any) -> Ground:
    """The world around a place in grid A1."""
    return Ground(
        **{
            "generation": 1,
            "match": Match.INSIDE,
            "grid": A1,
            "divisions": (
                division(A, COMMUNITY, TOWN_3),
                division(TOWN_3, TOWN, HOME),
                division(HOME, CITY),
            ),
            "neighbours": NEIGHBOURS,
            "posts": (*posts, *desks),
            "departments": frozenset({SANITATION, FIRE}),
            "calendar": CALENDAR,
            **facts,
        }
    )


def facts(**changes: Any) -> IncidentFacts:
    """An inspector's report of a little rubbish, to be dispatched for the first time."""
    return IncidentFacts(
        **{
            "incident_id": UUID(int=1),
            "purpose": Purpose.FIRST,
            "matter": RUBBISH,
            "condition": LITTLE,
            **changes,
        }
    )


def incident(**changes: Any) -> Incident:
    return Incident(
        **{
            "incident_id": IncidentId(UUID(int=1)),
            "source": ReportSource.INSPECTOR,
            "reporter": OfficerId(7),
            "matter": MatterCode("rubbish"),
            "place": Place(lon=113.75, lat=23.02),
            "match": Match.INSIDE,
            "grid_id": A1.grid_id,
            "generation": 1,
            "observed_at": NOON - timedelta(minutes=5),
            "received_at": NOON,
            **changes,
        }
    )
