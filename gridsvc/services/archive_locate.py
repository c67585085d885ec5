"""Place whole folders of points in areas, larger than memory: piece by piece, all or nothing.

A piece is a CSV, or as many row groups of a Parquet file as make some two million rows. Whoever
runs a piece (this process, or workers of a cluster) holds the index and one chunk of rows.
"""

import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gridsvc.core.geo.locate import MATCHES, Area, Locator
from gridsvc.services.bulk_locate import Located, PointColumns, locate_csv
from gridsvc.services.parquet_locate import locate_parquet
from gridsvc.services.refusal import BadFile, Refusal
from gridsvc.services.whole_file import folder_whole

#: Rows of a piece; a row group is never cut.
PIECE_ROWS = 2_000_000
#: Stands in the unfinished folder while pieces are wanted.
_WANTED = ".wanted"
_PARQUET = (".parquet", ".geoparquet", ".pq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some rows of one file, and the file they go to."""

    points: Path
    #: Relative to the folder that is read, for messages.
    name: str
    #: Relative to the folder that is written.
    target: str
    row_groups: tuple[int, ...] | None = None
    first_row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is done to every piece; may travel to another process."""

    areas: tuple[Area, ...]
    nearest_m: float
    columns: PointColumns
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceDone:
    """What became of a piece."""

    piece: Piece
    #: Rows by position in `MATCHES`.
    counts: tuple[int, ...]
    #: The most memory its process ever held.
    peak_bytes: int
    #: Why it cannot be placed, for people; None when it was.
    refusal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLocated:
    """How many rows of how many files went where."""

    files: int
    located: Located
    #: The most memory that one process held.
    peak_bytes: int


#: Runs a task on pieces, in any order, and gives what became of them as they are done.
Engine = Callable[[Task, Sequence[Piece], Locator], Iterator[PieceDone]]


class _NotWanted(Exception):
    """Another piece was refused: nobody needs this one any more."""


def locate_archive(
    folder: Path,
    out: Path,
    locator: Locator,
    columns: PointColumns,
    engine: Engine | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ArchiveLocated:
    """Write every file of a folder to `out` with area_id, match and edge_distance_m appended.

    Sub-folders are kept; a large Parquet file becomes several. `out` is a new folder that appears
    whole or not at all. `progress` is told the pieces done and how many there are.
    """
    if not folder.is_dir():
        raise Refusal(f"{folder} is no folder.")
    if out.resolve().is_relative_to(folder.resolve()):
        raise Refusal(f"{out} lies in {folder}. Give an --out elsewhere.")
    pieces = pieces_of(folder)
    counts = np.zeros(len(MATCHES), dtype=np.int64)
    peak_bytes = 0
    with folder_whole(out) as unfinished:
        (unfinished / _WANTED).touch()
        task = Task(
            areas=locator.areas,
            nearest_m=locator.nearest_m,
            columns=columns,
            folder=unfinished.resolve(),
        )
        refused: str | None = None
        for number, done in enumerate((engine or in_this_process)(task, pieces, locator), 1):
            if done.refusal is not None and refused is None:
                refused = done.refusal
                # Pieces that wait or run see it and end; the folder goes when they have.
                (unfinished / _WANTED).unlink(missing_ok=True)
            counts += np.array(done.counts, dtype=np.int64)
            peak_bytes = max(peak_bytes, done.peak_bytes)
            if progress is not None:
                progress(number, len(pieces))
        if refused is not None:
            raise Refusal(refused)
        (unfinished / _WANTED).unlink()
    return ArchiveLocated(
        files=len({piece.points for piece in pieces}),
        located=Located.of(counts),
        peak_bytes=peak_bytes,
    )


def in_this_process(task: Task, pieces: Sequence[Piece], locator: Locator) -> Iterator[PieceDone]:
    """Run the pieces one after another."""
    return (run_piece(task, piece, locator) for piece in pieces)


def run_piece(task: Task, piece: Piece, locator: Locator) -> PieceDone:
    """Place one piece; what is wrong with it is told as a value, which travels better."""
    target = task.folder / piece.target

    def check_wanted(_: int = 0) -> None:
        if not (task.folder / _WANTED).exists():
            raise _NotWanted

    counts = [0] * len(MATCHES)
    refusal: str | None = None
    try:
        check_wanted()
        target.parent.mkdir(parents=True, exist_ok=True)
        if piece.points.suffix.lower() == ".csv":
            found = locate_csv(piece.points, target, locator, task.columns, check_wanted)
        else:
            found = locate_parquet(
                piece.points,
                target,
                locator,
                task.columns,
                row_groups=piece.row_groups,
                first_row=piece.first_row,
                progress=check_wanted,
            )
        counts = [found.by_match[match] for match in MATCHES]
    except BadFile as error:
        refusal = f"{piece.name}: {error.statement}." + (
            f" {error.advice}." if error.advice else ""
        )
    except (Refusal, OSError) as error:
        refusal = f"{piece.name}: {error}"
    except _NotWanted:
        pass
    return PieceDone(
        piece=piece,
        counts=tuple(counts),
        peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        refusal=refusal,
    )


def pieces_of(folder: Path, piece_rows: int = PIECE_ROWS) -> list[Piece]:
    """Return the pieces of a folder and the folders below it, in the order of their names.

    Files that begin with a dot or an underscore are the marks of the tools that wrote the rest.
    """
    pieces: list[Piece] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if not path.is_file() or any(part[0] in "._" for part in name.parts):
            continue
        if path.suffix.lower() == ".csv":
            pieces.append(Piece(points=path.resolve(), name=str(name), target=str(name)))
        elif path.suffix.lower() in _PARQUET:
            pieces.extend(_pieces_of_parquet(path, name, piece_rows))
    if not pieces:
        raise Refusal(f"{folder} holds no Parquet and no CSV files.")
    return pieces


def _pieces_of_parquet(path: Path, name: Path, piece_rows: int) -> Iterator[Piece]:
    import pyarrow
    import pyarrow.parquet

    try:
        metadata = pyarrow.parquet.read_metadata(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise BadFile(path, f"cannot be read as Parquet ({error})", "Take it out") from None
    groups: list[list[int]] = [[]]
    rows_before = [0]
    rows = seen = 0
    for group in range(metadata.num_row_groups):
        size = metadata.row_group(group).num_rows
        if groups[-1] and rows + size > piece_rows:
            groups.append([])
            rows_before.append(seen)
            rows = 0
        groups[-1].append(group)
        rows, seen = rows + size, seen + size
    for number, (members, first_row) in enumerate(zip(groups, rows_before, strict=True)):
        target = name if len(groups) == 1 else name.with_suffix(f".{number:04d}{name.suffix}")
        yield Piece(
            points=path.resolve(),
            name=str(name),
            target=str(target),
            row_groups=tuple(members),
            first_row=first_row,
        )
