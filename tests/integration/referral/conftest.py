"""A referral service of its own for each test, or for all tests of a module."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.backups import Vault
from support.fresh_databases import FreshDatabases, Urls
from support.referral import ReferralService
from support.referrals.app import a_referral_service
from support.referrals.drills import a_drilled_service, a_vault


@pytest.fixture
def drilled(fresh_database: Callable[[str], Urls], tmp_path: Path) -> ReferralService:
    """A service whose keyring was made now, by the real clock, which backups go by."""
    return a_drilled_service(fresh_database("referral"), tmp_path)


@pytest.fixture
def vault(drilled: ReferralService, settings_env: Callable[..., dict[str, str]], tmp_path: Path) -> Vault:
    """Where its backups go."""
    return a_vault(drilled, settings_env("referral", drilled.urls, process="worker"), tmp_path)


@pytest.fixture(scope="module")
def lasting_setu(fresh_databases: FreshDatabases) -> Iterator[ReferralService]:
    """One service for all histories of a module; each begins with nothing."""
    with fresh_databases.clone("referral") as urls:
        yield a_referral_service(urls)
