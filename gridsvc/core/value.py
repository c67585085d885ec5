"""Values: changed copies of frozen dataclasses, for the paths where thousands are made."""

from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

Value = TypeVar("Value")
Setter = Callable[[Any, Any], None]


def changed(value: Value, **changes: Any) -> Value:
    """Return a copy of a slotted value with some fields changed, checked as a new one is.

    `dataclasses.replace` asks every field for its default and calls `__init__` with all of
    them, which costs three times as much for a value of forty fields.
    """
    kind: Any = type(value)
    read, setters, by_name, check = _slots_of(kind)
    copy: Value = object.__new__(kind)
    for put, kept in zip(setters, read(value), strict=True):
        put(copy, kept)
    for name, other in changes.items():
        by_name[name](copy, other)
    if check is not None:
        check(copy)
    return copy


@lru_cache(maxsize=64)
def _slots_of(
    kind: type,
) -> tuple[
    Callable[[Any], tuple[Any, ...]],
    list[Setter],
    dict[str, Setter],
    Callable[[Any], None] | None,
]:
    """Return how to read every field of a kind of value at once, and how to write each."""
    names = [field.name for field in fields(kind)]
    if not all(field.init for field in fields(kind)):
        raise TypeError(f"a {kind.__name__} keeps what follows from its fields; use replace")
    by_name: dict[str, Setter] = {name: getattr(kind, name).__set__ for name in names}
    check: Callable[[Any], None] | None = getattr(kind, "__post_init__", None)
    return attrgetter(*names), list(by_name.values()), by_name, check
