"""An archive on a Dask cluster of two processes: the same answers, and nothing left by half.

Here and not among the units, because each worker is a process that starts with the imports.
"""

from pathlib import Path

import pyarrow as pa
import pytest

from gridsvc.core.geo.locate import Locator
from gridsvc.services import archive_locate
from gridsvc.services.archive_locate import locate_archive, pieces_of
from gridsvc.services.bulk_locate import PointColumns
from gridsvc.services.dask_pieces import dask_engine
from gridsvc.services.refusal import Refusal
from tests.builders import areas
from tests.unit.test_archive_locate import OUTLINES, archive, table, write_parquet

# What the cluster's own shutdown complains about is not ours.
pytestmark = pytest.mark.filterwarnings("default")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_dask_gives_the_bytes_of_the_plain_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = archive(tmp_path / "points")
    monkeypatch.setattr(
        archive_locate, "pieces_of", lambda path, of=pieces_of: of(path, piece_rows=120)
    )
    locator = Locator(areas(OUTLINES))

    plain = locate_archive(folder, tmp_path / "plain", locator, PointColumns())
    dask = locate_archive(
        folder, tmp_path / "dask", locator, PointColumns(), dask_engine(workers=2)
    )

    assert dask.located == plain.located
    assert dask.peak_bytes > 0
    assert contents(tmp_path / "dask") == contents(tmp_path / "plain")
    assert len(contents(tmp_path / "plain")) == 10


def test_a_bad_row_on_a_given_cluster_leaves_no_folder(tmp_path: Path) -> None:
    from distributed import LocalCluster

    folder = tmp_path / "points"
    bad = table().set_column(2, "lat", pa.array([*[23.0] * 200, 95.0, *[23.0] * 199]))
    for number in range(8):
        write_parquet(folder / f"{number}.parquet", bad if number == 3 else table())

    with (
        LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as cluster,
        pytest.raises(Refusal, match=r"3.parquet: row 201 is no place in wgs84: lat = 95"),
    ):
        locate_archive(
            folder,
            tmp_path / "out",
            Locator(areas(OUTLINES)),
            PointColumns(),
            dask_engine(cluster.scheduler_address),
        )
    assert [path.name for path in tmp_path.iterdir()] == ["points"]


def test_a_scheduler_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridsvc.services.dask_pieces._ANSWER_WITHIN", "1s")
    folder = archive(tmp_path / "points")

    with pytest.raises(Refusal, match=r"No Dask cluster answers at tcp://127.0.0.1:9"):
        locate_archive(
            folder,
            tmp_path / "out",
            Locator(areas(OUTLINES)),
            PointColumns(),
            dask_engine("tcp://127.0.0.1:9"),
        )
    assert [path.name for path in tmp_path.iterdir()] == ["points"]
