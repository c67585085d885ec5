"""The life-cycle drawn: the table of steps as a page with a diagram and a list of every row.

Everything follows from `transition`; only where the states stand on the sheet is chosen here.
"""

from collections import defaultdict
from html import escape

from gridsvc.core.guard import GUARDS
from gridsvc.core.life_cycle import TERMINAL_STATES, State, Step
from gridsvc.core.transition import STEPS, Transition

WORDS: dict[State, str] = {
    State.REPORTED: "上报",
    State.VERIFYING: "核实",
    State.FILED: "立案",
    State.DISPATCHED: "派遣",
    State.HANDLING: "处置",
    State.RECHECKING: "核查",
    State.RETURNED: "退单",
    State.CLOSED: "结案",
    State.VOIDED: "作废",
}
_WIDTH, _HEIGHT, _BOX = 1180, 620, (150, 56)
#: the middle of each state's box: the main chain from left to right, what ends it below
_MIDDLES: dict[State, tuple[int, int]] = {
    State.REPORTED: (110, 250),
    State.VERIFYING: (110, 50),
    State.FILED: (350, 250),
    State.DISPATCHED: (590, 250),
    State.HANDLING: (830, 250),
    State.RECHECKING: (1070, 250),
    State.RETURNED: (710, 50),
    State.VOIDED: (350, 530),
    State.CLOSED: (830, 530),
}
#: A step from so many states to one is told in words.
_MANY = 4
_STYLE = (
    "text{font:13px sans-serif;fill:#222}.zh{font-size:17px;font-weight:600}"
    ".step{font-size:11px;fill:#333;paint-order:stroke;stroke:#fff;stroke-width:4px}rect{fill:#fff;stroke:#555;stroke-width:1.5;rx:8}"
    ".end{fill:#eee}path{fill:none;stroke:#888;stroke-width:1.2;marker-end:url(#tip)}"
)


def moves() -> dict[tuple[State, State], list[Step]]:
    """Return the steps that lead from one state to another, in the order of the table."""
    found: defaultdict[tuple[State, State], list[Step]] = defaultdict(list)
    for row in STEPS:
        if row.origin is not row.target and row.step not in found[row.origin, row.target]:
            found[row.origin, row.target].append(row.step)
    return dict(found)


def from_almost_anywhere() -> dict[tuple[Step, State], tuple[State, ...]]:
    """Return the steps that end an incident from many states, with those; arrows would hide."""
    found: defaultdict[tuple[Step, State], list[State]] = defaultdict(list)
    for (origin, target), steps in moves().items():
        for step in steps:
            found[step, target].append(origin)
    return {
        (step, target): tuple(origins)
        for (step, target), origins in found.items()
        if len(origins) >= _MANY
    }


def mermaid() -> str:
    """Return the moves as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.REPORTED}"]
    lines += [f"    {state} : {state} {WORDS[state]}" for state in State]
    for (origin, target), steps in moves().items():
        lines.append(f"    {origin} --> {target} : {', '.join(steps)}")
    lines += [f"    {state} --> [*]" for state in State if state in TERMINAL_STATES]
    return "\n".join(lines)


def svg() -> str:
    """Return the moves as a drawing; lines bend apart so that both ways can be seen."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'aria-label="The life-cycle of an incident">',
        f"<style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" style="fill:#888;stroke:none"/>'
        "</marker></defs>",
    ]
    labels: list[str] = []
    wide = from_almost_anywhere()
    for (origin, target), all_steps in moves().items():
        steps = [step for step in all_steps if (step, target) not in wide]
        if not steps:
            continue
        path, (x, y) = _arrow(_MIDDLES[origin], _MIDDLES[target])
        lines.append(f'<path d="{path}"/>')
        labels += [
            f'<text class="step" x="{x}" y="{y + 13 * at}" text-anchor="middle">'
            f"{escape(step)}</text>"
            for at, step in enumerate(steps)
        ]
    for state, (x, y) in _MIDDLES.items():
        kind = ' class="end"' if state in TERMINAL_STATES else ""
        lines += [
            f'<rect{kind} x="{x - _BOX[0] // 2}" y="{y - _BOX[1] // 2}" '
            f'width="{_BOX[0]}" height="{_BOX[1]}"/>',
            f'<text class="zh" x="{x}" y="{y - 2}" text-anchor="middle">{WORDS[state]}</text>',
            f'<text x="{x}" y="{y + 18}" text-anchor="middle">{state}</text>',
        ]
    for (step, target), origins in wide.items():
        x, y = _MIDDLES[target]
        left = ", ".join(origins)
        labels.append(
            f'<text class="step" x="{x}" y="{y + 46}" text-anchor="middle">'
            f"<tspan>{step}</tspan> from {escape(left)}</text>"
        )
    return "\n".join([*lines, *labels, "</svg>"]) + "\n"


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    """Return a bent line between two boxes, and where its words stand."""
    (x1, y1), (x2, y2) = start, end
    dx, dy = x2 - x1, y2 - y1
    length = max(1.0, (dx * dx + dy * dy) ** 0.5)
    # to the left of its own direction; in one column the words of both ways need more room
    bend = 0.16 * length + (50 if dx == 0 else 0)
    cx, cy = (x1 + x2) / 2 + dy / length * bend, (y1 + y2) / 2 - dx / length * bend
    (sx, sy), (tx, ty) = _edge(start, (cx, cy)), _edge(end, (cx, cy))
    label = ((sx + 2 * cx + tx) / 4, (sy + 2 * cy + ty) / 4 - 4)
    return (
        f"M{sx:.0f} {sy:.0f}Q{cx:.0f} {cy:.0f} {tx:.0f} {ty:.0f}",
        (round(label[0]), round(label[1])),
    )


def _edge(middle: tuple[int, int], towards: tuple[float, float]) -> tuple[float, float]:
    """Return where the line from a box's middle leaves the box."""
    dx, dy = towards[0] - middle[0], towards[1] - middle[1]
    half_width, half_height = _BOX[0] / 2 + 3, _BOX[1] / 2 + 3
    scale = min(
        half_width / abs(dx) if dx else float("inf"),
        half_height / abs(dy) if dy else float("inf"),
    )
    return middle[0] + dx * scale, middle[1] + dy * scale


def page() -> str:
    """Return the whole page as Markdown."""
    rows = "\n".join(_line(row) for row in STEPS)
    guards = "\n".join(f"| `{guard}` | {rule.message} |" for guard, rule in GUARDS.items())
    return f"""# The life-cycle of an incident

Made from `gridsvc/core/transition.py` by `scripts/life-cycle`; change the table there and
run it again. Being overdue is a fact about a clock and never a state.

![The life-cycle](life-cycle.svg)

```mermaid
{mermaid()}
```

## Every step

A step without a target leaves the incident in its state. Of several rows of a step, the
first is taken that is open to whoever acts and whose guards hold.

| from | step | to | by | guards |
|---|---|---|---|---|
{rows}

## Guards

What a guard says when it refuses:

| guard | refusal |
|---|---|
{guards}
"""


def _line(row: Transition) -> str:
    target = "" if row.target is row.origin else f"{row.target} {WORDS[row.target]}"
    by = ", ".join(sorted(row.roles))
    guards = ", ".join(f"`{guard}`" for guard in row.guards)
    return f"| {row.origin} {WORDS[row.origin]} | `{row.step}` | {target} | {by} | {guards} |"
