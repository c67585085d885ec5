"""The ground: what a generation says about places, and the lists that incidents refer to.

Nothing here is truth. An index is built from the database the first time somebody asks
for its generation and is kept by the generation's number and digest; two processes build
the same one.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from gridsvc.core.calendar import Calendar
from gridsvc.core.department import Department, DepartmentCode
from gridsvc.core.dispatch.rules import SAMPLE_RULES, Rules
from gridsvc.core.division import Division
from gridsvc.core.geo.city_line import CityLine
from gridsvc.core.geo.locate import Answer, Area, Locator, Placed
from gridsvc.core.grid import Grid, Neighbour
from gridsvc.core.matter import FilingCondition, Matter
from gridsvc.services.locator_files import LocatorFiles
from gridsvc.services.roster import Roster
from gridsvc.services.rules import rules_by_start
from gridsvc.store import divisions, generations, grids, matters
from gridsvc.store.stamps import Stamps, change_stamps

#: Generations whose index stays in memory: past (late reports), in force, scheduled.
KEPT_GENERATIONS = 3
#: How long the reference lists are believed before they are read again.
REREAD_AFTER_S = 5.0

Value = TypeVar("Value")


class NoGeneration(LookupError):
    """No grids have been loaded yet, so no place can be answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundIndex:
    """One generation, ready to answer: immutable, threads may share it."""

    generation: int
    effective_at: datetime
    #: SHA-256 over every outline in force.
    digest: str
    locator: Locator
    grids: Mapping[int, Grid]
    #: Every grid has an entry, longest shared border first.
    neighbours: Mapping[int, tuple[Neighbour, ...]]
    divisions: Mapping[str, Division]
    city_line: CityLine
    #: The city this installation serves.
    home_city: Division
    #: The cities next door whose strips are loaded.
    foreign_cities: tuple[Division, ...]
    #: Metres between any place within a grid and the nearest other city, at least.
    metres_inland: Mapping[int, float]

    def locate(self, lon: float, lat: float, accuracy_m: float | None = None) -> Answer:
        """Return where a place in EPSG:4490 degrees lies; keys of the answer are grid ids."""
        return self.locator.locate(lon, lat, accuracy_m)

    def place_of(self, lon: float, lat: float) -> Placed:
        """Return which grid a place is given to, without metres and shares; keys are grid ids."""
        return self.locator.place_of(lon, lat)

    def moment(self, at: datetime) -> datetime:
        """Return the instant to read rows at: what precedes the first generation sees that."""
        return max(at, self.effective_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The lists an incident refers to by code, as they stand now."""

    matters: Mapping[str, Matter]
    conditions: Mapping[str, FilingCondition]
    departments: Mapping[str, Department]
    calendar: Calendar
    #: The codes of the departments, as decisions look at them.
    department_codes: frozenset[DepartmentCode]


class SingleFlight(Generic[Value]):
    """A small cache whose missing values are built once, by the first thread that asks.

    Other keys are served meanwhile; a build that fails is told to everybody who waited
    and is tried again by the next who asks.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._values: OrderedDict[object, Future[Value]] = OrderedDict()

    def get(self, key: object, build: Callable[[], Value]) -> Value:
        """Return the value kept for a key, building it when there is none."""
        with self._lock:
            kept = self._values.get(key)
            if kept is not None:
                self._values.move_to_end(key)
            else:
                mine: Future[Value] = Future()
                self._values[key] = mine
                while len(self._values) > self._size:
                    self._values.popitem(last=False)
        if kept is not None:
            return kept.result()
        try:
            mine.set_result(build())
        except BaseException as error:
            with self._lock:
                if self._values.get(key) is mine:
                    del self._values[key]
            mine.set_exception(error)
            raise
        return mine.result()

    def clear(self) -> None:
        """Forget every value."""
        with self._lock:
            self._values.clear()


class GroundCache:
    """The generations and reference lists of one process."""

    def __init__(self, files: LocatorFiles | None = None) -> None:
        self._files = files or LocatorFiles()
        self._indexes: SingleFlight[GroundIndex] = SingleFlight(KEPT_GENERATIONS)
        self._reference: tuple[float, Reference] | None = None
        self._kept: dict[str, tuple[int, Any]] = {}

    def at(self, connection: Connection, at: datetime) -> GroundIndex:
        """Return the index of the generation in force at an instant.

        An instant before the first generation is answered by the first: what was seen then
        still has to belong to somebody. Raises `NoGeneration` before any grids were loaded.
        """
        found = generations.generation_in_force(connection, at)
        if found is None:
            found = generations.first_generation(connection)
        if found is None:
            raise NoGeneration("no grids have been loaded: run `gridsvc import grids` first")
        return self.of(connection, found)

    def of(self, connection: Connection, found: generations.Generation) -> GroundIndex:
        """Return the index of a generation, building it when this process has none."""
        return self._indexes.get(
            (found.generation, found.digest), lambda: build_index(connection, found, self._files)
        )

    def reference(self, connection: Connection) -> Reference:
        """Return the reference lists, at most a few seconds old."""
        kept = self._reference
        if kept is not None and time.monotonic() - kept[0] <= REREAD_AFTER_S:
            return kept[1]
        read_at = time.monotonic()
        fresh = read_reference(connection)
        self._reference = (read_at, fresh)
        return fresh

    def stamped(self, connection: Connection) -> "StampedGround":
        """Return everything as it stands in this transaction, for one question to the database."""
        return StampedGround(self, connection, change_stamps(connection))

    def kept(self, kind: str, stamp: int, build: Callable[[], Any]) -> Any:
        """Return what was read under a stamp, reading it when this process has not."""
        found = self._kept.get(kind)
        if found is None or found[0] != stamp:
            found = self._kept[kind] = (stamp, build())
        return found[1]

    def replace_kept(self, kind: str, stamp: int, value: object) -> None:
        """Keep another reading under the same stamp."""
        self._kept[kind] = (stamp, value)

    def apart(self) -> "GroundCache":
        """Return a cache for one transaction that changes what it reads, and may be undone."""
        apart = GroundCache(self._files)
        apart._indexes = self._indexes
        return apart

    def forget(self) -> None:
        """Read everything again on the next call, as after an import in this process."""
        self._indexes.clear()
        self._kept.clear()
        self._reference = None


@dataclass(frozen=True, slots=True)
class StampedGround:
    """Reference data as they stand in one transaction.

    What is kept was read after its stamp had this value, and nothing has changed since: a
    change would have changed the stamp in its own transaction.
    """

    _cache: GroundCache
    _connection: Connection
    _stamps: Stamps

    def at(self, at: datetime) -> GroundIndex:
        """Return the index in force at an instant, as `GroundCache.at` does."""
        every: tuple[generations.Generation, ...] = self._kept(
            "generations", lambda: generations.every_generation(self._connection)
        )
        if not every:
            raise NoGeneration("no grids have been loaded: run `gridsvc import grids` first")
        found = next((g for g in reversed(every) if g.effective_at <= at), every[0])
        return self._cache.of(self._connection, found)

    def reference(self) -> Reference:
        """Return the reference lists."""
        lists: Reference = self._kept("lists", lambda: read_reference(self._connection))
        return lists

    def rules(self, at: datetime) -> Rules:
        """Return the rules in force at an instant."""
        every: list[tuple[datetime, Rules]] = self._kept(
            "rules", lambda: rules_by_start(self._connection)
        )
        return next((rules for start, rules in reversed(every) if start <= at), SAMPLE_RULES)

    def roster(self, now: datetime) -> Roster:
        """Return who holds which post now."""
        roster: Roster = self._kept("posts", lambda: Roster.read(self._connection, now))
        if not roster.holds_at(now):
            roster = Roster.read(self._connection, now)
            self._cache.replace_kept("posts", self._stamps["posts"], roster)
        return roster

    def _kept(self, kind: str, build: Callable[[], Any]) -> Any:
        return self._cache.kept(kind, self._stamps[kind], build)


def build_index(
    connection: Connection, found: generations.Generation, files: LocatorFiles
) -> GroundIndex:
    """Read one generation from the database and index it."""
    at = found.effective_at
    division_of = divisions.divisions(connection)
    rows = grids.grids_in_force(connection, at, division_of)
    grid_of: dict[int, Grid] = {row.grid.grid_id: row.grid for row in rows}
    neighbours: dict[int, list[Neighbour]] = {grid_id: [] for grid_id in grid_of}
    for row in grids.adjacencies(connection, at):
        for here, there in ((row.a, row.b), (row.b, row.a)):
            neighbours[here].append(
                Neighbour(
                    grid=grid_of[there],
                    shared_m=row.shared_m,
                    kind=row.kind,
                    crosses_city=row.crosses_city,
                )
            )
    areas = [
        Area(
            key=row.grid.grid_id,
            code=row.grid.code,
            is_home=row.grid.is_home,
            outline=row.outline,
        )
        for row in rows
    ]
    city_line = CityLine(areas)
    cities = [d for d in division_of.values() if d.parent_code is None]
    return GroundIndex(
        generation=found.generation,
        effective_at=found.effective_at,
        digest=found.digest,
        locator=files.locator(found.generation, found.digest, areas),
        city_line=city_line,
        metres_inland=MappingProxyType(city_line.inland_m(areas)),
        home_city=next(city for city in cities if city.is_home),
        foreign_cities=tuple(city for city in cities if not city.is_home),
        grids=MappingProxyType(grid_of),
        neighbours=MappingProxyType(
            {
                grid_id: tuple(sorted(near, key=lambda n: (-n.shared_m, n.grid.code)))
                for grid_id, near in neighbours.items()
            }
        ),
        divisions=MappingProxyType(division_of),
    )


def read_reference(connection: Connection) -> Reference:
    """Read the lists from the database."""
    found = matters.matters(connection)
    departments = matters.departments(connection)
    return Reference(
        matters=MappingProxyType(found),
        conditions=MappingProxyType(
            {condition.code: condition for m in found.values() for condition in m.conditions}
        ),
        departments=MappingProxyType(departments),
        department_codes=frozenset(d.code for d in departments.values()),
        calendar=matters.calendar(connection),
    )
