"""Write the neighbours among the areas of a file."""

import csv
from pathlib import Path

from gridsvc.core.geo.adjacency import Contact, adjacencies
from gridsvc.core.geo.coverage import NamedOutlines
from gridsvc.services.area_files import read_areas
from gridsvc.services.whole_file import written_whole

COLUMNS = ("a", "b", "shared_m", "kind", "crosses_city")


def write_adjacencies(
    path: Path,
    out: Path,
    *,
    area_id: str,
    kind: Contact = Contact.ROOK,
    city_field: str | None = None,
    crs: str | None = None,
) -> int:
    """Write one CSV row per unordered pair of neighbours, whole or not at all; return how many."""
    areas = read_areas(path, area_id=area_id, crs=crs)
    found = adjacencies(
        NamedOutlines(ids=areas.ids, outlines_4490=areas.outlines_4490),
        kind,
        areas.labels(city_field) if city_field else None,
    )
    with (
        written_whole(out) as unfinished,
        unfinished.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(
            (one.a, one.b, f"{one.shared_m:.3f}", one.kind, str(one.crosses_city).lower())
            for one in found
        )
    return len(found)
