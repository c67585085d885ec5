"""Place the rows of a Parquet file, or of some of its row groups, in areas: chunk by chunk."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridsvc.core.geo.axis_doubt import doubt_axes
from gridsvc.core.geo.datum import BadCoordinate, to_4490
from gridsvc.core.geo.locate import MATCHES, Locator
from gridsvc.services.bulk_locate import (
    APPENDED,
    CHUNK_ROWS,
    Located,
    PointColumns,
    blank_row,
    check_columns,
    check_paths,
    codes_of,
    told_metres,
    unknown_place,
)
from gridsvc.services.refusal import BadFile
from gridsvc.services.whole_file import written_whole

Floats = NDArray[np.float64]


def locate_parquet(
    points: Path,
    out: Path,
    locator: Locator,
    columns: PointColumns,
    *,
    row_groups: Sequence[int] | None = None,
    first_row: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Located:
    """Write the rows of `points` to `out` with area_id, match and edge_distance_m appended.

    Like `locate_csv`; area_id and edge_distance_m are null where there is none. `row_groups`
    picks some, of which the first begins below row `first_row`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    check_paths(points, out)
    counts = np.zeros(len(MATCHES), dtype=np.int64)
    done = 0
    try:
        with pq.ParquetFile(points, pre_buffer=False) as file:
            schema = file.schema_arrow
            _check_schema(points, schema, columns)
            told = _appended(schema)
            with written_whole(out) as unfinished, pq.ParquetWriter(unfinished, told) as writer:
                for batch in _batches(file, row_groups):
                    lon, lat = _places(points, batch, columns, first_row + done, is_first=not done)
                    found = locator.locate_many(lon, lat)
                    if (at := blank_row(lon, lat, found)) is not None:
                        raise unknown_place(points, f"row {first_row + done + at + 1}")
                    metres = told_metres(found.edge_distance_m)
                    codes = codes_of(locator, found.index)
                    writer.write_batch(
                        pa.record_batch(
                            [
                                *batch.columns,
                                pa.array([code or None for code in codes], pa.string()),
                                pa.array([str(MATCHES[i]) for i in found.match], pa.string()),
                                pa.array(metres, pa.float64(), from_pandas=True),
                            ],
                            schema=told,
                        )
                    )
                    counts += np.bincount(found.match, minlength=len(MATCHES))
                    done += batch.num_rows
                    if progress is not None:
                        progress(done)
    except (pa.ArrowException, OSError) as error:
        raise BadFile(points, f"cannot be read as Parquet ({error})", "Write it again") from None
    return Located.of(counts)


def _check_schema(points: Path, schema: Any, columns: PointColumns) -> None:
    import pyarrow.types as kinds

    check_columns(points, schema.names, columns)
    for name in (columns.lon, columns.lat):
        kind = schema.field(name).type
        if not (kinds.is_floating(kind) or kinds.is_integer(kind) or kinds.is_decimal(kind)):
            raise BadFile(
                points, f"its column {name} holds {kind}, not numbers", "Convert it to double"
            )


def _appended(schema: Any) -> Any:
    import pyarrow as pa

    for name, kind in zip(APPENDED, (pa.string(), pa.string(), pa.float64()), strict=True):
        schema = schema.append(pa.field(name, kind))
    return schema


def _batches(file: Any, row_groups: Sequence[int] | None) -> Iterator[Any]:
    return iter(file.iter_batches(batch_size=CHUNK_ROWS, row_groups=row_groups))


def _places(
    points: Path, batch: Any, columns: PointColumns, first_row: int, *, is_first: bool
) -> tuple[Floats, Floats]:
    """Return the places of a batch in EPSG:4490, or name the row that has none."""
    import pyarrow as pa

    x, y = (
        np.asarray(batch.column(name).cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))
        for name in (columns.lon, columns.lat)
    )
    for name in (columns.lon, columns.lat):
        missing = np.flatnonzero(batch.column(name).is_null().to_numpy(zero_copy_only=False))
        if missing.size:
            raise BadFile(
                points,
                f"row {first_row + int(missing[0]) + 1} has no {name}",
                "Correct the row or take it out",
            )
    doubt = doubt_axes(x, y, columns.datum) if is_first else None
    if doubt is not None:
        raise BadFile(points, *doubt)
    try:
        return to_4490(x, y, columns.datum)
    except BadCoordinate as error:
        statement = str(error).partition(" at position")[0]
        raise BadFile(
            points,
            f"row {first_row + (error.position or 0) + 1} is no place in {columns.datum}: "
            f"{statement}",
            "Correct the row, or declare the datum with --crs",
        ) from None
