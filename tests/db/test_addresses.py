"""Addresses against a database: found, offered or refused, and never guessed."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geodata import facts
from gridsvc.cli import app
from gridsvc.core.address.choice import Confidence
from gridsvc.services.addresses import geocode, geocode_many, reverse_geocode
from gridsvc.services.bulk_geocode import geocode_csv
from gridsvc.services.context import Context
from gridsvc.services.importing.addresses import import_addresses
from gridsvc.services.refusal import BadFile, Refusal
from gridsvc.services.sample_city import load_sample_city
from gridsvc.store import addresses
from gridsvc.store.addresses import gazetteer
from tests.address_city import add_addresses
from tests.address_damage import ABSENT, CLASSES, Known
from tests.address_score import Outcome, Score, Tally, as_table, known_addresses, sample_of
from tests.city import DONGCHENG_1, TinyCity
from tests.db.import_files import write_csv

SAME_NAMED = sorted(
    {
        name
        for name in (c.name for c in facts.communities())
        if sum(c.name == name for c in facts.communities()) > 1
    }
)


@pytest.fixture(scope="module")
def city(ctx: Context) -> Context:
    assert add_addresses(ctx) > 15_000
    return ctx


@pytest.fixture(scope="module")
def known(city: Context) -> list[Known]:
    return known_addresses(city)


def check(name: str, tally: Tally) -> None:
    asked = tally.outcomes.total() - tally.outcomes[Outcome.ANOTHER]
    report = "\n".join([*as_table({name: tally}), *map(str, tally.wrong[:20])])
    assert tally.outcomes[Outcome.WRONG] == 0, report
    if name in ("full", "other spelling", "traditional script"):
        assert tally.outcomes[Outcome.RIGHT] >= 0.99 * asked, report
    elif name in CLASSES and name != "typo in a number":
        helped = tally.outcomes[Outcome.RIGHT] + tally.outcomes[Outcome.SEVERAL]
        assert helped >= 0.9 * asked, report


@pytest.mark.parametrize("name", [*CLASSES, *ABSENT])
def test_damage_never_leads_to_a_wrong_single_answer(
    city: Context, known: list[Known], name: str
) -> None:
    damage = {**CLASSES, **ABSENT}[name]

    check(name, Score(city, known).run(sample_of(known, 150), damage, seed=2))


@pytest.mark.slow
def test_the_sample_city_by_class_of_damage(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("sample")
    ctx = Context.open(new_database(), folder / "media")
    try:
        load_sample_city(ctx, folder, lambda *_: None)
        known = known_addresses(ctx)
        score = Score(ctx, known)
        assert 60_000 <= len(known) <= 120_000
        for name, damage in {**CLASSES, **ABSENT}.items():
            check(name, score.run(sample_of(known, 2_000), damage))
    finally:
        ctx.close()


@pytest.mark.parametrize("name", SAME_NAMED)
def test_two_communities_of_one_name_are_both_offered(city: Context, name: str) -> None:
    with city.database.begin() as connection:
        names = gazetteer(connection)
    expected = {code for code, other in names.names.items() if other == name}
    if len(expected) < 2:
        pytest.skip("one of them lies in a town that the tiny city replaces")
    [street, *_] = [
        s
        for s, parts in names.streets.items()
        if len(parts) > 1 and expected <= {p.community_code for p in parts}
    ]

    for text in (name, f"东莞市{name}", f"{name}{street}3号", f"东莞市{name}{street}3号"):
        answer = geocode(city, text)
        assert answer.is_ambiguous, text
        assert expected <= {c.divisions[-1].code for c in answer.candidates}, text


def test_a_house_comes_with_its_place_and_grid(city: Context, known: list[Known]) -> None:
    [answer] = geocode_many(city, [known[0].text])

    [found] = answer.candidates
    assert answer.confidence is Confidence.EXACT
    assert found.address_code == known[0].code
    assert found.level == "house"
    assert found.grid is not None
    assert found.divisions[0].name == "东莞市"


def test_a_division_is_no_place(city: Context) -> None:
    [found] = geocode(city, "东莞市大朗镇").candidates

    assert found.level == "town"
    assert found.place is None
    assert found.grid is None


def test_many_texts_are_answered_as_one_by_one(city: Context, known: list[Known]) -> None:
    texts = [one.text[3:] for one in known[::1500]] + ["", "新民社区", "😀"]

    assert geocode_many(city, texts) == [geocode(city, text) for text in texts]


def test_the_limit_cuts_and_the_total_tells(city: Context, known: list[Known]) -> None:
    shared = Counter(one.street for one in known if one.numbers == "3号").most_common(1)[0][0]
    text = shared + "3号"
    several = geocode(city, text, limit=500)
    few = geocode(city, text, limit=1)

    assert len(few.candidates) == 1
    assert few.total == several.total == len(several.candidates) > 1


def test_new_names_are_known_at_once(city: Context, ctx: Context) -> None:
    assert geocode(city, "云上仙境").confidence is Confidence.NOTHING
    with ctx.database.begin() as connection:
        connection.exec_driver_sql("INSERT INTO division_alias VALUES ('云上仙境', '441900113000')")

    [found] = geocode(city, "云上仙境").candidates
    assert found.divisions[-1].name == "大朗镇"


def test_the_nearest_address_is_measured_in_metres(city: Context, tiny_city: TinyCity) -> None:
    lon, lat = tiny_city.place_in("D1")
    found = reverse_geocode(city, lon, lat + 0.001, "cgcs2000")

    assert found.located.grid is not None
    assert found.nearest is not None
    assert found.nearest.distance_m == pytest.approx(111, abs=1)
    assert found.nearest_text is not None
    assert found.nearest_text.endswith("号")


def test_far_from_any_address_there_is_none(city: Context) -> None:
    assert reverse_geocode(city, 113.0, 22.0, "wgs84").nearest is None


# --- files ---


def rows(**changed: str) -> list[dict[str, str]]:
    good = {
        "code": "1",
        "community_code": DONGCHENG_1,
        "street": "稻香路",
        "number": "13号",
        "building": "",
        "unit": "",
        "room": "",
        "lon": "113.705",
        "lat": "23.005",
    }
    return [good, good | {"code": "2", "number": "15", "room": "801"} | changed]


@pytest.fixture
def fresh(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Context]:
    from tests.city import build_tiny_city

    context = Context.open(new_database(), tmp_path / "media")
    build_tiny_city(context.database, with_accounts=False)
    yield context
    context.close()


def test_an_import_replaces_the_table(fresh: Context, tmp_path: Path) -> None:
    outcome = import_addresses(fresh, write_csv(tmp_path / "a.csv", rows(), "gb18030"))
    assert outcome.is_written, outcome.problems
    assert outcome.counts == {"addresses": 2, "streets": 1}
    assert "1 house(s)" in outcome.notes[0]

    answer = geocode(fresh, "东莞市东城街道东城一社区稻香路15号801室")
    assert answer.confidence is Confidence.EXACT
    assert import_addresses(fresh, write_csv(tmp_path / "b.csv", rows()[:1])).is_written
    with fresh.database.begin() as connection:
        assert addresses.count_addresses(connection) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"code": "1"}, "code 1 stands in an earlier row too"),
        ({"community_code": "441900999001"}, "no community we know"),
        ({"community_code": "441900003000"}, "no community we know"),
        ({"street": ""}, "street is empty"),
        ({"number": ""}, "number is empty"),
        ({"number": "somewhere"}, "number is 'somewhere'"),
        ({"number": "13", "room": ""}, "has another row"),
        ({"lon": "east"}, "are not numbers"),
        ({"lon": "23.005", "lat": "113.705"}, "no place"),
        ({"lon": "nan"}, "no place"),
    ],
)
def test_a_bad_row_is_named_and_nothing_changes(
    fresh: Context, tmp_path: Path, changed: dict[str, str], words: str
) -> None:
    outcome = import_addresses(fresh, write_csv(tmp_path / "a.csv", rows(**changed)))

    assert not outcome.is_written
    assert any(words in str(p) and "row 2 (line 3)" in str(p) for p in outcome.problems), [
        str(p) for p in outcome.problems
    ]
    with fresh.database.begin() as connection:
        assert addresses.count_addresses(connection) == 0


def test_a_file_is_geocoded_whole_in_its_own_encoding(
    city: Context, known: list[Known], tmp_path: Path
) -> None:
    texts = [known[5].text, "新民社区", known[7].text[3:], "?"]
    file = write_csv(tmp_path / "in.csv", [{"id": "x", "地址": t} for t in texts], "gb18030")
    told: list[int] = []

    counts = geocode_csv(city, file, tmp_path / "out.csv", field="地址", progress=told.append)

    with (tmp_path / "out.csv").open(encoding="gb18030", newline="") as opened:
        found = list(csv.DictReader(opened))
    assert [row["confidence"] for row in found] == ["exact", "ambiguous", "exact", "nothing"]
    assert found[0]["address_code"] == known[5].code
    assert found[1]["candidates"].count(" | ") == 1
    assert not found[1]["lon"]
    assert counts["exact"] == 2
    assert told == [4]


def test_a_broken_row_leaves_no_file(city: Context, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("address\n" + "东莞市\n" * 700 + '"never closed\n', encoding="utf-8")

    with pytest.raises(BadFile, match="row 701"):
        geocode_csv(city, file, tmp_path / "out.csv")
    with pytest.raises(BadFile, match="--field"):
        geocode_csv(city, file, tmp_path / "out.csv", field="place")
    with pytest.raises(Refusal, match="replace"):
        geocode_csv(city, file, file)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_the_command_answers_and_refuses(
    city: Context, known: list[Known], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url.replace("+psycopg", ""))
    run = CliRunner().invoke

    exact = run(app, ["geocode", known[0].text, "--json"])
    several = run(app, ["geocode", "新民社区"])
    refused = run(app, ["geocode", "新民社区", "--file", "a.csv"])
    missing = run(app, ["geocode", "--file", "no.csv", "--out", "out.csv"])

    assert exact.exit_code == 0, exact.output
    assert known[0].code in exact.stdout
    assert several.exit_code == 1
    assert "ambiguous" in several.stderr
    assert refused.exit_code == 2
    assert missing.exit_code == 2
    assert "no such file" in missing.stderr
