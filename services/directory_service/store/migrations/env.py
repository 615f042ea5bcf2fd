"""Alembic's way in; everything is the kit's."""

from directory_service.store import tables_accounts, tables_editing, tables_listings, tables_uploads  # noqa: F401
from directory_service.store.base import Base
from service_kit.db.migrate import run_env

run_env(Base.metadata)
