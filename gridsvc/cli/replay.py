"""`gridsvc replay`: try rules on past incidents before anybody opens them."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gridsvc.core.dispatch.rules import Rules
    from gridsvc.services.replay import Replayed


def replay(
    rules: Annotated[Path, typer.Option(help="JSON of the rules, as the service answers them.")],
    weeks: Annotated[int, typer.Option(min=1, help="How many weeks back.")] = 2,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="End, with zone. Default: now."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Decide past incidents again by other rules and say what would have changed.

    Nothing is stored. The world is as it was then; loads are those of the time. Exit 1 when
    more incidents would have been late or waited in a queue than by the rules of the time.
    """
    from dataclasses import asdict
    from datetime import timedelta

    import orjson

    from gridsvc.cli.database import opened
    from gridsvc.cli.progress import counted
    from gridsvc.services.replay import replay as replayed

    with opened() as ctx, counted("Replaying") as done:
        end = until or ctx.clock.now()
        told = replayed(ctx, rules_in(rules, end), end - timedelta(weeks=weeks), end, progress=done)
    if as_json:
        typer.echo(orjson.dumps(asdict(told)))
    else:
        typer.echo(table_of(told))
    is_worse = told.breaches_after > told.breaches_before or told.queued_after > told.queued_before
    raise typer.Exit(code=1 if is_worse else 0)


def rules_in(path: Path, at: datetime) -> "Rules":
    """Return the rules of a file, a whole answer of the service or its body alone."""
    import orjson

    from gridsvc.core.dispatch import rules_form
    from gridsvc.core.dispatch.rules import InvalidRules
    from gridsvc.services.refusal import BadFile

    try:
        said = orjson.loads(path.read_bytes())
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror})") from None
    except orjson.JSONDecodeError as error:
        raise BadFile(path, f"is no JSON ({error})") from None
    if not isinstance(said, dict):
        raise BadFile(path, "holds no rules", "Give an object with the members of rules")
    body = said.get("body", said)
    try:
        return rules_form.from_json({"version": 0, "effective_at": at.isoformat()} | body)
    except (InvalidRules, TypeError) as error:
        raise BadFile(path, str(error)) from None


def table_of(told: "Replayed") -> str:
    """Return a comparison as lines to read."""
    lines = [
        f"{told.since:%Y-%m-%d %H:%M} – {told.until:%Y-%m-%d %H:%M}: "
        f"{told.incidents} incident(s) decided again, {told.differing} differ",
        f"in a queue: {told.queued_before} → {told.queued_after}",
        f"late: {told.breaches_before} → {told.breaches_after}",
        *(f"other {aspect}: {count}" for aspect, count in sorted(told.changed.items())),
    ]
    if told.unlisted:
        lines.append(f"left out, their matter or condition is gone: {told.unlisted}")
    if told.unrepeated:
        lines.append(f"not repeated by the rules of the time: {told.unrepeated}")
    lines += [f"{one.code}: {one.before_minutes} → {one.after_minutes} min" for one in told.loads]
    return "\n".join(lines)
