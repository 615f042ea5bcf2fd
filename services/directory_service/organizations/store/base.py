"""The declarative base of this service's tables.

Every table of the directory hangs below `Base`, so that one metadata describes the database. The kit's tables (outbox,
inbox, audit …) live in the kit's own metadata. Not for rules: a mapped class holds columns, the domain decides.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Integer, MetaData, Text, Uuid
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


class Base(DeclarativeBase):
    """Maps Python types to PostgreSQL ones: `datetime` is always `timestamptz`, `str` is `text`."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(as_uuid=True),
        str: Text(),
        list[int]: ARRAY(Integer),
    }
