"""Alembic's entry; the kit does the work."""

from notification_service.store.webhook_tables import EndpointRow  # with its tables, all are there
from service_kit.db.migrate import run_env

run_env(EndpointRow.metadata)
