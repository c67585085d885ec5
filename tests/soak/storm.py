"""Let eight people and sweeps meet 10,000 times on the same incidents, and find all whole.

    scripts/soak storm [--actions 10000] [--most 40000]

Played until so many steps were tried and every step that this city's people can take has
been taken. After every batch of eight nothing may be found that must never be, and every
clock must stand where its own history says; at the end the doctor finds nothing.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from gridsvc.core.life_cycle import Step
from gridsvc.embedded import EmbeddedCluster
from gridsvc.services.context import Context
from gridsvc.services.doctor import Severity, examine
from gridsvc.services.schema import migrate
from tests.city import build_tiny_city
from tests.clock_replays import wrongly_counted
from tests.storm import AT_ONCE, IDLE, REFUSED, actions_in, storm, unseen

#: what a storm among inspectors never sees: reports of the public, fixes on the spot,
#: duplicates, and what the service does itself
ELSEWHERE = frozenset(
    {
        *(Step.REQUEST_VERIFY, Step.VERIFY_CONFIRM, Step.VERIFY_DENY, Step.ACCEPT),
        *(Step.SELF_FIX, Step.UNJOIN, Step.FILE),
    }
)
WANTED = tuple(step.value for step in Step if step not in ELSEWHERE)


@contextmanager
def tiny_city() -> Iterator[Context]:
    """Have the tiny city in a cluster of its own, which goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="gridsvc-soak-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedCluster(folder / "pg", fsync=False) as url:
            migrate(url)
            ctx = Context.open(url, folder / "media")
            build_tiny_city(ctx.database)
            try:
                yield ctx
            finally:
                ctx.close()


def play(ctx: Context, actions: int, most: int) -> Counter[str]:
    """Play until enough was tried and everything wanted was seen, or more than enough was."""
    began = time.monotonic()
    for done in storm(ctx, examples=5, steps=20):
        tried, missing = actions_in(done), unseen(done, WANTED)
        print(f"{tried} actions in {time.monotonic() - began:.0f} s", file=sys.stderr)
        if (tried >= actions and not missing) or tried >= most:
            return done
    raise AssertionError("a storm has no end of its own")


def told_of(ctx: Context, done: Counter[str]) -> dict[str, Any]:
    """Return what was done and what is wrong; what the doctor warns of comes of years passing."""
    found = examine(ctx)
    with ctx.database.begin() as connection:
        incidents = connection.execute(text("SELECT count(*) FROM incident")).scalar_one()
        clocks = connection.execute(text("SELECT count(*) FROM stage_clock")).scalar_one()
    return {
        "actions": actions_in(done),
        "workers": AT_ONCE,
        "incidents": incidents,
        "clocks_recounted": clocks,
        "steps": {name: done[name] for name in WANTED},
        "refused": {name: done[name] for name in sorted(REFUSED)},
        "idle": {name: done[name] for name in sorted(IDLE)},
        "warnings": [one.check for one in found if one.severity is Severity.WARNING],
        "wrong": {
            "findings of the doctor": [
                one.check for one in found if one.severity is Severity.BREACH
            ],
            "clocks wrongly counted": wrongly_counted(ctx),
            "steps never seen": unseen(done, WANTED),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--actions", type=int, default=10_000)
    parser.add_argument("--most", type=int, default=40_000)
    options = parser.parse_args()
    with tiny_city() as ctx:
        result = told_of(ctx, play(ctx, options.actions, options.most))
    print(json.dumps({"soak": "storm", **result}, ensure_ascii=False))
    sys.exit(1 if any(result["wrong"].values()) else 0)


if __name__ == "__main__":
    main()
