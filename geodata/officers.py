"""Officers and posts of the sample city: 9,756 invented people in four duties.

Every name begins with 样例 (sample), telephone numbers are left out, and nobody has a
password. Where people work follows from the grids; how many follows from the facts.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from geodata import facts

HOME_OFFICERS = 9_756
COMMAND_SEATS = 24
SURNAMES = "陈李黄张林王梁刘吴罗杨何叶曾谢邓钟卢袁莫"
GIVEN = "安宁和平康乐明清正直勤敏文礼信义德善慧朗"

ABBREVIATIONS = {
    "grid_manager": "GM",
    "grid_assistant": "GA",
    "grid_police": "GP",
    "grid_supervisor": "GS",
    "handler": "H",
    "enforcement_officer": "E",
    "dispatcher": "D",
    "liaison": "L",
    "planner": "P",
    "operator": "O",
    "analyst": "A",
}
MANAGER_SHIFTS = ("day", "day", "early", "day", "late")
OPPOSITE = {"day": "late", "early": "late", "late": "early"}
# Which departments keep a handler in a community; the second one is on call day and night.
COMMUNITY_HANDLERS = (("URBAN", "day"), ("FIRE", "always"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One officer in one post; an officer with two posts has two holdings."""

    officer: int
    post_code: str
    duty: str
    place_kind: str
    place_code: str
    department: str
    is_backup: bool
    shift: str
    of_city: str


class _Staff:
    """Holdings in the making; numbers officers and posts as they come."""

    def __init__(self) -> None:
        self.holdings: list[Holding] = []
        self.officers = 0
        self._serial: dict[str, int] = defaultdict(int)

    def post(
        self,
        duty: str,
        place_code: str,
        shift: str,
        *,
        department: str = "",
        backup: bool = False,
        holders: int = 1,
        officer: int | None = None,
        city: str = facts.HOME_CITY,
    ) -> int:
        """Add a post with new holders, or with the officer named; returns the last holder."""
        stem = "-".join(filter(None, (place_code, ABBREVIATIONS[duty], department)))
        self._serial[stem] += 1
        last = officer if officer is not None else 0
        for _ in range(holders):
            if officer is None:
                self.officers += 1
                last = self.officers
            self.holdings.append(
                Holding(
                    officer=last,
                    post_code=f"{stem}-{self._serial[stem]}",
                    duty=duty,
                    place_kind="grid" if len(place_code) == 15 else "division",
                    place_code=place_code,
                    department=department,
                    is_backup=backup,
                    shift=shift,
                    of_city=city,
                )
            )
        return last


def appoint(
    grid_codes: Sequence[str], neighbours: dict[str, list[str]], border_towns: Sequence[str]
) -> list[Holding]:
    """Return all holdings: home first, then the liaison officers of neighbour cities.

    `neighbours` names, best first, the grids of the same community beside each home grid.
    """
    staff = _Staff()
    _city(staff)
    for town in facts.towns_with_land():
        _town(staff, town.code, town.code in border_towns)
    communities = sorted({code[:12] for code in grid_codes})
    for community in communities:
        _community(staff, community)
    managers = {
        code: staff.post("grid_manager", code, MANAGER_SHIFTS[number % len(MANAGER_SHIFTS)])
        for number, code in enumerate(grid_codes)
    }
    _backups(staff, grid_codes, neighbours, managers)
    if staff.officers != HOME_OFFICERS:
        raise ValueError(f"{staff.officers} officers were appointed, not {HOME_OFFICERS}")
    _liaison_abroad(staff)
    return staff.holdings


def _departments() -> list[str]:
    return [row["code"] for row in facts.rows("departments.csv")]


