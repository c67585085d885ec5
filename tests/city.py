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
from datetime import date
from uuid import UUID

from shapely.geometry import LineString

from gridsvc.store.database import Database
from gridsvc.store.divisions import add_divisions
from gridsvc.store.generations import add_generation
from gridsvc.store.grids import add_adjacencies, add_grids
from gridsvc.store.installation import set_installation
from gridsvc.store.lines import replace_lines
from gridsvc.store.matters import put_calendar, put_departments, put_matters
from gridsvc.store.people import NewOfficer, add_officers, add_posts
from tests.city_land import (
    BAOAN,
    BAOAN_1,
    CITY,
    DONGCHENG,
    DONGCHENG_1,
    DONGCHENG_2,
    GRIDS,
    NANCHENG,
    NANCHENG_1,
    OPENED_AT,
    SHENZHEN,
    SOUTH,
    STEP,
    WEST,
    code_of,
    outline_of,
    tiny_adjacencies,
    tiny_divisions,
    tiny_grids,
)
from tests.city_matters import (
    DEPARTMENTS,
    MATTERS,
)
from tests.city_people import (
    OFFICER_OF_ROLE,
    PARTNER_KEY,
    PASSWORD,
    POSTS,
    SIMULATOR_KEY,
    add_tiny_accounts,
    tiny_posts,
)

__all__ = [
    "BAOAN",
    "BAOAN_1",
    "CITY",
    "DEPARTMENTS",
    "DONGCHENG",
    "DONGCHENG_1",
    "DONGCHENG_2",
    "GRIDS",
    "MATTERS",
    "NANCHENG",
    "NANCHENG_1",
    "OFFICER_OF_ROLE",
    "OPENED_AT",
    "PARTNER_KEY",
    "PASSWORD",
    "POSTS",
    "SHENZHEN",
    "SIMULATOR_KEY",
    "SOUTH",
    "STEP",
    "WEST",
    "TinyCity",
    "build_tiny_city",
    "code_of",
    "outline_of",
]


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


def build_tiny_city(
    database: Database, *, is_demo: bool = True, with_accounts: bool = True
) -> TinyCity:
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
        account_ids = add_tiny_accounts(connection, officer_ids) if with_accounts else {}
    return TinyCity(
        generation=generation,
        grid_ids=grid_ids,
        post_ids=post_ids,
        officer_ids=officer_ids,
        account_ids=account_ids,
    )
