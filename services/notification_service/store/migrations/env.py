"""Alembic's entry; the kit does the work."""

from notification_service.store.tables import Base
from service_kit.db.migrate import run_env

run_env(Base.metadata)
