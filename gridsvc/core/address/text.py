"""Addresses as people write them, brought to one spelling before anything is compared.

Full-width and traditional characters, dashes, spaces and numerals become one form, on both
sides: what is asked and what the table holds. Nothing is guessed here.
"""

import re
import unicodedata

from gridsvc.core.address.script import simplified

#: Longer texts are no address; what is over is not read.
LONGEST = 120
#: Stands between stretches that a name cannot run across.
GAP = "|"

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣~～", "-"))
_DROPPED = re.compile(r"[^\w\-#|]|_")
_NUMERALS = "零一二三四五六七八九"
_VALUES = {"〇": 0, "零": 0, "两": 2, **{c: i for i, c in enumerate(_NUMERALS) if i}}
#: A numeral before one of these is part of a name: 岗贝1路 is 岗贝一路.
_OF_NAME = re.compile(
    r"(?<![\dA-Z\-])(\d{1,3})(?=号?(?:路|街|巷|坊|横|大道|胡同)|国道|省道|县道|队|里|村|社区|区)"
)
#: Before these it counts a house or something in it: 十三号 is 13号.
_OF_HOUSE = re.compile(
    r"[〇零一二两三四五六七八九十百]+(?=号|栋|幢|座|单元|室|房|层)(?!号(?:路|街|巷|大道))"
)
_SUBNUMBER = re.compile(r"(?<=\d)号之([一二三四五六七八九十\d]+)")


def normalised(text: str) -> str:
    """Return an address or a name in the spelling that is compared."""
    return numbered(spelled(text))


def spelled(text: str) -> str:
    """Return a text in one script, width and case; what is no character is left out."""
    text = unicodedata.normalize("NFKC", text[: LONGEST * 2]).upper()
    text = simplified(text).translate(_DASHES)
    text = _DROPPED.sub("", text.replace("/", "-"))[:LONGEST]
    return text.replace("#", "号").strip("-")


def numbered(text: str) -> str:
    """Return a text with numerals of names in characters and those of houses in digits."""
    text = _OF_NAME.sub(lambda found: in_characters(int(found[1])), text)
    text = _OF_HOUSE.sub(lambda found: in_digits(found[0]), text)
    return _SUBNUMBER.sub(lambda found: f"-{in_digits(found[1])}号", text)


def in_characters(number: int) -> str:
    """Return a number as lanes are numbered: 12 is 十二, 107 is 一零七."""
    if number >= 100 or number == 0:
        return "".join(_NUMERALS[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    return (
        (_NUMERALS[tens] if tens > 1 else "")
        + ("十" if tens else "")
        + (_NUMERALS[ones] if ones else "")
    )


def in_digits(numeral: str) -> str:
    """Return a numeral in digits; without 十 or 百 it is read digit by digit."""
    if numeral.isdigit() and numeral.isascii():
        return numeral
    if "十" not in numeral and "百" not in numeral:
        return "".join(str(_VALUES[c]) if c in _VALUES else c for c in numeral)
    total, pending = 0, None
    for character in numeral:
        if character == "十":
            total, pending = total + 10 * (1 if pending is None else pending), None
        elif character == "百":
            total, pending = total + 100 * (1 if pending is None else pending), None
        else:
            pending = _VALUES.get(character, 0)
    return str(total + (pending or 0))
