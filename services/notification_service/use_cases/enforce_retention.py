"""Enforce retention: delete what has expired, forget referrals long quiet, wrap contacts under the newest key."""

from datetime import datetime

from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.domain.retention import PROGRESS_KEPT, WEBHOOKS_KEPT
from notification_service.store import (
    absences,
    choices,
    deliveries,
    members,
    notices,
    own_addresses,
    progress,
    reports,
    webhook_endpoints,
    webhooks,
)
from notification_service.use_cases.digest_address import Mac, digest_address
from service_kit.keyring import Keyring
from setu.india import day_in_india

AT_ONCE = 500


def delete_expired(session: Session, now: datetime) -> None:
    """Delete notices, finished messages and absences that are over, and what is known of referrals long quiet."""
    notices.delete_expired(session, now)
    deliveries.delete_expired(session, now)
    reports.delete_old(session, now)
    webhooks.delete_expired(session, now)
    webhook_endpoints.forget_removed(session, now - WEBHOOKS_KEPT)
    progress.forget(session, now - PROGRESS_KEPT)
    absences.delete_over(session, day_in_india(now))
    choices.forget_gone(session)


def note_phones(session: Session, keyring: Keyring) -> None:
    """Note of some contacts that a release before wrote whether they have a phone number."""
    members.note_phones(session, keyring, AT_ONCE)


def note_digests(session: Session, keyring: Keyring, mac: Mac) -> None:
    """Note the digests of some contacts that came lately, by which their owners learn that one of them fails."""

    def digests(contact: members.Contact) -> tuple[str | None, str | None]:
        mail = digest_address(Channel.MAIL, contact.mail, mac) if contact.mail else None
        return mail, digest_address(Channel.SMS, contact.phone, mac) if contact.phone else None

    own_addresses.note_digests(session, keyring, digests, AT_ONCE)


def rewrap_contacts(session: Session, keyring: Keyring) -> int:
    """Wrap some of the keys that lie under an older key-encryption key again; return how many."""
    return members.rewrap(session, keyring, AT_ONCE)
