"""What every table shares: naming of constraints and the mapping of Python types to columns."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase

#: Names are spelled out so that a migration can drop what another one made.
NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


class Row(DeclarativeBase):
    """A table row; core values have no suffix, rows end in `Row`."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - the name and form that SQLAlchemy reads
        datetime: DateTime(timezone=True),
        str: Text(),
        UUID: Uuid(),
        list[str]: ARRAY(Text()),
        list[int]: ARRAY(BigInteger()),
        dict[str, Any]: JSONB(),
        int: BigInteger(),
    }
