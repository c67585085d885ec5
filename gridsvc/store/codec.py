"""JSON as it is stored: compact, UTF-8, instants and UUIDs as text."""

from typing import Any

import orjson


def dump_json(value: Any) -> str:
    """Return a value as JSON text."""
    return orjson.dumps(value).decode()


def load_json(stored: str | bytes) -> Any:
    """Return the value of JSON text."""
    return orjson.loads(stored)
