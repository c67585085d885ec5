"""One spelling for what people write, and house numbers taken apart."""

import pytest

from gridsvc.core.address.numbers import Numbers, readings, split
from gridsvc.core.address.script import simplified, traditional
from gridsvc.core.address.text import LONGEST, in_characters, in_digits, normalised, spelled


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("東莞市萬江街道", "东莞市万江街道", id="traditional"),
        pytest.param("岗贝路１３号", "岗贝路13号", id="full width"),
        pytest.param(" 东城街道，岗贝 社区。", "东城街道岗贝社区", id="blanks and stops"),
        pytest.param("岗贝路13#", "岗贝路13号", id="a sharp is 号"),
        pytest.param("岗贝1路13号", "岗贝一路13号", id="a numeral of a name"),
        pytest.param("银杏12巷3号", "银杏十二巷3号", id="twelve"),
        pytest.param("107国道5号", "一零七国道5号", id="a road number"),
        pytest.param("岗贝一路十三号", "岗贝一路13号", id="a numeral of a house"),
        pytest.param("二十栋三单元八零一室", "20栋3单元801室", id="everything in characters"),
        pytest.param("岗贝路13号之二", "岗贝路13-2号", id="a sub-number"),
        pytest.param("岗贝路13—2号", "岗贝路13-2号", id="a long dash"),
        pytest.param("a座", "A座", id="upper case"),
        pytest.param("", "", id="nothing"),
        pytest.param("😀\x00|\u200b", "", id="no characters at all"),
    ],
)
def test_one_spelling(written: str, expected: str) -> None:
    assert normalised(written).strip("|") == expected
    assert normalised(normalised(written)) == normalised(written)


def test_what_is_too_long_is_cut() -> None:
    assert len(normalised("东" * 10_000)) == LONGEST


@pytest.mark.parametrize("number", [*range(1, 100), 107, 325])
def test_numerals_are_read_back(number: int) -> None:
    assert int(in_digits(in_characters(number))) == number


def test_traditional_script_is_read_back() -> None:
    known = "东莞市万江街道新谷涌社区横沥镇塘厦寮步号栋单元楼室东坑凤岗麻涌"
    assert traditional(known) != known
    assert simplified(traditional(known)) == known


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("3号2号楼810室", ("3", "2", "", "810")),
        ("13号2栋1单元801室", ("13", "2", "1", "801")),
        ("13号2幢801房", ("13", "2", "", "801")),
        ("13号A座1203", ("13", "A", "", "1203")),
        ("13号2-1-801", ("13", "2", "1", "801")),
        ("13号2-801室", ("13", "2", "", "801")),
        ("13号801", ("13", "", "", "801")),
        ("13", ("13", "", "", "")),
        ("13-2号", ("13-2", "", "", "")),
        ("13号8楼801室", ("13", "", "", "801")),
        ("13号2楼801室", ("13", "2", "", "801")),
        ("801室2栋13号", ("13", "2", "", "801")),
        ("2栋元单", ("", "2", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_numbers_are_taken_apart(written: str, expected: tuple[str, ...]) -> None:
    found = split(normalised("岗贝路" + written))

    assert found.numbers == Numbers(*expected)
    assert found.head.startswith("岗贝路")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("岗贝1路3号", "13号", id="a digit that went before 路"),
        pytest.param("岗贝路132栋", "13号2栋", id="a lost 号"),
        pytest.param("岗贝路1号32栋", "13号2栋", id="a digit that went past 号"),
        pytest.param("岗贝路13号1801室", "13号1栋801室", id="a lost 栋"),
        pytest.param("岗贝路1水3号", "13号", id="a stranger among digits"),
    ],
)
def test_one_slip_among_numbers_is_thought_of(written: str, meant: str) -> None:
    every = list(readings(spelled(written)))

    assert meant in {str(one.numbers) for one in every if one.edits == 1}
