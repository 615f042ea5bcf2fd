"""Alembic's way in; everything is the kit's. Importing a subject's tables joins them to the one metadata."""

from directory_service.accounts.store import tables as accounts_tables
from directory_service.accounts.store import tables_grants as grants_tables
from directory_service.accounts.store import tables_invitations
from directory_service.editing.store import tables as editing_tables
from directory_service.listings.store import tables as listings_tables
from directory_service.listings.store import tables_changes
from directory_service.organizations.store import tables_strength
from directory_service.organizations.store.base import Base
from directory_service.partnership.store import tables as partnership_tables
from directory_service.partnership.store import tables_agreements as agreements_tables
from directory_service.partnership.store import tables_board as board_tables
from directory_service.partnership.store import tables_feeds as feeds_tables
from directory_service.partnership.store import tables_figures as figures_tables
from directory_service.partnership.store import tables_study as study_tables
from directory_service.partnership.store import tables_training as training_tables
from directory_service.partnership.store import tables_visits as visits_tables
from directory_service.registry.store import tables as registry_tables
from service_kit.db.migrate import run_env

__all__ = [
    "accounts_tables",
    "agreements_tables",
    "board_tables",
    "editing_tables",
    "feeds_tables",
    "figures_tables",
    "grants_tables",
    "listings_tables",
    "partnership_tables",
    "registry_tables",
    "study_tables",
    "tables_changes",
    "tables_invitations",
    "tables_strength",
    "training_tables",
    "visits_tables",
]

run_env(Base.metadata)
