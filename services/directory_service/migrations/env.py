"""Alembic's way in; everything is the kit's. Importing a subject's tables joins them to the one metadata."""

from directory_service.accounts.store import tables as accounts_tables  # noqa: F401 - see the docstring
from directory_service.accounts.store import tables_invitations  # noqa: F401 - see the docstring
from directory_service.editing.store import tables as editing_tables  # noqa: F401 - see the docstring
from directory_service.listings.store import tables as listings_tables  # noqa: F401 - see the docstring
from directory_service.listings.store import tables_changes  # noqa: F401 - see the docstring
from directory_service.organizations.store.base import Base
from service_kit.db.migrate import run_env

run_env(Base.metadata)
