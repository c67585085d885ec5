"""Codes of divisions for files that hold names only, as maps from the web do.

The list built in is that of the sample city's facts; a city of its own brings a table with
the columns code, name and, where names repeat, parent_code.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from geodata import facts
from gridsvc.services.importing.table import missing_columns, read_table, readers
from gridsvc.services.refusal import BadFile

_KIND_WORDS = re.compile(
    "(街道办事处|街道|镇|管理委员会|管委会|高新技术产业开发区|高新区|园区"
    "|社区居民委员会|村民委员会|社区|村)$"
)


@dataclass(frozen=True, slots=True)
class CodeList:
    """Which divisions there are by the public list of codes."""

    names: dict[str, str]
    names_en: dict[str, str]

    def codes_named(self, name: str, level: str | None) -> tuple[str, ...]:
        """Return the codes of a level (of any when None) that go by a name.

        A name that nobody bears in full is looked for without the words for its kind:
        松山湖管委会 is 松山湖.
        """
        among = {
            code: known
            for code, known in self.names.items()
            if level is None or level_of(code) == level
        }
        exact = tuple(code for code, known in among.items() if known == name)
        return exact or tuple(code for code, known in among.items() if stem(known) == stem(name))


def stem(name: str) -> str:
    """Return a name without the words for what kind of division it is."""
    return _KIND_WORDS.sub("", name) or name


def level_of(code: str) -> str:
    """Return the level that the form of a 12-digit code tells.

    Cities without counties, as Dongguan is, write zeros where a county would stand, and so
    do the neighbours' districts, which take the towns' place here.
    """
    if code.endswith("00000000"):
        return "city"
    return "town" if code.endswith("000") else "community"


def parent_of(code: str) -> str | None:
    """Return the code one level up by the form of a code, None from a city."""
    level = level_of(code)
    if level == "city":
        return None
    return code[:4] + "0" * 8 if level == "town" else code[:9] + "000"


def built_in_codes() -> CodeList:
    """Return the codes of the sample city and its neighbours."""
    rows = [*facts.rows("foreign_divisions.csv"), *facts.rows("towns.csv")]
    names = {row["code"]: row["name"] for row in rows}
    names |= {c.code: c.name for c in facts.communities()}
    return CodeList(names, {row["code"]: row["name_en"] for row in rows})


def read_codes(path: Path) -> CodeList:
    """Read a table of codes and names."""
    table = read_table(path)
    if lacking := missing_columns(table, ("code", "name")):
        raise BadFile(path, lacking[0].statement)
    names, names_en = {}, {}
    for row in readers(table, "code"):
        code = row.text("code")
        names[code] = row.text("name")
        names_en[code] = row.text("name_en", required=False)
        if row.problems:
            raise BadFile(path, str(row.problems[0]))
    return CodeList(names, names_en)
