"""Refuse the backup of a database that was lost and begun anew, going by the keys that it has never heard of.

Why: a nightly backup that runs between the loss and the restore would be the newest whole one, and empty. Promises: a
database that was put back to an earlier moment is not refused, as it knows a key; nor is a new one, whose worker notes
the key within a minute of making it.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from referral_service.outside.keyring_file import KeyringFile
from referral_service.store.keys import history
from service_kit.db.backup_manifest import BackupError

NOTED_WITHIN = timedelta(hours=1)


def refuse_emptied_database(session: Session, file: KeyringFile, now: datetime) -> None:
    """Raises BackupError, KeyringUnavailable."""
    if not history(session) and now - file.read()[0].made_at > NOTED_WITHIN:
        raise BackupError(
            "This database knows no key, and the keyring has one that was at work before: was the database lost?"
            " Restore it first. Where it is to begin anew, start the worker first."
        )
