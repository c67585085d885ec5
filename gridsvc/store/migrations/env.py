"""Alembic's way in; connections come from the store and are not pooled."""

from collections.abc import Callable
from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers

from gridsvc.store.database import migrator_for
from gridsvc.store.tables import metadata


def ours(obj: Any, name: str | None, type_: str, reflected: bool, compare_to: Any) -> bool:
    """Leave PostGIS's own objects and the job queue's tables out of comparisons."""
    if type_ == "table" and reflected and str(name).startswith("procrastinate_"):
        return False
    helper: Callable[..., bool] = alembic_helpers.include_object
    return helper(obj, name, type_, reflected, compare_to)


engine = migrator_for(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=ours,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
