"""Stamps of reference data: what a cache must be keyed by to be exact."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from gridsvc.store.tables.stamps import ChangeStampRow

#: Kind of data to version; kinds are those of the migration that made the triggers.
Stamps = Mapping[str, int]

_EVERY = select(ChangeStampRow.kind, ChangeStampRow.version)


def change_stamps(connection: Connection) -> Stamps:
    """Return the stamp of every kind; read it before the data, in a transaction that has one."""
    return {row.kind: row.version for row in connection.execute(_EVERY)}
