"""What will go wrong in a played story: drawn by shares, the same by the same seed."""

import random  # noqa: TID251 - what is drawn by a seed is held to it
from dataclasses import fields, replace

import pytest

from gridsvc.cli.simulation.manners import Manners, Plot

ALWAYS = Manners(**{field.name: 1.0 for field in fields(Manners)})


def plots(manners: Manners, count: int = 200) -> list[set[str]]:
    return [Plot.drawn(random.Random(f"1 {n}"), manners).ahead for n in range(count)]


def test_the_same_seed_plays_the_same() -> None:
    assert plots(Manners()) == plots(Manners())


def test_one_share_moves_no_other() -> None:
    without = plots(replace(Manners(), extension=0.0))

    assert any("extension" in plot for plot in plots(Manners()))
    assert without == [plot - {"extension"} for plot in plots(Manners())]


@pytest.mark.parametrize("name", [field.name for field in fields(Manners)])
def test_what_is_ahead_comes_once(name: str) -> None:
    plot = Plot.drawn(random.Random(1), ALWAYS)

    assert [plot.comes(name), plot.comes(name)] == [True, False]
