"""An audit as tables for people."""

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from gridsvc.services.audits import KINDS, Audit

_ROWS_AT_MOST = 50
_Cells = Callable[[Any], tuple[str, ...]]


def print_audit(audit: Audit) -> None:
    """Print one table per kind of problem on stdout, the largest findings first."""
    console = Console()
    problems = audit.problems
    console.print(f"{problems.features} features, measured in {problems.measured_in}")
    for kind in KINDS:
        found = getattr(problems, kind)
        title, columns, cells = _TABLES[kind]
        if not found:
            console.print(f"{title}: none")
            continue
        table = Table(title=f"{title}: {len(found)}", title_justify="left", title_style="bold")
        for name in columns:
            number = name in {"m²", "m", "width m"}
            # A lon/lat that is folded or cut cannot be copied.
            table.add_column(
                name, justify="right" if number else "left", no_wrap=number or name == "lon, lat"
            )
        for one in found[:_ROWS_AT_MOST]:
            table.add_row(*cells(one))
        console.print(table)
        if len(found) > _ROWS_AT_MOST:
            console.print(f"… and {len(found) - _ROWS_AT_MOST} more: --json has them all")
    if audit.datum is not None:
        _print_datum(console, audit)


def _print_datum(console: Console, audit: Audit) -> None:
    verdict = audit.datum
    if verdict is None:
        return
    fits = ", ".join(f"{name} {metres:.0f} m" for name, metres in verdict.median_m.items())
    word = (
        f"declared {verdict.declared}, probably {verdict.likely}"
        if verdict.is_doubted
        else f"{verdict.declared}, as declared"
    )
    console.print(f"Datum: {word} (median distance of {verdict.vertices} vertices: {fits})")


def _place(place: tuple[float, float] | None) -> str:
    return "" if place is None else f"{place[0]:.6f}, {place[1]:.6f}"


_TABLES: dict[str, tuple[str, tuple[str, ...], _Cells]] = {
    "invalid": (
        "Invalid rings",
        ("id", "reason", "part", "ring", "lon, lat"),
        lambda x: (x.id, x.reason, *(_number(n) for n in (x.part, x.ring)), _place(x.place)),
    ),
    "gaps": (
        "Gaps",
        ("m²", "width m", "near", "lon, lat"),
        lambda x: (f"{x.area_m2:,.1f}", f"{x.width_m:.1f}", ", ".join(x.near), _place(x.place)),
    ),
    "overlaps": (
        "Overlaps",
        ("a", "b", "m²", "width m", "lon, lat"),
        lambda x: (x.a, x.b, f"{x.area_m2:,.1f}", f"{x.width_m:.1f}", _place(x.place)),
    ),
    "slivers": (
        "Slivers",
        ("id", "m²", "width m", "lon, lat"),
        lambda x: (x.id, f"{x.area_m2:,.1f}", f"{x.width_m:.2f}", _place(x.place)),
    ),
    "t_junctions": (
        "T-junctions (a has no vertex where b has one)",
        ("a", "b", "m", "lon, lat"),
        lambda x: (x.a, x.b, f"{x.offset_m:.4f}", _place(x.place)),
    ),
    "misowned": (
        "Borders without exactly two owners",
        ("ids", "m", "lon, lat"),
        lambda x: (", ".join(x.ids), f"{x.length_m:,.1f}", _place(x.place)),
    ),
    "outside_parent": (
        "Outside the parent",
        ("id", "parent", "m²", "lon, lat"),
        lambda x: (x.id, x.parent or "none", f"{x.area_m2:,.1f}", _place(x.place)),
    ),
}


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