def _city(staff: _Staff) -> None:
    home = facts.HOME_CITY
    for shift in ("early", "late", "night", "day"):
        staff.post("dispatcher", home, shift, holders=COMMAND_SEATS // 4)
    for department in _departments():
        staff.post("handler", home, "day", department=department, holders=2)
        staff.post("handler", home, "always", department=department, backup=True)
        staff.post("enforcement_officer", home, "day", department=department, holders=3)
        staff.post("enforcement_officer", home, "night", department=department, backup=True)
    staff.post("planner", home, "day", holders=4)
    staff.post("analyst", home, "day", holders=6)
    for shift in ("early", "late", "night"):
        staff.post("operator", home, shift)
    for city in _neighbour_cities():
        staff.post("liaison", home, "day", department="", backup=city != _neighbour_cities()[0])


def _town(staff: _Staff, town: str, on_the_line: bool) -> None:
    for shift in ("day", "early", "late", "night"):
        staff.post("dispatcher", town, shift, backup=shift == "day")
    for number in range(3):
        staff.post("grid_supervisor", town, ("day", "early", "late")[number])
    for department in _departments():
        for duty in ("handler", "enforcement_officer"):
            staff.post(duty, town, "day", department=department)
            staff.post(duty, town, "late", department=department, backup=True)
    if on_the_line:
        staff.post("liaison", town, "day")


def _community(staff: _Staff, community: str) -> None:
    staff.post("dispatcher", community, "early")
    staff.post("dispatcher", community, "late")
    for department, shift in COMMUNITY_HANDLERS:
        staff.post("handler", community, shift, department=department)
    staff.post("grid_police", community, "always", department="POLICE")


def _backups(
    staff: _Staff,
    grid_codes: Sequence[str],
    neighbours: dict[str, list[str]],
    managers: dict[str, int],
) -> None:
    """Give assistants to grids until all officers are appointed, neighbours to the rest.

    Grids that are alone in their community come first, because nobody next door knows
    them; the others take turns across the whole city.
    """
    free = HOME_OFFICERS - staff.officers
    spread = np.random.default_rng(free).permutation(len(grid_codes))
    order = sorted(
        range(len(grid_codes)), key=lambda k: (bool(neighbours[grid_codes[k]]), spread[k])
    )
    assisted = {grid_codes[k] for k in order[:free]}
    for number, code in enumerate(grid_codes):
        shift = OPPOSITE[MANAGER_SHIFTS[number % len(MANAGER_SHIFTS)]]
        if code in assisted:
            staff.post("grid_assistant", code, shift, backup=True)
    shift_of = {h.place_code: h.shift for h in staff.holdings if h.duty == "grid_manager"}
    for code in grid_codes:
        if code not in assisted:
            beside = neighbours[code][0]
            staff.post(
                "grid_assistant", code, shift_of[beside], backup=True, officer=managers[beside]
            )


def _neighbour_cities() -> list[str]:
    rows = facts.rows("foreign_divisions.csv")
    return [r["code"] for r in rows if r["level"] == "city" and r["code"] != facts.HOME_CITY]


def _liaison_abroad(staff: _Staff) -> None:
    for city in _neighbour_cities():
        staff.post("liaison", city, "day", city=city)
        staff.post("liaison", city, "always", backup=True, city=city)
    with_land = {c.parent_code for c in facts.foreign_communities()}
    for row in facts.rows("foreign_divisions.csv"):
        if row["level"] == "town" and row["code"] in with_land:
            staff.post("liaison", row["code"], "day", city=row["parent_code"])


def rows(holdings: Sequence[Holding]) -> Iterator[list[object]]:
    """Return the rows of officers.csv; codes tell the city, names tell that nobody is real."""
    prefixes = {
        row["code"]: "".join(word[0] for word in row["name_en"].split())
        for row in facts.rows("foreign_divisions.csv")
    }
    for holding in holdings:
        number = holding.officer
        name = SURNAMES[number % len(SURNAMES)] + GIVEN[number // len(SURNAMES) % len(GIVEN)]
        serial = number // (len(SURNAMES) * len(GIVEN)) + 1
        yield [
            f"{prefixes[holding.of_city]}{number:05d}",
            f"样例·{name}{serial:02d}",
            "",
            holding.post_code,
            holding.duty,
            holding.place_kind,
            holding.place_code,
            holding.department,
            int(holding.is_backup),
            holding.shift,
        ]


def neighbours_within(
    grid_codes: Sequence[str], sides: np.ndarray, lengths: np.ndarray, home: int
) -> dict[str, list[str]]:
    """Return for each home grid the grids of its own community beside it, longest border first.

    `sides` (n, 2) are grid indices, -1 for none; home grids are the first `home` indices.
    """
    shared: dict[tuple[int, int], float] = defaultdict(float)
    for (a, b), length in zip(sides.tolist(), lengths.tolist(), strict=True):
        if 0 <= a < home and 0 <= b < home and grid_codes[a][:12] == grid_codes[b][:12]:
            shared[a, b] += length
            shared[b, a] += length
    beside: dict[str, list[tuple[float, str]]] = {code: [] for code in grid_codes[:home]}
    for (a, b), length in shared.items():
        beside[grid_codes[a]].append((-length, grid_codes[b]))
    return {code: [other for _, other in sorted(found)] for code, found in beside.items()}
