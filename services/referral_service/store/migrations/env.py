"""Alembic's entry point; the kit does the rest."""

from referral_service.store.tables import metadata
from service_kit.db.migrate import run_env

run_env(metadata)
