"""Geocoding the sample city: outcomes by class of damage, and how long one text takes.

The table goes to stderr; stdout gets one JSON line for each class and one for the speed.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from gridsvc.embedded import EmbeddedCluster
from gridsvc.services.addresses import geocode
from gridsvc.services.context import Context
from gridsvc.services.sample_city import load_sample_city
from gridsvc.store.migrate import migrate
from tests.address_damage import ABSENT, CLASSES, damaged
from tests.address_score import Score, Tally, as_table, known_addresses, sample_of


def main(
    count: Annotated[int, typer.Option(help="Addresses of each class.")] = 2_000,
    seed: Annotated[int, typer.Option(help="Another seed does other damage.")] = 1,
    url: Annotated[
        str | None, typer.Option(help="A database with the sample city; else a new one.")
    ] = None,
) -> None:
    """Damage addresses of the sample city in every way we know and judge the answers."""
    with tempfile.TemporaryDirectory(prefix="gridsvc-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if url is not None:
            measure(url, folder, count, seed)
            return
        with EmbeddedCluster(folder / "pg", fsync=False) as made:
            migrate(made)
            measure(made, folder, count, seed)


def measure(url: str, folder: Path, count: int, seed: int) -> None:
    """Print what came of each class of damage."""
    ctx = Context.open(url, folder / "media")
    load_sample_city(ctx, Path("var/sample"), lambda *_: None)
    known = known_addresses(ctx)
    score, sample = Score(ctx, known), sample_of(known, count)
    tallies: dict[str, Tally] = {}
    for name, damage in {**CLASSES, **ABSENT}.items():
        tallies[name] = score.run(sample, damage, seed)
        shares = {outcome.name.lower(): n for outcome, n in tallies[name].outcomes.items()}
        typer.echo(json.dumps({"bench": f"geocode {name}", "texts": len(sample), **shares}))
    typer.echo("\n".join(as_table(tallies)), err=True)
    for name, tally in tallies.items():
        for wrong in tally.wrong[:5]:
            typer.echo(f"{name}: {wrong}", err=True)
    for name in ("full", "missing town", "typo in a name", "swapped parts"):
        took = []
        for _, written in damaged(sample[:300], CLASSES[name], seed):
            began = time.perf_counter()
            geocode(ctx, written)
            took.append((time.perf_counter() - began) * 1_000)
        p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
        line = {"bench": f"geocode one, {name}", "p50": round(p50, 2), "p99": round(p99, 2)}
        typer.echo(json.dumps({**line, "unit": "ms", "addresses": len(known)}))
    ctx.close()


if __name__ == "__main__":
    typer.run(main)
