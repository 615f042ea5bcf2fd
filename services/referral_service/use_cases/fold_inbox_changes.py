"""Fold what changed in inboxes into one number each, so that reading the version of one stays a look at a few rows."""

from referral_service.store import inbox_version
from service_kit.db.engine import Database


def fold_inbox_changes(db: Database) -> None:
    """One round; `db` is the worker's."""
    with db.transaction() as session:
        inbox_version.fold_inbox_changes(session)
