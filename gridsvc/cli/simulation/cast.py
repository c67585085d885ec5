"""Who plays: the officers, posts, grids and matters of the sample city, from its own files."""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas
from shapely.geometry.base import BaseGeometry

from gridsvc.services.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Stand:
    """A grid with who walks it."""

    code: str
    outline: BaseGeometry
    is_home: bool
    #: officer codes, primary first; none in a neighbour city
    walkers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, by what the simulation must find them by."""

    stands: tuple[Stand, ...]
    #: post code → officer codes
    holders: dict[str, tuple[str, ...]]
    #: division code → officer codes of its dispatchers
    dispatchers: dict[str, tuple[str, ...]]
    #: division code → officer codes of its grid supervisors
    supervisors: dict[str, tuple[str, ...]]
    operator: str
    home_city: str
    #: matter code → codes of its filing conditions, as the service lists them
    conditions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def overseer(self) -> str:
        """An officer who sees the whole city."""
        return self.dispatchers[self.home_city][0]

    def supervisor_over(self, town: dict[str, Any] | None) -> str:
        """Return a grid supervisor of a town; where there is none, who sees the whole city."""
        found = self.supervisors.get(town["code"]) if town else None
        return found[0] if found else self.overseer


def read_cast(folder: Path) -> Cast:
    """Read the cast from the files the sample city was loaded from."""
    found = sorted(folder.rglob("officers.csv"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise Refusal(
            f"There is no sample city under {folder}. Start it with `gridsvc up --demo` first."
        )
    city = found[-1].parent
    holders: defaultdict[str, list[str]] = defaultdict(list)
    walkers: defaultdict[str, list[str]] = defaultdict(list)
    dispatchers: defaultdict[str, list[str]] = defaultdict(list)
    supervisors: defaultdict[str, list[str]] = defaultdict(list)
    operator = ""
    with (city / "officers.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            officer = row["officer_code"]
            holders[row["post_code"]].append(officer)
            if row["duty"] in ("grid_manager", "grid_assistant"):
                first = row["duty"] == "grid_manager"
                walkers[row["place_code"]].insert(0 if first else 99, officer)
            elif row["duty"] == "dispatcher":
                dispatchers[row["place_code"]].append(officer)
            elif row["duty"] == "grid_supervisor":
                supervisors[row["place_code"]].append(officer)
            elif row["duty"] == "operator":
                operator = operator or officer
    divisions = geopandas.read_file(city / "divisions.gpkg", ignore_geometry=True)
    home_city = str(divisions[divisions["level"] == "city"]["code"].iloc[0])
    grids = geopandas.read_file(city / "grids.gpkg")
    stands = tuple(
        Stand(
            code=code,
            outline=outline,
            is_home=code.startswith(home_city[:4]),
            walkers=tuple(walkers.get(code, ())),
        )
        for code, outline in zip(grids["code"], grids.geometry, strict=True)
    )
    return Cast(
        stands=stands,
        holders={post: tuple(officers) for post, officers in holders.items()},
        dispatchers={division: tuple(found) for division, found in dispatchers.items()},
        supervisors={division: tuple(found) for division, found in supervisors.items()},
        operator=operator,
        home_city=home_city,
    )
