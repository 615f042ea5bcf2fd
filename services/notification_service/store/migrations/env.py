"""Alembic's entry; the kit does the work. Importing a file of tables joins them to the one metadata."""

from notification_service.store import choice_tables, sending_days, webhook_tables
from notification_service.store.tables import Base
from service_kit.db.migrate import run_env

__all__ = ["choice_tables", "sending_days", "webhook_tables"]

run_env(Base.metadata)
