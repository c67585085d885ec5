"""Tiles of a generation, kept compressed: a generation never changes, so neither does a tile."""

import gzip
from dataclasses import dataclass
from datetime import datetime

from gridsvc.services.context import Context
from gridsvc.services.ground import SingleFlight
from gridsvc.store import generations, tiles

#: About 10 KB each for the grids of a city.
KEPT_TILES = 4096
LAYERS = tiles.LAYERS
HIGHEST_ZOOM = tiles.HIGHEST_ZOOM


class NoSuchTile(LookupError):
    """A layer, generation or tile number that does not exist; the message says which."""


@dataclass(frozen=True, slots=True)
class TileAddress:
    """Which tile of which layer of which generation."""

    layer: str
    generation: int
    z: int
    x: int
    y: int

    def check(self) -> None:
        """Raise `NoSuchTile` for a layer we have not, or numbers outside the zoom's square."""
        if self.layer not in LAYERS:
            raise NoSuchTile(f"no layer {self.layer!r}: there are {', '.join(LAYERS)}")
        if not 0 <= self.generation < 2**31:
            raise NoSuchTile(f"there is no generation {self.generation}")
        if not 0 <= self.z <= HIGHEST_ZOOM:
            raise NoSuchTile(f"zoom {self.z} is not 0 to {HIGHEST_ZOOM}")
        last = 2**self.z - 1
        if not (0 <= self.x <= last and 0 <= self.y <= last):
            raise NoSuchTile(f"x and y at zoom {self.z} are 0 to {last}, not {self.x}, {self.y}")


class TileCache:
    """The tiles one process has made, least recently used ones forgotten first."""

    def __init__(self, size: int = KEPT_TILES) -> None:
        self._tiles: SingleFlight[bytes] = SingleFlight(size)
        #: When each generation begins; never changes once published.
        self._begins: dict[int, datetime] = {}

    def tile(self, ctx: Context, address: TileAddress) -> bytes:
        """Return a tile as gzipped MVT, empty bytes for a tile with nothing in it."""
        address.check()
        begins = self._begins.get(address.generation)
        if begins is None:
            begins = self._begins[address.generation] = beginning_of(ctx, address.generation)
        return self._tiles.get(address, lambda: make_tile(ctx, address, begins))


def beginning_of(ctx: Context, number: int) -> datetime:
    """Return when a generation begins, or raise `NoSuchTile`."""
    with ctx.database.begin() as connection:
        found = generations.generation_numbered(connection, number)
    if found is None:
        raise NoSuchTile(f"there is no generation {number}")
    return found.effective_at


def make_tile(ctx: Context, address: TileAddress, at: datetime) -> bytes:
    """Make a tile from the database."""
    with ctx.database.begin() as connection:
        plain = tiles.tile(connection, address.layer, at, address.z, address.x, address.y)
    return gzip.compress(plain, compresslevel=6, mtime=0) if plain else b""
