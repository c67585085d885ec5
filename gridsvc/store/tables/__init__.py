"""Tables, one file per noun family; `metadata` is what migrations are compared with."""

from gridsvc.store.tables import (
    accounts,
    addresses,
    events,
    grids,
    incidents,
    installation,
    matters,
    offers,
    people,
    reports,
    row,
    stamps,
    tasks,
)

metadata = row.Row.metadata

__all__ = [
    "accounts",
    "addresses",
    "events",
    "grids",
    "incidents",
    "installation",
    "matters",
    "metadata",
    "offers",
    "people",
    "reports",
    "stamps",
    "tasks",
]
