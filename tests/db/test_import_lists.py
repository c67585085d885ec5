"""Importing officers and matters: a bad row changes nothing and is named."""

from pathlib import Path

import pytest

from gridsvc.core.matter import LimitKind
from gridsvc.services.context import Context
from gridsvc.services.importing.matters import import_matters
from gridsvc.services.importing.officers import import_officers
from gridsvc.services.refusal import BadFile
from gridsvc.store.matters import departments, matters
from gridsvc.store.people import names_of, officer_ids_by_code, posts_over
from tests.city import DONGCHENG, OPENED_AT, TinyCity, code_of
from tests.db.import_files import officer_row, write_csv


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_officers_come_in_with_their_posts(
    ctx: Context, tiny_city: TinyCity, tmp_path: Path, encoding: str
) -> None:
    start = {"utf-8": 10, "utf-8-sig": 20, "gb18030": 30}[encoding]
    rows = [
        officer_row(start),
        officer_row(start + 1, post_code=f"P{start:04}"),  # shares the post
        officer_row(start, post_code=f"P{start}b", place_code=code_of("D2"), is_backup="1"),
        officer_row(
            start + 2,
            duty="handler",
            place_kind="division",
            place_code=DONGCHENG,
            department="URBAN",
            post_code=f"P{start}c",
        ),
        {**officer_row(0, post_code=f"P{start}d"), "officer_code": "", "name": ""},  # vacant
    ]
    outcome = import_officers(
        ctx, write_csv(tmp_path / "officers.csv", rows, encoding), effective_at=OPENED_AT
    )

    assert outcome.is_written, outcome.problems
    assert outcome.counts == {"officers": 3, "posts": 4}
    with ctx.database.begin() as connection:
        posts = {
            str(p.code): p
            for p in posts_over(
                connection,
                [tiny_city.grid_ids["D1"], tiny_city.grid_ids["D2"]],
                [DONGCHENG],
                OPENED_AT,
            )
        }
        ids = officer_ids_by_code(connection, [f"G{start:04}", f"G{start + 1:04}"])
        names = names_of(connection, list(ids.values()))
    assert {h.officer_id for h in posts[f"P{start:04}"].holders} == set(ids.values())
    assert posts[f"P{start}b"].is_backup
    assert posts[f"P{start}c"].department == "URBAN"
    assert posts[f"P{start}d"].holders == ()
    assert names[ids[f"G{start:04}"]] == f"某甲{start}"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"duty": "sheriff"}, "duty is 'sheriff', not one of grid_manager"),
        ({"place_code": "441900003001999"}, "is no grid we know"),
        ({"place_kind": "division", "place_code": "999999999999"}, "is no division we know"),
        ({"department": "MAGIC"}, "department MAGIC is no department we know"),
        ({"shift": ""}, "shift is empty"),
        ({"is_backup": "yes"}, "is_backup is 'yes', not 0 or 1"),
        ({"officer_code": ""}, "officer_code is empty"),
        ({"name": ""}, "name is empty"),
        ({"officer_code": "G0901", "post_code": "P0901"}, "holds post P0901 twice"),
        ({"post_code": "P0901", "shift": "night"}, "described otherwise in an earlier row"),
        ({"officer_code": "G0901", "name": "另一人"}, "another name or number"),
        ({"post_code": "manager-D1"}, "post manager-D1 is already there"),
        ({"officer_code": "manager-D1"}, "officer manager-D1 is already there"),
    ],
)
def test_one_bad_row_keeps_all_officers_out_and_is_named(
    ctx: Context, tmp_path: Path, changed: dict[str, str], words: str
) -> None:
    rows = [officer_row(901), officer_row(902, **changed), officer_row(903)]
    path = write_csv(tmp_path / "officers.csv", rows)
    outcome = import_officers(ctx, path)

    assert not outcome.is_written
    assert any(
        words in str(p) and "officers.csv row 2 (line 3)" in str(p) for p in outcome.problems
    )
    with ctx.database.begin() as connection:
        assert officer_ids_by_code(connection, ["G0901", "G0903"]) == {}


