"""Alembic's entry; the kit does the work. Importing a file of tables joins them to the one metadata."""

from notification_service.store import tables_choices, tables_sending, tables_webhooks
from notification_service.store.tables import Base
from service_kit.db.migrate import run_env

__all__ = ["tables_choices", "tables_sending", "tables_webhooks"]

run_env(Base.metadata)
