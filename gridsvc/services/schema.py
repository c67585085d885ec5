"""The schema: brought up to date before anything else is done with a database."""

from gridsvc.store.migrate import migrate

__all__ = ["migrate"]
