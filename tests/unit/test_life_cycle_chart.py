"""The page of the life-cycle is the one that its table makes."""

from pathlib import Path
from xml.etree import ElementTree

from gridsvc.core.life_cycle import State, Step
from gridsvc.core.life_cycle_chart import mermaid, moves, page, svg

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_up_to_date() -> None:
    """Run scripts/life-cycle after a change of the table."""
    assert (DOCS / "life-cycle.md").read_text(encoding="utf-8") == page()
    assert (DOCS / "life-cycle.svg").read_text(encoding="utf-8") == svg()


def test_every_state_and_every_move_is_drawn() -> None:
    drawing = ElementTree.fromstring(svg())
    texts = [found.text for found in drawing.iter() if found.text]
    assert set(State) <= set(texts)
    for (origin, target), steps in moves().items():
        assert f"{origin} --> {target} : {', '.join(steps)}" in mermaid()
        assert set(steps) <= set(texts)


def test_every_step_is_listed() -> None:
    assert all(f"`{step}`" in page() for step in Step)
