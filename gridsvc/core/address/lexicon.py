"""Known names found in a text: as they are, or with one character wrong.

Chinese names are short, and trigrams of three characters say little: 振兴路 and 振华路 share
none. Instead every name is kept under what is left of it when any one character is taken
out. Two texts that are one insertion, loss, exchange or swap apart share such a remainder,
always; whether they truly are that near is then looked at.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from gridsvc.core.address.names import Form, forms_of, street_forms
from gridsvc.core.address.text import GAP, normalised

#: Shorter names are only found as they are: 东路 with one character wrong is anything.
_SHORTEST_NEAR = 3
_SHORTEST = 2
#: Characters that tell neighbours apart: 二巷 for 三巷 is another lane rather than a slip.
_TELLING = frozenset("一二三四五六七八九十东西南北上下前后左右")


@dataclass(frozen=True, slots=True)
class Term:
    """A way to write a name, and what it names."""

    #: A division's code, or a street's normalised name.
    ref: str
    is_street: bool
    form: Form


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in a text at [start, end), with `edits` characters wrong."""

    start: int
    end: int
    edits: int
    term: Term
    #: The slip would have made another name of it: 二巷 for 三巷.
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class Street:
    """The part of a street, lane, estate or hamlet that lies in one community."""

    street_id: int
    name: str
    community_code: str


class Gazetteer:
    """All names of one edition of the address table; immutable, threads may share it."""

    def __init__(
        self,
        paths: Mapping[str, Sequence[str]],
        names: Mapping[str, str],
        streets: Iterable[Street],
        aliases: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Index divisions (path of codes from the city down, name), streets and aliases.

        `aliases` are (name, division code) that do not follow from the division's own name.
        """
        self.paths = {code: tuple(path) for code, path in paths.items()}
        self.names = dict(names)
        self._terms: dict[str, list[Term]] = defaultdict(list)
        for code, name in names.items():
            for written, form in forms_of(normalised(name)):
                self._add(written, Term(code, False, form))
        for alias, code in aliases:
            for written, form in forms_of(normalised(alias)):
                self._add(written, Term(code, False, max(form, Form.ALIAS)))
        by_name: dict[str, list[Street]] = defaultdict(list)
        for street in streets:
            by_name[normalised(street.name)].append(street)
        for name in by_name:
            for written, form in street_forms(name):
                self._add(written, Term(name, True, form))
        self.streets = {name: tuple(parts) for name, parts in by_name.items()}
        self._longest = max(map(len, self._terms), default=0)

    def _add(self, written: str, term: Term) -> None:
        known = self._terms[written]
        if len(written) >= _SHORTEST and all(k.ref != term.ref for k in known):
            known.append(term)

    @cached_property
    def _remainders(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for written, terms in self._terms.items():
            if len(written) >= _SHORTEST_NEAR and any(t.form is Form.STANDARD for t in terms):
                for remainder in {written, *without_one(written)}:
                    found[remainder].append(written)
        return {remainder: tuple(names) for remainder, names in found.items()}

    def hits(self, head: str) -> list[Hit]:
        """Return every name that stands in a text."""
        return [
            Hit(start, end, 0, term)
            for start, end, window in windows(head, _SHORTEST, self._longest)
            for term in self._terms.get(window, ())
        ]

    def near_hits(self, head: str) -> list[Hit]:
        """Return every standard name that stands in a text with one character wrong."""
        found: dict[tuple[int, int, str], Hit] = {}
        remainders = self._remainders
        for start, end, window in windows(head, _SHORTEST_NEAR - 1, self._longest + 1):
            keys = {window, *without_one(window)}
            near = {name for key in keys for name in remainders.get(key, ())}
            for name in near:
                if name != window and one_edit_apart(name, window):
                    for term in self._terms[name]:
                        if term.form is Form.STANDARD:
                            is_other = tells_apart(name, window)
                            found[start, end, term.ref] = Hit(start, end, 1, term, is_other)
        return list(found.values())


def windows(head: str, shortest: int, longest: int) -> Iterator[tuple[int, int, str]]:
    """Return every stretch of a text that crosses no gap, with where it stands."""
    start = 0
    for segment in head.split(GAP):
        for i in range(len(segment)):
            for j in range(i + shortest, min(i + longest, len(segment)) + 1):
                yield start + i, start + j, segment[i:j]
        start += len(segment) + 1


def without_one(word: str) -> Iterator[str]:
    """Return what is left of a word when any one character is taken out."""
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def tells_apart(a: str, b: str) -> bool:
    """Tell whether two words differ by a numeral or a direction in the place of another."""
    differing = [pair for pair in zip(a, b, strict=False) if pair[0] != pair[1]]
    return len(a) == len(b) and len(differing) == 1 and _TELLING.issuperset(differing[0])


def one_edit_apart(a: str, b: str) -> bool:
    """Tell whether one wrong, extra, missing or swapped character separates two words."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1 or a == b:
        return False
    i = 0
    while i < len(a) and a[i] == b[i]:
        i += 1
    if len(a) < len(b):
        return a[i:] == b[i + 1 :]
    if a[i + 1 :] == b[i + 1 :]:
        return True
    return a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]
