"""The rules in force, parsed once per version."""

from datetime import datetime
from functools import lru_cache

import orjson
from sqlalchemy import Connection

from gridsvc.core.dispatch import rules_form
from gridsvc.core.dispatch.rules import SAMPLE_RULES, Rules
from gridsvc.store.rules import every_rules, rules_body_in_force


def rules_in_force(connection: Connection, at: datetime) -> Rules:
    """Return the rules in force at an instant; the sample's where none have been opened yet."""
    body = rules_body_in_force(connection, at)
    return SAMPLE_RULES if body is None else parsed(orjson.dumps(body, option=orjson.OPT_SORT_KEYS))


def rules_by_start(connection: Connection) -> list[tuple[datetime, Rules]]:
    """Return every version with the instant it takes effect, the earliest first."""
    return [
        (at, parsed(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)))
        for at, body in every_rules(connection)
    ]


@lru_cache(maxsize=8)
def parsed(body: bytes) -> Rules:
    """Return rules from their stored JSON."""
    return rules_form.from_json(orjson.loads(body))
