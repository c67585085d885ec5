"""What a text means in a city of three towns; the table is the specification."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.core.address.choice import Choice, Confidence, House, choose, read_houses
from gridsvc.core.address.lexicon import Gazetteer, Street, one_edit_apart
from gridsvc.core.address.numbers import Numbers, readings, split
from gridsvc.core.address.reading import Head
from gridsvc.core.address.text import normalised, numbered, spelled

NAMES = {
    "44": "东莞市",
    "4401": "东城街道",
    "440101": "岗贝社区",
    "440102": "主山社区",
    "4402": "万江街道",
    "440201": "新城社区",
    "440202": "新村社区",
    "4403": "桥头镇",
    "440301": "桥头社区",
    "440302": "新城社区",
    "88": "深圳市",
    "8801": "宝安区",
    "880101": "步涌社区",
}
#: (id, name, community, numbers)
STREETS = {
    1: ("稻香路", "440101", ["1", "3", "13", "13/2", "13/2//801", "13/2//802"]),
    2: ("稻香一巷", "440101", ["1", "3"]),
    3: ("稻香二巷", "440101", ["1", "3", "5"]),
    4: ("稻香路", "440102", ["15"]),
    5: ("鲸歌街", "440201", ["1", "3"]),
    6: ("鲸歌街", "440302", ["1", "5"]),
    7: ("白鹭大道", "440301", ["8", "8///101"]),
    8: ("墨竹街", "440202", ["2"]),
}


def path_of(code: str) -> tuple[str, ...]:
    return tuple(code[:length] for length in (2, 4, 6) if length <= len(code))


GAZETTEER = Gazetteer(
    paths={code: path_of(code) for code in NAMES},
    names=NAMES,
    streets=[Street(i, name, community) for i, (name, community, _) in STREETS.items()],
    aliases=[("花果山园区", "4403")],
)
HOUSES: dict[tuple[int, str], list[House]] = defaultdict(list)
for street_id, (_, _, lots) in STREETS.items():
    for lot in lots:
        parts = Numbers(*lot.split("/"))
        inside = any(other.startswith(lot + "/") for other in lots)
        HOUSES[street_id, parts.number].append(
            House(len(HOUSES) * 100 + len(lot), lot, street_id, parts, inside, 113.7, 23.0)
        )


def answer(text: str) -> Choice:
    written = spelled(text)
    said = split(numbered(written))
    head = Head(GAZETTEER, said.head, near=True)
    found = [
        reading
        for one in readings(written)
        for reading in read_houses(
            one, Head(GAZETTEER, one.head, near=one == said).streets(), HOUSES
        )
    ]
    return choose(GAZETTEER, found, head.divisions(has_numbers=said.numbers.depth > 0))


def told(choice: Choice) -> list[str]:
    return [
        NAMES[r.division_code]
        + (r.street.name if r.street else "")
        + (str(r.house.numbers) if r.house else "")
        for r in choice.readings
    ]


ROOM = "岗贝社区稻香路13号2栋801室"


@pytest.mark.parametrize(
    ("text", "confidence", "first"),
    [
        pytest.param("东莞市东城街道" + ROOM, "exact", ROOM, id="as the table has it"),
        pytest.param("廣東省東莞市東城街道" + ROOM, "exact", ROOM, id="traditional, with province"),
        pytest.param("东城街道" + ROOM, "exact", ROOM, id="the city is a courtesy"),
        pytest.param("东莞市" + ROOM, "likely", ROOM, id="no town"),
        pytest.param("东莞市东城区" + ROOM, "likely", ROOM, id="a town called a district"),
        pytest.param("东城稻香路13号2幢801", "likely", ROOM, id="a bare town, no community"),
        pytest.param("东城街道岗贝居委会稻香路13号2栋801室", "likely", ROOM, id="a committee"),
        pytest.param(ROOM + "东城街道东莞市", "likely", ROOM, id="swapped parts"),
        pytest.param("东莞市东诚街道" + ROOM, "likely", ROOM, id="a wrong character"),
        pytest.param("东莞市东城街道岗社区稻香路13号2栋801室", "likely", ROOM, id="a missing one"),
        pytest.param("东莞市城东街道" + ROOM, "likely", ROOM, id="two swapped"),
        pytest.param("东莞市东城街道岗贝社区稻香山路13号2栋801室", "likely", ROOM, id="one extra"),
        pytest.param(
            "东城街道岗贝社区稻香路3号9室", "likely", "岗贝社区稻香路3号", id="room unknown"
        ),
        pytest.param(
            "东城街道岗贝社区稻香路99号", "division", "岗贝社区稻香路", id="no such number"
        ),
        pytest.param("东城街道岗贝社区玄铁路3号", "division", "岗贝社区", id="no such street"),
        pytest.param("花果山园区", "division", "桥头镇", id="an alias that is data"),
        pytest.param("宝安区步涌社区", "division", "步涌社区", id="the city next door"),
        pytest.param("东莞市", "division", "东莞市", id="a city"),
        pytest.param("新城社区", "ambiguous", "新城社区", id="two communities of one name"),
        pytest.param("新城社区鲸歌街1号", "ambiguous", "新城社区鲸歌街1号", id="their same house"),
        pytest.param("新城社区鲸歌街3号", "ambiguous", None, id="a house only one of them has"),
        pytest.param("万江街道新城社区鲸歌街3号", "exact", "新城社区鲸歌街3号", id="told by town"),
        pytest.param("桥头", "ambiguous", "桥头镇", id="a town and its community"),
        pytest.param(
            "东城街道岗贝社区稻香三巷1号", "ambiguous", None, id="a lane that is not there"
        ),
        pytest.param("东城街道岗贝社区稻香路13号9栋", "ambiguous", None, id="another building"),
        pytest.param(
            "万江街道新城社区墨竹街2号", "ambiguous", None, id="a name that became another"
        ),
        pytest.param("北京市东城区", "nothing", None, id="another city's district"),
        pytest.param("湖南省长沙市岗贝社区稻香路3号", "nothing", None, id="another province"),
        pytest.param("明天下午三点", "nothing", None, id="no address"),
        pytest.param("", "nothing", None, id="empty"),
    ],
)
def test_what_a_text_means(text: str, confidence: str, first: str | None) -> None:
    choice = answer(text)

    assert choice.confidence == Confidence(confidence), told(choice)
    if first is not None:
        assert told(choice)[0] == first
    assert choice.is_ambiguous or len(choice.readings) <= 1


def test_both_communities_of_one_name_are_offered_with_one_score() -> None:
    choice = answer("新城社区鲸歌街1号")

    assert {r.division_code for r in choice.readings} == {"440201", "440302"}
    assert len({r.score for r in choice.readings}) == 1


def test_a_community_of_the_same_name_without_the_house_is_offered_too() -> None:
    assert {r.division_code for r in answer("新城社区鲸歌街3号").readings} == {"440201", "440302"}


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    choice = answer(text)

    assert (choice.confidence is Confidence.NOTHING) == (not choice.readings)


FULL = [
    "东莞市东城街道" + ROOM,
    "东莞市万江街道新城社区鲸歌街3号",
    "东莞市桥头镇桥头社区白鹭大道8号",
]
KNOWN_TEXTS = {
    normalised("".join(NAMES[c] for c in path_of(community)) + name + str(Numbers(*lot.split("/"))))
    for name, community, lots in STREETS.values()
    for lot in lots
}


@given(st.sampled_from(FULL), st.data())
def test_one_slip_in_a_name_never_gives_another_house_alone(text: str, data: st.DataObject) -> None:
    names = text[: next(i for i, c in enumerate(text) if c.isdigit())]
    at = data.draw(st.integers(0, len(names) - 1))
    new = data.draw(st.sampled_from("城村一二三东西新巷路街区市镇社"))
    slips = [names[:at] + names[at + 1 :], names[:at] + new + names[at:]]
    slips += [names[:at] + new + names[at + 1 :]]
    slips += [names[:at] + names[at : at + 2][::-1] + names[at + 2 :]]
    slipped = data.draw(st.sampled_from(slips)) + text[len(names) :]
    if normalised(slipped) in KNOWN_TEXTS:
        return

    choice = answer(slipped)

    if not choice.is_ambiguous and choice.readings:
        [found] = told(choice)
        assert text.endswith(found) or found in text, (slipped, found)


WORDS = st.text("稻香路街一二", min_size=2, max_size=5)


@given(WORDS, WORDS)
def test_one_edit_is_what_restores_a_word(a: str, b: str) -> None:
    made = {a[:i] + a[i + 1 :] for i in range(len(a))}
    made |= {a[:i] + c + a[i:] for i in range(len(a) + 1) for c in "稻香路街一二"}
    made |= {a[:i] + c + a[i + 1 :] for i in range(len(a)) for c in "稻香路街一二"}
    made |= {a[:i] + a[i + 1] + a[i] + a[i + 2 :] for i in range(len(a) - 1)}

    assert one_edit_apart(a, b) == (b in made and a != b)
