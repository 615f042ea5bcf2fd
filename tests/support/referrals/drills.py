"""A service whose backups are made and restored, and where they go."""

from collections.abc import Mapping
from pathlib import Path

from referral_service.store.survivors import SURVIVORS
from support.backups import Vault
from support.fresh_databases import Urls
from support.keyrings import a_keyring
from support.referral import KEK, ReferralService
from support.referrals.app import a_referral_service


def a_drilled_service(urls: Urls, folder: Path) -> ReferralService:
    """A service whose keyring was made now, by the real clock, which backups go by."""
    return a_referral_service(urls, keyring=a_keyring(folder / "keyring" / "keyring.json", KEK))


def a_vault(drilled: ReferralService, worker: Mapping[str, str], folder: Path) -> Vault:
    """Where its backups go; `worker` is the environment of the service's worker."""
    own = {"SETU_KEYRING": str(drilled.rotation.file.path), "SETU_DATABASE_OWNER_URL": drilled.urls.owner}
    processes = (drilled.worker_db, drilled.app.extensions["setu"].db)
    return Vault(folder / "vault", "referral", {**worker, **own}, processes, SURVIVORS)
