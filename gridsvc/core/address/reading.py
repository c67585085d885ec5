"""How well a division or a street explains a text: what is wrong, missing or out of order.

A cost has two parts that are never added up. *Edits* are characters that must be taken as
slips. *Irregularities* are what a correct writer may do: leave a part out, use another
name, begin with the street. A reading is better than another when it is in both.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gridsvc.core.address.lexicon import Gazetteer, Hit, Street
from gridsvc.core.address.names import Form
from gridsvc.core.address.text import GAP

#: What stands before the city or beside an address and says nothing.
_SILENT = (
    *("中华人民共和国", "中国", "广东省", "广东", "地址", "住址", "位于", "附近", "旁边", "对面"),
    *("辖区内", "辖区", "门口"),
)
#: Whoever writes one of these names a division; one we do not know is not a street.
_OF_DIVISIONS = ("省", "市", "县", "镇", "街道", "社区", "自治区")
#: An unexplained one of these is a place that we do not know: 北京市, 湖南省, 博罗县.
_ELSEWHERE = re.compile(r"[^|]{2}(省|市|县|自治区|特区)")
#: A reading with more slips is a guess and is not offered.
MOST_EDITS = 3


class Cost(NamedTuple):
    """Slips and irregularities; smaller is better, slips first."""

    edits: int
    irregular: int


@dataclass(frozen=True, slots=True)
class StreetReading:
    """A street that explains the names of a text."""

    street: Street
    cost: Cost
    #: A numeral or direction is taken for another: worth offering, never alone.
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class DivisionReading:
    """A division that explains the names of a text, but for a street that is not known."""

    code: str
    cost: Cost
    #: Something after the division is not explained.
    has_rest: bool


class Head:
    """The names of a text with every hit in it, ready to be explained."""

    def __init__(self, gazetteer: Gazetteer, head: str, *, near: bool) -> None:
        self.said = head
        for word in _SILENT:
            head = head.replace(word, GAP * len(word))
        self.text = head
        self.size = len(head) - head.count(GAP)
        self._gazetteer = gazetteer
        hits = gazetteer.hits(head)
        if near:
            hits += gazetteer.near_hits(head)
        self._divisions: dict[str, list[Hit]] = defaultdict(list)
        self._streets: dict[str, list[Hit]] = defaultdict(list)
        for hit in hits:
            (self._streets if hit.term.is_street else self._divisions)[hit.term.ref].append(hit)

    def streets(self) -> list[StreetReading]:
        """Return the streets that explain the text, best first."""
        found = []
        known: dict[tuple[str, ...], tuple[Cost, bool]] = {}
        for name, hits in self._streets.items():
            for street in self._gazetteer.streets[name]:
                path = self._gazetteer.paths[street.community_code]
                # Streets whose divisions are not mentioned are all explained alike.
                key = (name, *(code if code in self._divisions else "" for code in path))
                if key not in known:
                    cost, used = self._cost(path, hits)
                    if self._is_elsewhere(used):
                        cost = Cost(self.size + 1, 99)
                    known[key] = (cost, any(hit.is_other for hit in used))
                cost, is_other = known[key]
                if cost.edits <= MOST_EDITS:
                    found.append(StreetReading(street, cost, is_other))
        return sorted(found, key=lambda r: (r.cost, r.street.street_id))

    def divisions(self, *, has_numbers: bool) -> list[DivisionReading]:
        """Return the divisions that explain the text or its beginning, best first."""
        found = []
        for code in self._divisions:
            cost, used = self._cost(self._gazetteer.paths[code], None)
            free = self._after(used)
            is_bare = any(h.term.form is Form.BARE for h in used if h.term.ref == code)
            rest = "" if is_bare or (not has_numbers and len(free) < 2) else free
            if any(word in rest for word in _OF_DIVISIONS):
                rest = ""
            edits = cost.edits - len(rest)
            if edits <= min(MOST_EDITS, max(1, self.size // 3)) and not self._is_elsewhere(used):
                slack = 1 if rest else 0
                reading = Cost(edits, cost.irregular + slack)
                found.append(DivisionReading(code, reading, bool(rest)))
        return sorted(found, key=lambda r: (r.cost, -len(self._gazetteer.paths[r.code]), r.code))

    def _is_elsewhere(self, used: Iterable[Hit]) -> bool:
        """Tell whether what some hits leave unexplained names a city we do not know."""
        text = self.text
        for hit in used:
            text = text[: hit.start] + GAP * (hit.end - hit.start) + text[hit.end :]
        return _ELSEWHERE.search(text) is not None

    def _after(self, used: Sequence[Hit]) -> str:
        """Return what follows the last of some hits."""
        return self.text[max((hit.end for hit in used), default=0) :].replace(GAP, "")

    def _cost(
        self, path: Sequence[str], street: Sequence[Hit] | None
    ) -> tuple[Cost, tuple[Hit, ...]]:
        """Return the least cost of a path with a street, and the hits it uses.

        Without a street the lowest division of the path must be in the text itself.
        """
        roles: list[Sequence[Hit | None]] = [
            _choices(self._divisions.get(code, ()), can_miss=street is not None or code != path[-1])
            for code in path
        ]
        if street is not None:
            roles.append(_choices(street, can_miss=False))
        best: tuple[Cost, tuple[Hit, ...]] = (Cost(self.size + 1, 99), ())
        for chosen in _combinations(roles):
            edits, irregular, last = self.size, 0, -1
            for position, hit in enumerate(chosen):
                if hit is None:
                    # Mentioning the city is a courtesy: this installation serves one.
                    irregular += position > 0
                    continue
                edits += hit.edits + hit.start - hit.end
                irregular += hit.term.form is not Form.STANDARD
                if hit.start < last:
                    irregular += 1
                last = hit.start
            if (edits, irregular) < best[0]:
                best = (Cost(edits, irregular), tuple(hit for hit in chosen if hit is not None))
        return best


def _choices(hits: Iterable[Hit], *, can_miss: bool) -> Sequence[Hit | None]:
    """Return the hits worth trying: of one that overlaps a better one nothing can be gained."""
    kept: list[Hit | None] = []
    plain = [hit for hit in hits if not hit.edits and hit.term.form is Form.STANDARD]
    for hit in sorted(hits, key=lambda h: (h.edits, h.start - h.end)):
        if hit.edits and any(hit.start < p.end and p.start < hit.end for p in plain):
            continue
        kept.append(hit)
    kept = kept[:6]
    return [*kept, None] if can_miss else kept


def _combinations(roles: Sequence[Sequence[Hit | None]]) -> Iterable[tuple[Hit | None, ...]]:
    """Return every choice of one hit (or none) for each role of which no two overlap."""
    partial: list[tuple[Hit | None, ...]] = [()]
    for choices in roles:
        partial = [
            (*done, hit)
            for done in partial
            for hit in choices
            if hit is None
            or all(o is None or o.end <= hit.start or hit.end <= o.start for o in done)
        ]
    return partial
