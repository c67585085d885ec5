"""`python -m geodata TARGET`: write the sample city into a directory."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from geodata.city import DEFAULT_SEED, generate


def main(
    target: Annotated[Path, typer.Argument(help="Directory for the files; made when missing.")],
    seed: Annotated[int, typer.Option(help="Another seed lays out another city.")] = DEFAULT_SEED,
) -> None:
    """Lay out the sample city and write its files."""
    talk = Console(stderr=True)
    columns = (
        TextColumn("{task.description:<12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=talk) as bars:
        tasks: dict[str, int] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(bars.task_ids[list(tasks).index(stage)], completed=done, total=total)

        summary = generate(target, seed, tell)
    talk.print(
        f"{summary.grids} grids and {summary.foreign_grids} beyond the city line, "
        f"{summary.divisions} divisions, {summary.officers} officers in {summary.holdings} "
        f"holdings, {summary.matters} matters, {summary.lines} lines, "
        f"{summary.addresses} addresses: "
        f"{summary.seconds:.1f} s, in {target}"
    )


if __name__ == "__main__":
    typer.run(main)
