"""Enforce retention (docs/privacy.md): delete what has expired.

Promises: the referrer's row goes 90 days after submission, whatever happened; keys, identities and tasks a year after
closing, and with them that their card said something; counts stay. Reads compute the same terms by themselves, so a
worker that is down hides nothing it should show and shows nothing it should hide.
"""

from datetime import datetime

from referral_service.domain.voices import Voice
from referral_service.store import due_queries
from referral_service.store.voices import forget_heard
from referral_service.use_cases.dependencies import Dependencies
from service_kit.db.engine import Database

BATCH = 500


def enforce_retention(db: Database, *, dependencies: Dependencies, now: datetime) -> None:
    """One sweep; `db` is the worker's."""
    with db.transaction() as session:
        due_queries.delete_expired_sent(session, now)
        due_queries.close_old_ghosts(session, now)
    with db.transaction() as session:
        for root_id in due_queries.closed_for_good(session, now, BATCH):
            for code_mac in due_queries.destroy_chain(session, root_id):
                forget_heard(session, [dependencies.voice_mac(code_mac, said) for said in Voice])
