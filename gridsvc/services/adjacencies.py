"""Write the neighbours among the areas of one file, or of several that meet."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gridsvc.core.geo.adjacency import Contact, adjacencies
from gridsvc.core.geo.coverage import NamedOutlines
from gridsvc.services.area_files import AreaFile, read_areas
from gridsvc.services.refusal import BadFile, Refusal
from gridsvc.services.whole_file import written_whole

COLUMNS = ("a", "b", "shared_m", "kind", "crosses_city")


def write_adjacencies(
    paths: Sequence[Path],
    out: Path,
    *,
    area_ids: Sequence[str],
    kind: Contact = Contact.ROOK,
    city_fields: Sequence[str] = (),
    crs: Sequence[str] = (),
    layers: Sequence[str] = (),
) -> int:
    """Write one CSV row per unordered pair of neighbours, whole or not at all; return how many.

    Borders inside a file must be drawn alike; those of two files, or of two cities, within 1 m.
    What is given once counts for every file, else once per file in their order. Without
    `city_fields` each of several files is a city of its own.
    """
    files = [
        read_areas(path, area_id=area_id, crs=datum, layer=layer)
        for path, area_id, datum, layer in zip(
            paths,
            _per_file(area_ids, paths, "--area-id"),
            _per_file(crs, paths, "--crs"),
            _per_file(layers, paths, "--layer"),
            strict=True,
        )
    ]
    _check_ids(files)
    found = adjacencies(
        NamedOutlines(
            ids=tuple(one for file in files for one in file.ids),
            outlines_4490=np.concatenate([file.outlines_4490 for file in files]),
        ),
        kind,
        _cities(files, _per_file(city_fields, paths, "--city-field")),
        [number for number, file in enumerate(files) for _ in file.ids],
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


def _per_file(given: Sequence[str], paths: Sequence[Path], option: str) -> Sequence[str | None]:
    if len(given) <= 1:
        return [*given, None][:1] * len(paths)
    if len(given) != len(paths):
        raise Refusal(
            f"{option} is given {len(given)} times for {len(paths)} files. Give it once for all, "
            "or once per file in their order."
        )
    return given


def _check_ids(files: Sequence[AreaFile]) -> None:
    seen: dict[str, Path] = {}
    for file in files:
        for number, one in enumerate(file.ids, 1):
            if one in seen:
                raise BadFile(
                    file.path,
                    f"feature {number} has the id {one}, which {seen[one].name} has too",
                    "Give another --area-id, so that every area has an id of its own",
                )
        seen.update(dict.fromkeys(file.ids, file.path))


def _cities(files: Sequence[AreaFile], fields: Sequence[str | None]) -> list[str] | None:
    if len(files) == 1 and fields[0] is None:
        return None
    return [
        label
        for number, (file, field) in enumerate(zip(files, fields, strict=True))
        for label in (file.labels(field) if field else [f"file {number}"] * len(file.ids))
    ]