def test_a_row_of_another_width_is_named(ctx: Context, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "officers.csv", [officer_row(801), officer_row(802)])
    path.write_text(path.read_text() + "G0803,某\n")

    with pytest.raises(BadFile, match=r"row 3 \(line 4\)"):
        import_officers(ctx, path)


def test_missing_columns_are_named(ctx: Context, tmp_path: Path) -> None:
    rows = [{k: v for k, v in officer_row(1).items() if k != "shift"}]
    outcome = import_officers(ctx, write_csv(tmp_path / "officers.csv", rows))

    assert "has no column shift" in str(outcome.problems[0])


DEPARTMENT = {"code": "NEW", "name": "新部门", "name_en": "New", "assumed": "1"}
MATTER = {
    "code": "NOISE",
    "name": "噪音扰民",
    "name_en": "Noise",
    "category": "环境",
    "department": "NEW",
    "entry_tier": "handling",
    "self_fix": "0",
    "sample": "1",
}
CONDITION = {
    "code": "NOISE-1",
    "matter_code": "NOISE",
    "name": "夜间施工",
    "severity": "normal",
    "level": "town",
    "limit_amount": "4",
    "limit_kind": "work_hours",
    "closing_condition": "停工",
}
DAY = {"date": "2027-01-01", "kind": "holiday", "name": "元旦", "year_published": "0"}


def files(folder: Path, **changed: dict[str, str]) -> list[Path]:
    tables = {"departments": DEPARTMENT, "matters": MATTER, "conditions": CONDITION, "days": DAY}
    # In the order that makes every reference a forward one.
    return [
        write_csv(folder / f"{name}.csv", [tables[name] | changed.get(name, {})])
        for name in ("conditions", "days", "matters", "departments")
    ]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"matters": {"department": "GONE"}}, "department GONE is no department we know"),
        ({"matters": {"entry_tier": "magic"}}, "entry_tier is 'magic'"),
        ({"conditions": {"matter_code": "GONE"}}, "matter_code GONE is no matter we know"),
        ({"conditions": {"limit_amount": "-1"}}, "limit_amount is -1, not more than 0"),
        ({"conditions": {"limit_amount": "nan"}}, "limit_amount is nan"),
        ({"conditions": {"limit_kind": "moons"}}, "limit_kind is 'moons'"),
        ({"conditions": {"level": "county"}}, "level is 'county', not one of community"),
        ({"days": {"date": "2027-02-30"}}, "date is '2027-02-30'"),
        ({"days": {"kind": "feast"}}, "kind is 'feast'"),
    ],
)
def test_one_bad_row_keeps_every_list_out(
    ctx: Context, tmp_path: Path, changed: dict[str, dict[str, str]], words: str
) -> None:
    outcome = import_matters(ctx, files(tmp_path, **changed))

    assert not outcome.is_written
    assert any(words in str(p) and "row 1 (line 2)" in str(p) for p in outcome.problems)
    with ctx.database.begin() as connection:
        assert "NEW" not in departments(connection)


def test_matters_come_in_together_and_may_come_again(ctx: Context, tmp_path: Path) -> None:
    import_matters(ctx, files(tmp_path))
    outcome = import_matters(ctx, files(tmp_path, matters={"name": "噪声"}))

    assert outcome.is_written
    with ctx.database.begin() as connection:
        noise = matters(connection)["NOISE"]
        lists = ctx.ground.reference(connection)
    assert noise.name == "噪声"
    assert noise.conditions[0].limit.kind is LimitKind.WORK_HOURS
    assert "NEW" in lists.departments  # the process forgot what it had read
    assert 2027 not in lists.calendar.published_years


def test_a_table_of_no_known_kind_is_told_the_kinds(ctx: Context, tmp_path: Path) -> None:
    outcome = import_matters(ctx, [write_csv(tmp_path / "x.csv", [{"a": "1"}])])

    assert "has the columns of none of these" in str(outcome.problems[0])
