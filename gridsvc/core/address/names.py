"""What else a division is called: forms that follow from its name, as a table.

東城街道 is also written 东城区 and 东城街道办; a village that became a community keeps
its old suffix in people's letters. Names that follow from nothing are data (`aliases.csv`).
"""

from collections.abc import Iterator
from enum import IntEnum


class Form(IntEnum):
    """How a name was written; a lower value is the stronger evidence."""

    STANDARD = 0
    ALIAS = 1
    #: Without its suffix: 桥头 may be a town, a community or the beginning of a street.
    BARE = 2


#: By the suffix of the standard name, what stands in its place.
SUFFIXES: dict[str, tuple[str, ...]] = {
    "街道": ("街道办事处", "街道办", "街办", "区", "街道社区服务中心"),
    "镇": ("镇政府", "镇人民政府", "镇区"),
    "社区": (
        *("社区居民委员会", "社区居委会", "社区居委", "居民委员会", "居委会", "居委"),
        *("村", "村委会", "社区村委会", "社区工作站"),
    ),
    "村": (
        *("村村民委员会", "村民委员会", "村村委会", "村委会", "村委", "行政村"),
        *("社区", "社区居委会", "村社区"),
    ),
    "市": (),
    "区": (),
    "县": (),
    "乡": (),
}


def forms_of(name: str) -> Iterator[tuple[str, Form]]:
    """Return the ways a division's name is written, the standard one first."""
    yield name, Form.STANDARD
    for suffix, others in SUFFIXES.items():
        core = name.removesuffix(suffix)
        if core == name or len(core) < 2:
            continue
        for other in others:
            yield core + other, Form.ALIAS
        yield core, Form.BARE
        return


def street_forms(name: str) -> Iterator[tuple[str, Form]]:
    """Return the ways a street, lane, estate or hamlet is written."""
    yield name, Form.STANDARD
    for suffix in ("花园", "小区"):
        core = name.removesuffix(suffix)
        if core != name and len(core) >= 2:
            yield core + ("小区" if suffix == "花园" else "花园"), Form.ALIAS
