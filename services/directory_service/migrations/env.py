"""Alembic's way in; everything is the kit's."""

from directory_service.listings.store import tables as tables_listings  # noqa: F401
from directory_service.organizations.store.base import Base
from service_kit.db.migrate import run_env

run_env(Base.metadata)
