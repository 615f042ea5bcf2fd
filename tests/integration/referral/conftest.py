"""A referral service of its own for each test, or for all tests of a module."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from referral_service.store.survivors import SURVIVORS
from support.backups import Vault
from support.fresh_databases import FreshDatabases, Urls
from support.keyrings import a_keyring
from support.referral import KEK, ReferralService
from support.referrals.app import a_referral_service


@pytest.fixture
def drilled(fresh_database: Callable[[str], Urls], tmp_path: Path) -> ReferralService:
    """A service whose keyring was made now, by the real clock, which backups go by."""
    keyring = a_keyring(tmp_path / "keyring" / "keyring.json", KEK)
    return a_referral_service(fresh_database("referral"), keyring=keyring)


@pytest.fixture
def vault(drilled: ReferralService, settings_env: Callable[..., dict[str, str]], tmp_path: Path) -> Vault:
    """Where its backups go."""
    keyring = str(drilled.rotation.file.path)
    environment = settings_env("referral", drilled.urls, process="worker", SETU_KEYRING=keyring)
    own = {**environment, "SETU_DATABASE_OWNER_URL": drilled.urls.owner}
    processes = (drilled.worker_db, drilled.app.extensions["setu"].db)
    return Vault(tmp_path / "vault", "referral", own, processes, SURVIVORS)


@pytest.fixture(scope="module")
def lasting_setu(fresh_databases: FreshDatabases) -> Iterator[ReferralService]:
    """One service for all histories of a module; each begins with nothing."""
    with fresh_databases.clone("referral") as urls:
        yield a_referral_service(urls)
