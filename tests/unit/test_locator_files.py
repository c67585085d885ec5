"""Tables of cells in files: shared by processes, never trusted, never in the way."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest
import shapely

from gridsvc.core.geo import cells, locate
from gridsvc.core.geo.locate import Area, Locator
from gridsvc.services.locator_files import KEPT_FILES, LocatorFiles
from tests.builders import areas, coverage_with_hole_and_parts, lattice

AREAS = areas(coverage_with_hole_and_parts())
DIGEST = "ab" * 32


def places(of: list[Area], count: int = 500) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    west, south, east, north = shapely.total_bounds([a.outline for a in of])
    return rng.uniform(west, east, count), rng.uniform(south, north, count)


def assert_same_answers(one: Locator, other: Locator) -> None:
    lon, lat = places(AREAS)
    a, b = (locator.locate_many(lon, lat) for locator in (one, other))
    assert np.array_equal(a.index, b.index)
    assert np.array_equal(a.match, b.match)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    LocatorFiles(tmp_path).locator(1, DIGEST, AREAS)
    [path] = tmp_path.glob("*.cells")
    return path


def test_a_mapped_table_answers_as_one_just_built(tmp_path: Path) -> None:
    written = LocatorFiles(tmp_path).locator(1, DIGEST, AREAS)
    mapped = LocatorFiles(tmp_path).locator(1, DIGEST, AREAS)

    assert not mapped.cells.cells.flags.owndata
    assert not mapped.cells.cells.flags.writeable
    assert_same_answers(mapped, Locator(AREAS))
    assert_same_answers(written, mapped)


def test_a_table_that_was_written_is_not_built_again(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locate, "build_cells", None)

    LocatorFiles(file.parent).locator(1, DIGEST, AREAS)

    with pytest.raises(TypeError):
        LocatorFiles(file.parent).locator(2, DIGEST, AREAS)


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda c: c[:0], id="empty"),
        pytest.param(lambda c: c[:4000], id="cut in its head"),
        pytest.param(lambda c: c[:-4], id="cut at its end"),
        pytest.param(lambda c: flipped(c, 60), id="its head damaged"),
        pytest.param(lambda c: flipped(c, 4096 + 88 + 4), id="a table damaged"),
        pytest.param(lambda c: flipped(c, len(c) - 1), id="its last byte damaged"),
        pytest.param(lambda c: b"PK" + c[2:], id="another kind of file"),
    ],
)
def test_a_file_that_is_not_whole_is_built_again(file: Path, damage) -> None:
    good = file.read_bytes()
    file.write_bytes(damage(good))

    locator = LocatorFiles(file.parent).locator(1, DIGEST, AREAS)

    assert_same_answers(locator, Locator(AREAS))
    assert file.read_bytes() == good


@pytest.mark.parametrize(
    ("generation", "digest", "of", "nearest_m"),
    [
        pytest.param(2, DIGEST, AREAS, 200.0, id="of another generation"),
        pytest.param(1, "cd" * 32, AREAS, 200.0, id="of other outlines"),
        pytest.param(1, DIGEST, AREAS[::-1], 200.0, id="of areas in another order"),
        pytest.param(1, DIGEST, AREAS, 100.0, id="of another reach"),
    ],
)
def test_a_file_of_something_else_is_not_taken(
    file: Path, generation: int, digest: str, of: list[Area], nearest_m: float
) -> None:
    wanted = file.with_name(
        file.name.replace("g1-", f"g{generation}-").replace(DIGEST[:24], digest[:24])
    )
    if wanted != file:
        wanted.write_bytes(file.read_bytes())

    locator = LocatorFiles(file.parent).locator(generation, digest, of, nearest_m)

    lon, lat = places(AREAS)
    here = locator.locate_many(lon, lat)
    expected = Locator(of, nearest_m).locate_many(lon, lat)
    assert np.array_equal(here.index, expected.index)
    assert np.array_equal(here.match, expected.match)


def test_a_table_of_another_release_is_not_taken(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridsvc.services.locator_files.FORMAT", cells.FORMAT + 1)
    file.rename(file.with_name(file.name.replace(f"-f{cells.FORMAT}", f"-f{cells.FORMAT + 1}")))

    assert_same_answers(LocatorFiles(file.parent).locator(1, DIGEST, AREAS), Locator(AREAS))


def test_old_files_go_and_who_has_one_mapped_keeps_it(tmp_path: Path) -> None:
    files = LocatorFiles(tmp_path)
    first = files.locator(1, DIGEST, AREAS)
    for age, generation in enumerate(range(2, KEPT_FILES + 4)):
        files.locator(generation, DIGEST, AREAS)
        for path in tmp_path.glob(f"g{generation}-*"):
            os.utime(path, (1_000 + age, 1_000 + age))

    left = {path.name.split("-")[0] for path in tmp_path.glob("*.cells")}

    assert len(left) == KEPT_FILES
    assert f"g{KEPT_FILES + 3}" in left
    assert "g2" not in left
    assert_same_answers(first, Locator(AREAS))


def test_where_nothing_can_be_written_the_answers_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "locator").write_text("no folder")

    locator = LocatorFiles(tmp_path / "locator").locator(1, DIGEST, AREAS)

    assert_same_answers(locator, Locator(AREAS))


READER = dedent(
    """
    import sys
    from pathlib import Path
    from gridsvc.core.geo import kernels
    from gridsvc.services.locator_files import LocatorFiles
    from tests.builders import areas, lattice

    for line in sys.stdin:
        generation = int(line)
        of = areas(lattice(seed=generation))
        locator = LocatorFiles(Path(sys.argv[1])).locator(generation, f"{generation:064d}", of)
        mapped = {
            int(part[4])
            for part in map(str.split, Path("/proc/self/maps").read_text().splitlines())
            if len(part) > 5 and f"/g{generation}-" in part[5]
        }
        hits = sum(sum(loop.stats.cache_hits.values()) for loop in kernels.LOOPS)
        misses = sum(sum(loop.stats.cache_misses.values()) for loop in kernels.LOOPS)
        answer = locator.place_of(113.7071, 23.0033)
        print(answer.key, answer.match, *mapped, hits, misses, flush=True)
    """
)


def test_processes_share_one_file_through_a_flip_and_compile_nothing(tmp_path: Path) -> None:
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(2)
    ]
    said: dict[int, list[str]] = {}
    for generation in (1, 2):
        for reader in readers:
            assert reader.stdin is not None
            reader.stdin.write(f"{generation}\n")
            reader.stdin.flush()
        said[generation] = [reader.stdout.readline() for reader in readers if reader.stdout]
    for reader in readers:
        reader.communicate(timeout=60)
        assert reader.returncode == 0

    from gridsvc.core.geo import kernels

    for generation, lines in said.items():
        [(key, match, inode, hits, misses), *others] = [line.split() for line in lines]
        assert others == [[key, match, inode, hits, misses]]
        [path] = tmp_path.glob(f"g{generation}-*")
        assert int(inode) == path.stat().st_ino
        # This process has compiled the loops, or fetched them, before the readers began.
        assert (int(hits), int(misses)) == (len(kernels.LOOPS), 0)
        answer = Locator(areas(lattice(seed=generation))).place_of(113.7071, 23.0033)
        assert (str(answer.key), str(answer.match)) == (key, match)
