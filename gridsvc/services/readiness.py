"""Whether an installation can do its work, and what it lacks."""

from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from gridsvc.services.context import Context
from gridsvc.services.ground import NoGeneration
from gridsvc.store.migrate import is_current


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What was found."""

    lacks: tuple[str, ...]
    generation: int | None

    @property
    def is_ready(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacks


def readiness(ctx: Context) -> Readiness:
    """Look at the database, its schema and the grids; never raises."""
    try:
        if not is_current(ctx.database.url):
            return Readiness(lacks=("schema",), generation=None)
        with ctx.database.begin() as connection:
            generation = ctx.ground.at(connection, ctx.clock.now()).generation
        return Readiness(lacks=(), generation=generation)
    except NoGeneration:
        return Readiness(lacks=("grids",), generation=None)
    except SQLAlchemyError:
        return Readiness(lacks=("database",), generation=None)
