"""Alembic's entry point; the kit does the rest."""

from referral_service.store import (  # noqa: F401 # a table joins when imported
    tables,
    tables_cards,
    tables_desk,
    tables_directory,
    tables_figures,
)
from referral_service.store.metadata import metadata
from service_kit.db.migrate import run_env

run_env(metadata)
