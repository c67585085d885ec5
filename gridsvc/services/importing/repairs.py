"""What a repair would change in a file that is to be imported; needs no database."""

from pathlib import Path

from gridsvc.services.area_files import read_areas
from gridsvc.services.area_repairs import RepairPreview, write_preview
from gridsvc.services.importing.division_codes import built_in_codes, read_codes
from gridsvc.services.importing.division_rows import read_drafts
from gridsvc.services.importing.divisions import DivisionImport
from gridsvc.services.importing.grids import GridImport
from gridsvc.services.importing.outcome import first_words
from gridsvc.services.refusal import BadFile

# The province, the prefecture and the city; a coverage never reaches beyond its city.
_CITY_DIGITS = 4


def preview_divisions(wanted: DivisionImport, out: Path, gap_width_m: float) -> RepairPreview:
    """Write what a repair would change, city by city and level by level."""
    file = read_areas(wanted.path, crs=wanted.crs, layer=wanted.layer)
    codes = built_in_codes() if wanted.codes is None else read_codes(wanted.codes)
    drafts, problems = read_drafts(file, wanted.fields, codes)
    if problems:
        raise BadFile(
            wanted.path,
            "cannot be told apart into cities and levels: " + "; ".join(first_words(problems, 5)),
            "Correct the rows first",
        )
    groups = [f"{draft.level} {draft.code[:_CITY_DIGITS]}" for draft in drafts]
    return write_preview(file, out, groups=groups, gap_width_m=gap_width_m)


def preview_grids(wanted: GridImport, out: Path, gap_width_m: float) -> RepairPreview:
    """Write what a repair would change, city by city."""
    file = read_areas(wanted.path, area_id=wanted.fields.code, crs=wanted.crs, layer=wanted.layer)
    groups = [code[:_CITY_DIGITS] for code in file.ids]
    return write_preview(file, out, groups=groups, gap_width_m=gap_width_m)
