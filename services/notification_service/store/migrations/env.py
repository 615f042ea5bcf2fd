"""Alembic's entry; the kit does the work."""

from service_kit.db.migrate import run_env

from notification_service.store.tables import Base

run_env(Base.metadata)
