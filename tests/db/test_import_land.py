"""Importing divisions and grids: what is wrong is named, and nothing changes by half."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from shapely.geometry import MultiPolygon, Polygon, box

from gridsvc.services.context import Context
from gridsvc.services.importing.division_rows import DivisionFields
from gridsvc.services.importing.divisions import DivisionImport, import_divisions
from gridsvc.services.importing.grids import GridImport, import_grids
from gridsvc.services.refusal import BadFile, Refusal
from gridsvc.store.divisions import divisions, divisions_at
from gridsvc.store.grids import adjacencies
from gridsvc.store.installation import installation
from tests.city import BAOAN, CITY, DONGCHENG, DONGCHENG_1, NANCHENG, OPENED_AT
from tests.db.import_files import write_divisions, write_features, write_grids


@pytest.fixture
def empty(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Context]:
    """A process on a migrated database without a row."""
    context = Context.open(new_database(), tmp_path / "media")
    yield context
    context.close()


@pytest.fixture
def divided(empty: Context, tmp_path: Path) -> Context:
    """With the divisions of the tiny city."""
    wanted = DivisionImport(path=write_divisions(tmp_path / "divisions.gpkg"))
    outcome = import_divisions(empty, wanted, OPENED_AT)
    assert outcome.is_written, outcome.problems
    return empty


def statements(outcome: object) -> list[str]:
    return [str(problem) for problem in outcome.problems]  # type: ignore[attr-defined]


def test_divisions_come_in_with_their_tree(divided: Context) -> None:
    with divided.database.begin() as connection:
        found = {d.division.code: d for d in divisions_at(connection, OPENED_AT)}
        here = installation(connection)

    assert found[DONGCHENG_1].path == (CITY, DONGCHENG, DONGCHENG_1)
    assert found[DONGCHENG_1].division.is_home
    assert not found[BAOAN].division.is_home
    assert found[DONGCHENG].division.area_m2 == pytest.approx(6 * 1.137e6, rel=0.01)
    assert here is not None
    assert (here.home_city, here.is_demo) == (CITY, False)


def test_a_dry_run_changes_nothing(empty: Context, tmp_path: Path) -> None:
    wanted = DivisionImport(path=write_divisions(tmp_path / "divisions.gpkg"), dry_run=True)
    outcome = import_divisions(empty, wanted)

    assert (outcome.problems, outcome.is_written, outcome.counts) == ((), False, {"divisions": 9})
    with empty.database.begin() as connection:
        assert divisions(connection) == {}


def test_an_unknown_parent_is_named_with_its_feature(empty: Context, tmp_path: Path) -> None:
    path = write_features(
        tmp_path / "lost.geojson",
        [{"code": "990100000000", "name": "远方市"}, {"code": "980101000000", "name": "他镇"}],
        [box(113, 23, 113.1, 23.1), box(113.1, 23, 113.2, 23.1)],
    )
    outcome = import_divisions(empty, DivisionImport(path=path, accept_defects=True))

    assert statements(outcome) == [
        "feature 2 (他镇): its parent 980100000000 is neither in the file nor loaded"
    ]
    assert not outcome.is_written


def test_a_parent_of_the_code_list_is_made_of_its_children(empty: Context, tmp_path: Path) -> None:
    path = write_divisions(tmp_path / "towns.gpkg", without=[CITY])
    outcome = import_divisions(empty, DivisionImport(path=path, home_city=CITY), OPENED_AT)

    assert outcome.is_written, outcome.problems
    assert "441900000000 东莞市 is not in the file" in outcome.notes[0]
    with empty.database.begin() as connection:
        [city] = divisions_at(connection, OPENED_AT, codes=[CITY])
    assert city.outline is not None
    assert city.outline.bounds == pytest.approx((113.70, 23.0, 113.78, 23.01))


def test_flaws_of_the_land_block_until_they_are_accepted(empty: Context, tmp_path: Path) -> None:
    path = write_features(
        tmp_path / "towns.geojson",
        [{"name": "东城街道"}, {"name": "南城街道"}, {"name": "万江街道"}],
        [box(113.7, 23, 113.73, 23.03), box(113.72, 23, 113.75, 23.03), bow_tie()],
    )
    wanted = DivisionImport(path=path)
    refused = import_divisions(empty, wanted, OPENED_AT)
    loaded = import_divisions(empty, replace(wanted, accept_defects=True), OPENED_AT)

    assert not refused.is_written
    assert any("overlap of" in s and "441900003000 东城街道" in s for s in statements(refused))
    assert any("万江街道 is no valid polygon: Self-intersection" in s for s in statements(refused))
    assert loaded.is_written
    assert statements(loaded) == statements(refused)
    with empty.database.begin() as connection:
        outlines = [d.outline for d in divisions_at(connection, OPENED_AT, level="town")]
    assert all(outline is not None and outline.is_valid for outline in outlines)


def bow_tie() -> Polygon:
    return Polygon([(113.8, 23), (113.82, 23.02), (113.82, 23), (113.8, 23.02)])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"name": "无名镇"}], "no code is known for 无名镇"),
        ([{"code": "44190", "name": "东城"}], "not a code of 12 (or 6 or 9) digits"),
        ([{"code": "441900003000", "name": ""}], "has no name"),
        ([{"code": "441900003000", "name": "东城", "level": "county"}], "level is 'county'"),
        (
            [{"code": "441900003000", "name": "东城", "parent_code": "441900003001"}],
            "neither in the file nor loaded|cannot lie under",
        ),
    ],
)
def test_what_no_acceptance_lets_in(
    empty: Context, tmp_path: Path, rows: list[dict[str, str]], words: str
) -> None:
    path = write_features(tmp_path / "bad.geojson", rows, [box(113.7, 23, 113.71, 23.01)])
    outcome = import_divisions(empty, DivisionImport(path=path, accept_defects=True))

    assert not outcome.is_written
    assert any(word in s for word in words.split("|") for s in statements(outcome))


def test_columns_of_foreign_files_are_named(empty: Context, tmp_path: Path) -> None:
    path = write_features(
        tmp_path / "foreign.geojson",
        [{"dm": "441900003", "mc": "东城"}, {"dm": "441900004", "mc": "南城"}],
        [box(113.7, 23, 113.71, 23.01), box(113.71, 23, 113.72, 23.01)],
    )
    with pytest.raises(BadFile, match="--name-field"):
        import_divisions(empty, DivisionImport(path=path))
    fields = DivisionFields(code="dm", name="mc")
    assert import_divisions(empty, DivisionImport(path=path, fields=fields)).is_written


def test_a_new_outline_begins_where_the_old_one_ends(divided: Context, tmp_path: Path) -> None:
    later = OPENED_AT + timedelta(days=30)
    wider = MultiPolygon([box(113.76, 23.0, 113.78, 23.02)])
    path = write_features(
        tmp_path / "wider.gpkg",
        [{"code": NANCHENG, "name": "南城街道", "level": "town", "parent_code": CITY}],
        [wider],
    )
    refused = import_divisions(divided, DivisionImport(path=path), later)
    loaded = import_divisions(divided, DivisionImport(path=path, accept_defects=True), later)

    assert any("beyond 441900000000 东莞市" in s for s in statements(refused))
    assert loaded.is_written
    with divided.database.begin() as connection:
        [before] = divisions_at(connection, later - timedelta(seconds=1), codes=[NANCHENG])
        [after] = divisions_at(connection, later, codes=[NANCHENG])
    assert before.outline is not None
    assert after.outline is not None
    assert before.outline.bounds[3] == pytest.approx(23.01)
    assert after.outline.bounds[3] == pytest.approx(23.02)
    again = import_divisions(divided, DivisionImport(path=path, accept_defects=True), later)
    assert any("another cannot begin" in s for s in statements(again))


def test_grids_open_the_first_generation(divided: Context, tmp_path: Path) -> None:
    outcome = import_grids(
        divided, GridImport(path=write_grids(tmp_path / "grids.gpkg")), OPENED_AT
    )

    assert outcome.is_written, outcome.problems
    with divided.database.begin() as connection:
        index = divided.ground.at(connection, OPENED_AT)
        borders = adjacencies(connection, OPENED_AT)
    assert len(index.grids) == 9
    assert len(borders) == 8
    assert sum(border.crosses_city for border in borders) == 1
    assert len(index.digest) == 64


def test_later_grids_enter_as_a_plan(divided: Context, tmp_path: Path) -> None:
    path = write_grids(tmp_path / "grids.gpkg")
    import_grids(divided, GridImport(path=path), OPENED_AT)

    with pytest.raises(Refusal, match="enter as a plan"):
        import_grids(divided, GridImport(path=path))


def test_grids_need_divisions(empty: Context, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="import divisions"):
        import_grids(empty, GridImport(path=write_grids(tmp_path / "grids.gpkg")))


@pytest.mark.parametrize(
    ("changed", "columns", "words"),
    [
        pytest.param({"D2": None}, {}, "gap of", id="a grid is missing"),
        pytest.param({"D2": box(113.71, 23.0, 113.725, 23.01)}, {}, "overlap of", id="two overlap"),
        pytest.param(
            {"N2": box(113.77, 23.0, 113.78, 23.011)}, {}, "beyond", id="out of its community"
        ),
        pytest.param({}, {"code": {"D3": "44190000300199"}}, "not 15 digits", id="a short code"),
        pytest.param(
            {}, {"community_code": {"D3": "441900999999"}}, "no community we know", id="unknown"
        ),
        pytest.param({}, {"kind": {"D3": "round"}}, "kind is 'round'", id="an unknown kind"),
        pytest.param({}, {"households": {"D3": -4}}, "not a count", id="fewer than nobody"),
    ],
)
def test_one_flaw_keeps_all_grids_out(
    divided: Context,
    tmp_path: Path,
    changed: dict[str, object],
    columns: dict[str, dict[str, object]],
    words: str,
) -> None:
    path = write_grids(tmp_path / "grids.gpkg", changed, **columns)
    outcome = import_grids(divided, GridImport(path=path))

    assert not outcome.is_written
    assert any(words in s for s in statements(outcome))
    with divided.database.begin() as connection, pytest.raises(LookupError):
        divided.ground.at(connection, OPENED_AT)
