"""`gridsvc migrate`: the schema, and nothing else."""


def migrate() -> None:
    """Bring the database to the schema of this version; `up` and `worker` do it by themselves."""
    from gridsvc.cli.database import database_of
    from gridsvc.settings import load_settings

    with database_of(load_settings()):
        pass
