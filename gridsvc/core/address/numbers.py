"""House numbers and what lies in a house (号, 栋, 单元, 室): found in a text and set in order.

A number is what tells two houses apart, so a doubtful one is never read in one way only:
`readings` returns what the text says and what it may have said before one character of it
was lost, added or exchanged with the next.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gridsvc.core.address.text import GAP, numbered

#: What each word after a number makes of it.
PART_OF_WORD = {
    "号": "number",
    "号院": "number",
    "弄": "number",
    "号楼": "building",
    "号栋": "building",
    "楼栋": "building",
    "栋楼": "building",
    "栋": "building",
    "幢": "building",
    "座": "building",
    "单元": "unit",
    "元单": "unit",
    "单": "unit",
    "元": "unit",
    "梯": "unit",
    "室": "room",
    "房": "room",
    "户": "room",
    "铺": "room",
    "号房": "room",
    "号室": "room",
    "房号": "room",
    "层": "floor",
    "楼": "floor",
}
_ORDER = ("number", "building", "unit", "room")
_WORDS = "|".join(sorted(PART_OF_WORD, key=lambda word: -len(word)))
_TOKEN = re.compile(
    rf"(?P<lot>[A-Z]?\d+[A-Z]?(?:-\d*[A-Z]?\d*)*|[A-Z](?=栋|幢|座|号楼|单元))(?P<word>{_WORDS})?"
)
_STRAY = re.compile(rf"[号栋幢室单元]{re.escape(GAP)}")
_INSERTED = ("栋", "号")


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of an address as far as they are given; an empty text is "not given"."""

    number: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""

    @property
    def depth(self) -> int:
        """How many of the parts are given."""
        return sum(bool(part) for part in (self.number, self.building, self.unit, self.room))

    @property
    def level(self) -> str:
        """The name of the deepest part given: room, unit, building or house."""
        for part in ("room", "unit", "building"):
            if getattr(self, part):
                return part
        return "house"

    def __str__(self) -> str:
        words = ("号", "栋", "单元", "室")
        parts = (self.number, self.building, self.unit, self.room)
        return "".join(part + word for part, word in zip(parts, words, strict=True) if part)


@dataclass(frozen=True, slots=True)
class Split:
    """A text in two: names with gaps where numbers stood, and the numbers."""

    head: str
    numbers: Numbers
    #: Characters that must be taken as wrong for this to be what was meant.
    edits: int = 0
    #: A stranger stands before or among the digits, or stood there; it may have been one.
    is_doubtful: bool = False


@dataclass(slots=True)
class _Slots:
    filled: dict[str, str] = field(default_factory=dict)
    edits: int = 0

    def put(self, part: str, lot: str) -> None:
        if self.filled.setdefault(part, lot) != lot:
            self.edits += 2  # two house numbers: one of them is not ours

    def next_free(self) -> str | None:
        last = max((i for i, part in enumerate(_ORDER) if part in self.filled), default=-1)
        return _ORDER[last + 1] if last + 1 < len(_ORDER) else None


def split(text: str) -> Split:
    """Return the names and the numbers of a normalised text, read as it stands."""
    tokens = list(_TOKEN.finditer(text))
    slots = _Slots()
    for position, token in enumerate(tokens):
        _take(slots, token, position == len(tokens) - 1)
    head = _TOKEN.sub(GAP, text)
    parts = {part: lot for part, lot in slots.filled.items() if part in _ORDER}
    floor = slots.filled.get("floor")
    # 2楼801室 cannot be the second floor: it is building 2.
    if floor and "building" not in parts and parts.get("room") and not _on(floor, parts["room"]):
        parts["building"] = floor
    return Split(
        head=head,
        numbers=Numbers(**parts),
        edits=slots.edits,
        is_doubtful=_STRAY.search(head) is not None,
    )


def readings(spelled: str) -> Iterator[Split]:
    """Return what a text says first, then what one slip among its numbers may have hidden.

    The text is `spelled`, not yet `numbered`: 岗贝1路3号 may have been 岗贝路13号.
    """
    text = numbered(spelled)
    said = split(text)
    yield said
    seen = {(said.head, said.numbers)}
    for repaired in _repairs(spelled):
        other = split(numbered(repaired))
        if (other.head, other.numbers) not in seen:
            seen.add((other.head, other.numbers))
            is_doubtful = other.is_doubtful or len(repaired) < len(spelled)
            yield replace(other, edits=other.edits + 1, is_doubtful=is_doubtful)
    floor = re.search(r"(\d+)楼", text)
    if floor and not said.numbers.building:
        numbers = replace(said.numbers, building=floor[1])
        if (said.head, numbers) not in seen:
            yield Split(head=said.head, numbers=numbers, edits=said.edits)


def _take(slots: _Slots, token: re.Match[str], is_last: bool) -> None:
    lot, word = token["lot"].strip("-"), token["word"]
    if word is None:
        pieces = [piece for piece in lot.split("-") if piece]
        for position, piece in enumerate(pieces):
            part = slots.next_free()
            # A long number inside a house is a room, and so is the last one in a building.
            is_end = is_last and position == len(pieces) - 1
            is_room = bool(slots.filled) and (len(piece) >= 3 or (is_end and part == "unit"))
            slots.put("room" if is_room or part is None else part, piece)
        return
    part = PART_OF_WORD[word]
    pieces = [piece for piece in lot.split("-") if piece]
    if part == "room" and len(pieces) in (2, 3):
        for name, piece in zip(("building", "unit"), pieces[:-1], strict=False):
            slots.put(name, piece)
        lot = pieces[-1]
    if part == "number" and "number" in slots.filled:
        # 13号801号: the second can only be something inside.
        slots.edits += 1
        part = "room" if is_last and len(lot) >= 3 else "building"
    slots.put(part, lot)


def _on(floor: str, room: str) -> bool:
    return room[:-2].lstrip("0") == floor.lstrip("0")


def _repairs(text: str) -> Iterator[str]:
    """Return texts that one slip at the edge of a number would have turned into this one."""
    for i in range(len(text) - 1):
        a, b = text[i], text[i + 1]
        if a.isdigit() != b.isdigit() and a.isascii() + b.isascii() == 1:
            yield text[:i] + b + a + text[i + 2 :]
        if a.isdigit() and b.isdigit():
            for word in _INSERTED:
                yield text[: i + 1] + word + text[i + 1 :]
        if i and text[i - 1].isdigit() and not a.isascii():
            yield text[:i] + text[i + 1 :]
