"""What an installation may set, all of it from the environment.

Read once, by `load_settings()`, where a process begins; nothing reads the
environment on import.
"""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """The settings of one process. Variables are named `GRIDSVC_` and the field."""

    model_config = SettingsConfigDict(env_prefix="GRIDSVC_", env_ignore_empty=True, frozen=True)

    #: PostgreSQL to use, as a SQLAlchemy URL (`postgresql+psycopg://…`; plain `postgresql://` is
    #: understood). Read from DATABASE_URL. None means the private cluster under `var`.
    database_url: Annotated[
        str | None,
        Field(validation_alias=AliasChoices("DATABASE_URL", "database_url")),
    ] = None

    #: Folder for what a running installation writes: the private cluster, photos, demo accounts,
    #: locator tables, compiled loops.
    var: Path = CHECKOUT / "var"

    #: Folder of the photos, as SHA-256 of their bytes. None means `media` under `var`.
    media_dir: Path | None = None

    #: Address to listen on. The default keeps a demo to this machine.
    host: str = "127.0.0.1"

    #: Port to listen on.
    port: Annotated[int, Field(ge=1, le=65535)] = 8420

    #: Least severe log line that is written.
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    #: `console` for people, `json` for machines.
    log_format: Literal["console", "json"] = "console"

    #: Whether the session cookie is sent over HTTPS only. True wherever TLS stands in front.
    cookie_secure: bool = False

    #: Connections that one process keeps open to the database at most.
    pool_size: Annotated[int, Field(ge=1, le=90)] = 16

    @property
    def media(self) -> Path:
        """The folder of the photos."""
        return self.media_dir or self.var / "media"

    @property
    def locator(self) -> Path:
        """The folder of the locators' tables, which processes share."""
        return self.var / "locator"

    @property
    def sqlalchemy_url(self) -> str | None:
        """`database_url` with the driver named, None for the private cluster."""
        url = self.database_url
        if url is None:
            return None
        for scheme in ("postgresql://", "postgres://"):
            if url.startswith(scheme):
                return "postgresql+psycopg://" + url.removeprefix(scheme)
        return url


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises pydantic's `ValidationError`, which names each wrong variable.
    """
    return Settings()


def keep_compiled_code(settings: Settings) -> None:
    """Have Numba keep what it compiles under `var`; to be called before anything imports it."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(settings.var.resolve() / "numba"))
