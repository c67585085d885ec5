"""Zips as they come by mail: one file of areas with its companions, unpacked within limits."""

import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from gridsvc.services.refusal import BadFile

#: Endings of what may lie in a zip and be read.
READABLE = (".shp", ".geojson", ".json", ".gpkg", ".fgb", ".parquet", ".csv")
# Whatever else belongs to a Shapefile (indexes, metadata) is not needed.
_COMPANIONS = (".shx", ".dbf", ".prj", ".cpg")
# Outlines are numbers: they shrink to a third or a tenth. A bomb shrinks to a thousandth.
_LARGEST_BYTES = 2 << 30
_RATIO = 200
_RATIO_FROM_BYTES = 50 << 20
_MOST_MEMBERS = 10_000
_BLOCK_BYTES = 1 << 20


@contextmanager
def unpacked(path: Path, wanted: str | None = None) -> Iterator[Path]:
    """Give the one file of areas in a zip, unpacked; gone when the block ends.

    `wanted` names one where there are several, with its ending or without. `BadFile` for a zip
    that is broken, locked with a password, nested, or would unpack to more than it should.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise BadFile(path, f"is no zip that can be opened ({error})", "Zip it again") from None
    with archive, tempfile.TemporaryDirectory(prefix="gridsvc-") as folder:
        members = {_name(member): member for member in archive.infolist() if not member.is_dir()}
        chosen = _chosen(path, members, wanted)
        needed = [chosen, *_companions(chosen, members)]
        _check_sizes(path, [members[name] for name in needed])
        # Names of our own: those of the zip may be in any encoding, or climb out of the folder.
        for name in needed:
            _unpack(path, archive, members[name], Path(folder) / f"areas{_ending(name)}")
        yield Path(folder) / f"areas{_ending(chosen)}"


def _name(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & 0x800:
        return member.filename
    try:
        # Windows in China writes names in its code page and does not say so.
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _chosen(path: Path, members: dict[str, zipfile.ZipInfo], wanted: str | None) -> str:
    if len(members) > _MOST_MEMBERS:
        raise BadFile(path, f"holds {len(members)} files", "Zip the one with the areas alone")
    # The Finder leaves shadows of every file.
    readable = [
        name for name in members if _ending(name) in READABLE and not name.startswith("__MACOSX/")
    ]
    if wanted is not None:
        named = [n for n in readable if wanted in {n, PurePosixPath(n).name, PurePosixPath(n).stem}]
        if len(named) == 1:
            return named[0]
        # Else the name may be that of a layer inside.
        if len(readable) != 1 or _ending(readable[0]) != ".gpkg":
            raise BadFile(path, f"has no {wanted!r}", f"It holds: {_listed(readable or members)}")
    if not readable:
        nested = [name for name in members if _ending(name) == ".zip"]
        if nested:
            raise BadFile(
                path, f"holds another zip: {_listed(nested)}", "Unpack it and give the inner one"
            )
        raise BadFile(
            path,
            f"holds no Shapefile (.shp) and no other file of areas, only {_listed(members)}",
            "Zip the .shp together with its .shx, .dbf, .prj and .cpg",
        )
    if len(readable) > 1:
        kind = "Shapefiles" if all(_ending(n) == ".shp" for n in readable) else "files of areas"
        raise BadFile(
            path, f"holds several {kind}: {_listed(readable)}", "Choose one with --layer NAME"
        )
    return readable[0]


def _companions(chosen: str, members: dict[str, zipfile.ZipInfo]) -> list[str]:
    if _ending(chosen) != ".shp":
        return []
    stem = chosen[: -len(".shp")].lower()
    return [
        name
        for name in members
        if _ending(name) in _COMPANIONS and name[: -len(_ending(name))].lower() == stem
    ]


def _check_sizes(path: Path, needed: list[zipfile.ZipInfo]) -> None:
    whole = sum(member.file_size for member in needed)
    packed = sum(member.compress_size for member in needed)
    # Members that share their bytes would together be larger than the file they lie in.
    if packed > path.stat().st_size:
        raise BadFile(path, "has members that overlap each other", "It is no honest zip")
    if whole > _LARGEST_BYTES:
        raise BadFile(
            path,
            f"would unpack to {whole / (1 << 30):.1f} GB, more than {_LARGEST_BYTES >> 30} GB",
            "Unpack it and give the file itself, if it is what you think",
        )
    if whole > _RATIO_FROM_BYTES and whole > _RATIO * packed:
        raise BadFile(
            path,
            f"would unpack to {whole / packed:.0f} times its size, as no outlines do",
            "Unpack it and give the file itself, if it is what you think",
        )
    if any(member.flag_bits & 0x1 for member in needed):
        raise BadFile(path, "is locked with a password", "Unpack it and give the file itself")


def _unpack(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    try:
        with archive.open(member) as source, target.open("wb") as file:
            # zipfile stops at the size that was checked, whatever the stream holds.
            while block := source.read(_BLOCK_BYTES):
                file.write(block)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError) as error:
        raise BadFile(
            path, f"{_name(member)} cannot be unpacked ({error})", "Zip it again"
        ) from None


def _listed(names: Iterable[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed[:6]) + (f" and {len(listed) - 6} more" if len(listed) > 6 else "")
