"""Damage that people do to addresses, by class, seeded: what geocoding is measured against."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random  # noqa: TID251 - always seeded

from gridsvc.core.address.script import traditional

#: For wrong characters: of division and street names, so that slips lead to other names too.
STRANGERS = "一二三东西南北新村石横塘岗桥沙湖山江水城路街巷社区镇云月青"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An address of the table in its parts."""

    code: str
    city: str
    town: str
    community: str
    street: str
    #: As written after the street: 13号2栋1单元801室.
    numbers: str

    @property
    def text(self) -> str:
        """The whole standard address."""
        return self.city + self.town + self.community + self.street + self.numbers


Damage = Callable[[Known, Random], str]


def full(known: Known, _: Random) -> str:
    return known.text


def variant(known: Known, rng: Random) -> str:
    """Other ways to write the same: full width, other words after numbers, no city."""
    numbers = known.numbers
    for word, others in (("栋", "幢座"), ("室", "房"), ("号", "號#")):
        numbers = numbers.replace(word, rng.choice(word + others))
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    if rng.random() < 0.5:
        numbers = numbers.translate(wide)
    city = rng.choice(["广东省东莞市", "东莞市", "东莞", "", "东莞市 "])
    return (
        city + known.town + known.community + rng.choice(["", " ", "，"]) + known.street + numbers
    )


def missing_town(known: Known, _: Random) -> str:
    return known.city + known.community + known.street + known.numbers


def missing_city_and_town(known: Known, _: Random) -> str:
    return known.community + known.street + known.numbers


def missing_community(known: Known, _: Random) -> str:
    return known.city + known.town + known.street + known.numbers


def alias(known: Known, rng: Random) -> str:
    """东城区, a town without 镇, a village committee, a community still called a village."""
    town, community = known.town, known.community
    bare = town.removesuffix("街道").removesuffix("镇")
    towns = [bare, bare + "街道办"] if town.endswith("街道") else [bare]
    if town.endswith("街道"):
        towns.append(bare + "区")
    core = community.removesuffix("社区").removesuffix("村")
    communities = (
        [community + "居委会", core + "居委会", core + "村"]
        if community.endswith("社区")
        else [community + "委会", core + "社区", core + "村民委员会"]
        if community.endswith("村")
        else [community]
    )
    if rng.random() < 0.7:
        town = rng.choice(towns)
    if town == known.town or rng.random() < 0.5:
        community = rng.choice(communities)
    return known.city + town + community + known.street + known.numbers


def traditional_script(known: Known, _: Random) -> str:
    return traditional(known.text)


def name_typo(known: Known, rng: Random) -> str:
    """One character of the names wrong, missing, extra, or swapped with the next."""
    names = known.city + known.town + known.community + known.street
    return slip(names, rng) + known.numbers


def number_typo(known: Known, rng: Random) -> str:
    """The same among the numbers: much of it reads as another address that exists."""
    names = known.city + known.town + known.community + known.street
    return names + slip(known.numbers, rng, "0123456789号栋室单元")


def swapped_parts(known: Known, rng: Random) -> str:
    parts = [known.city, known.town, known.community, known.street + known.numbers]
    if rng.random() < 0.3:
        parts[3:] = [known.numbers, known.street]
    shuffled = parts[:]
    while shuffled == parts:
        rng.shuffle(shuffled)
    return "".join(shuffled)


def number_not_there(known: Known, rng: Random) -> str:
    """A house number that no street has."""
    return f"{known.city}{known.town}{known.community}{known.street}{rng.randint(5000, 9000)}号"


def street_not_there(known: Known, _: Random) -> str:
    """A street that no town has."""
    return f"{known.city}{known.town}{known.community}玄铁重剑路{known.numbers}"


def other_city(known: Known, rng: Random) -> str:
    city = rng.choice(["北京市", "广州市天河区", "湖南省长沙市", "深圳市南山区"])
    return city + known.town + known.community + known.street + known.numbers


def slip(text: str, rng: Random, strangers: str = STRANGERS) -> str:
    """Return a text with one slip; always another text."""
    while True:
        at = rng.randrange(len(text))
        kind = rng.randrange(4)
        if kind == 0:
            made = text[:at] + rng.choice(strangers) + text[at + 1 :]
        elif kind == 1:
            made = text[:at] + text[at + 1 :]
        elif kind == 2:
            made = text[:at] + rng.choice(strangers) + text[at:]
        else:
            made = text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
        if made != text:
            return made


CLASSES: dict[str, Damage] = {
    "full": full,
    "other spelling": variant,
    "missing town": missing_town,
    "missing city and town": missing_city_and_town,
    "missing community": missing_community,
    "alias": alias,
    "traditional script": traditional_script,
    "typo in a name": name_typo,
    "typo in a number": number_typo,
    "swapped parts": swapped_parts,
}
#: Texts of places that are not in the table: a single house is always a wrong answer.
ABSENT: dict[str, Damage] = {
    "number not there": number_not_there,
    "street not there": street_not_there,
    "another city": other_city,
}


def damaged(sample: list[Known], damage: Damage, seed: int) -> Iterator[tuple[Known, str]]:
    """Return each address with its damaged text; the same seed gives the same."""
    for position, known in enumerate(sample):
        yield known, damage(known, Random(f"{seed} {position} {known.code}"))
