"""What every use case is given: the database, the clock, the media store and the grids."""

from dataclasses import dataclass
from pathlib import Path

from gridsvc.services.clock import Clock
from gridsvc.services.ground import GroundCache
from gridsvc.services.locator_files import LocatorFiles
from gridsvc.services.media import MediaStore
from gridsvc.store.database import Database


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one process; nothing in it is truth, all of it can be rebuilt."""

    database: Database
    clock: Clock
    media: MediaStore
    ground: GroundCache

    @classmethod
    def open(
        cls, url: str, media_root: Path, pool_size: int = 8, locator_root: Path | None = None
    ) -> "Context":
        """Open the parts for a database that has been migrated.

        `locator_root` is where processes share the tables of their locators.
        """
        database = Database.open(url, pool_size)
        return cls(
            database=database,
            clock=Clock(database),
            media=MediaStore(media_root),
            ground=GroundCache(LocatorFiles(locator_root)),
        )

    def close(self) -> None:
        """Give back every connection."""
        self.database.close()
