"""The way of a flawed file: refused, previewed, looked at, and imported from the preview."""

from pathlib import Path

from shapely.geometry import box

from gridsvc.services.context import Context
from gridsvc.services.importing.divisions import DivisionImport, import_divisions
from gridsvc.services.importing.grids import GridImport, import_grids
from gridsvc.services.importing.repairs import preview_divisions, preview_grids
from tests.city import OPENED_AT
from tests.db.import_files import write_divisions, write_grids
from tests.db.test_import_land import divided as divided
from tests.db.test_import_land import empty as empty


def test_flawed_grids_come_in_through_their_preview(divided: Context, tmp_path: Path) -> None:
    # Some 10 m into its neighbour, inside the community.
    flawed = write_grids(tmp_path / "grids.gpkg", {"D2": box(113.7099, 23.0, 113.72, 23.01)})
    preview = tmp_path / "preview.gpkg"

    refused = import_grids(divided, GridImport(path=flawed), OPENED_AT)
    previewed = preview_grids(GridImport(path=flawed), preview, 1.0)
    outcome = import_grids(divided, GridImport(path=preview, layer="after"), OPENED_AT)

    assert not refused.is_written
    assert any("overlap of" in str(problem) for problem in refused.problems)
    assert (previewed.findings_before > 0, previewed.findings_after) == (True, 0)
    assert len(previewed.repair.changed) == 2
    assert outcome.is_written, outcome.problems
    assert outcome.counts["grids"] == refused.counts["grids"]


def test_divisions_are_repaired_level_by_level(empty: Context, tmp_path: Path) -> None:
    path = write_divisions(tmp_path / "divisions.gpkg")
    preview = tmp_path / "preview.gpkg"

    previewed = preview_divisions(DivisionImport(path=path), preview, 1.0)
    outcome = import_divisions(empty, DivisionImport(path=preview, layer="after"), OPENED_AT)

    # Towns lie on their communities: as one coverage they would be nothing but overlaps.
    assert (previewed.repair.changed, previewed.findings_before) == ((), 0)
    assert outcome.is_written, outcome.problems
