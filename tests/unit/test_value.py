"""Changed copies of values: what `replace` makes, made faster."""

from dataclasses import dataclass, field, replace

import pytest

from gridsvc.core.life_cycle import State
from gridsvc.core.value import changed
from tests.domain_builders import incident as an_incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """Knows its area, which follows from its side."""

    side: int
    area: int = field(init=False, default=0)


def test_a_changed_copy_is_what_replace_makes() -> None:
    incident = an_incident()

    moved = changed(incident, state=State.FILED, version=3, level=None)

    assert moved == replace(incident, state=State.FILED, version=3, level=None)
    assert moved != incident
    assert incident == an_incident(), "the value itself has changed"


def test_a_changed_copy_is_checked_as_a_new_value_is() -> None:
    with pytest.raises(ValueError, match="received_at must carry a time zone"):
        changed(an_incident(), received_at=an_incident().received_at.replace(tzinfo=None))


def test_a_field_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        changed(an_incident(), colour="red")


def test_a_value_that_keeps_what_follows_from_its_fields_is_refused() -> None:
    with pytest.raises(TypeError, match="use replace"):
        changed(Square(side=2), side=3)
