"""The land of the tiny city: divisions, and a row of grids that share their borders."""

from datetime import UTC, datetime
from itertools import pairwise

import shapely
from shapely.geometry import MultiPolygon, box

from gridsvc.core.division import Division, DivisionCode, Level
from gridsvc.core.geo.datum import area_m2, length_m
from gridsvc.core.grid import AdjacencyKind, GridKind
from gridsvc.store.divisions import DivisionAt
from gridsvc.store.grids import Adjacent, NewGrid

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


def tiny_divisions() -> list[DivisionAt]:
    """Return the divisions, parents first, each the union of its grids."""
    divisions = []
    for code, name, name_en, level, parent in DIVISIONS:
        path = path_to(code)
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
