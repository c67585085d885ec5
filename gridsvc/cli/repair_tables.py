"""The preview of a repair as a table for people."""

from rich.console import Console
from rich.table import Table

from gridsvc.services.area_repairs import AFTER, RepairPreview

_ROWS_AT_MOST = 50


def print_preview(preview: RepairPreview) -> None:
    """Print what a repair would change, the most land first, on stdout."""
    console = Console()
    changed = preview.repair.changed
    table = Table(
        title=f"A repair would change: {len(changed)} of {len(preview.repair.areas)} areas",
        title_justify="left",
        title_style="bold",
    )
    for name, justify in (
        ("id", "left"),
        ("before m²", "right"),
        ("after m²", "right"),
        ("Δ m²", "right"),
        ("what would be done", "left"),
    ):
        table.add_column(name, justify="right" if justify == "right" else "left")
    for one in changed[:_ROWS_AT_MOST]:
        table.add_row(
            one.id,
            f"{one.before_m2:,.1f}",
            f"{one.after_m2:,.1f}",
            f"{one.delta_m2:+,.2f}",
            "; ".join(one.done),
        )
    if changed:
        console.print(table)
    else:
        console.print("A repair would change no area.")
    if len(changed) > _ROWS_AT_MOST:
        console.print(f"… and {len(changed) - _ROWS_AT_MOST} more: the preview has them all")
    console.print(
        "Besides, every vertex goes to the nearest millimetre, and segments over 500 m get "
        f"vertices in between. Findings: {preview.findings_before} before, "
        f"{preview.findings_after} after."
    )
    console.print(
        f"Nothing was changed. Look at {preview.out.name} in QGIS; its layer '{AFTER}' is what "
        f"would be imported: --layer {AFTER}"
    )
