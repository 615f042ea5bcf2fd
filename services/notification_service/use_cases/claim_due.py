"""Claim a batch of due messages under one lease, in one transaction, with the addresses that they go to.

Promises: quiet hours are kept at the moment of leaving; no channel claims more than its rate gives; nothing is sent to
a suppressed address, nor to one that was given up after the backup that was restored, nor in a trial to any that is not
named; while the clock has leapt, what seems to come too late waits. One whose try was interrupted is claimed alone
(`claims.lock_due`).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.domain.notices import CONTACT_OF, Channel
from notification_service.domain.trial import TRIAL
from notification_service.outside.carrier import DeliveryError, TemporaryError
from notification_service.store import claims, contact_versions, members, rates, suppressions
from notification_service.store.claims import LockedMessages
from notification_service.store.delivery_ends import SUPPRESSED
from notification_service.store.members import SealedContact
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.digest_address import digest_address
from notification_service.use_cases.honour_choices import put_off
from service_kit.keyring import CannotOpen


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in hand, and its address (None: there is none, or `trouble` says why it is not known).

    `held`: the state in which it ends without a try. `is_late`: it was not worth sending any more when it was claimed,
    by a clock that was believed; one that leaps before the try ends nothing.
    """

    delivery: DeliveryRow
    address: str | None = field(default=None, repr=False)
    digest: str | None = None
    trouble: DeliveryError | None = None
    held: str | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch in hand, the most pressing first; `is_more_due`: more may leave now."""

    lease: UUID
    messages: Sequence[Claimed]
    is_more_due: bool


def claim_due(dependencies: Dependencies, channels: Collection[Channel]) -> Claim:
    """Claim what is due on these channels, most pressing first; empty where nothing is, or none may leave yet."""
    now, lease = dependencies.clock.now(), dependencies.ids.uuid()
    with dependencies.db.transaction() as session:
        due = _lock_due(session, dependencies, channels, now)
        leaving = put_off(session, due.messages, now)
        taken = claims.claim(session, _within_rate(session, dependencies, leaving), now=now, lease=lease)
        is_progress = bool(taken) or len(leaving) < len(due.messages)  # or the rate lets none through for now
        known = _addressed(session, dependencies, taken)
        messages = [replace(one, is_late=one.delivery.worth_until <= now) for one in known]
        return Claim(lease, messages, is_progress and not due.is_all)


def _lock_due(
    session: Session, dependencies: Dependencies, channels: Collection[Channel], now: datetime
) -> LockedMessages:
    """What is due; nothing comes too late by a clock that leapt, since that end cannot be taken back."""
    due = claims.lock_due(session, now=now, channels=channels)
    is_late = any(one.worth_until <= now for one in due.messages)
    if is_late and not dependencies.believable.is_believed(session, now):
        return claims.lock_due(session, now=now, channels=channels, without_late=True)
    return due


def _within_rate(session: Session, dependencies: Dependencies, due: Sequence[DeliveryRow]) -> list[DeliveryRow]:
    """The first of them that their channels' rates let through."""
    wanted, now = Counter(Channel(one.channel) for one in due), dependencies.clock.now()
    for channel in sorted(wanted.keys() & dependencies.rates.keys()):  # each is a lock: all take them in one order
        wanted[channel] = rates.take_tokens(session, channel, dependencies.rates[channel], now, wanted[channel])
    through = []
    for one in due:
        if wanted[Channel(one.channel)] > 0:
            wanted[Channel(one.channel)] -= 1
            through.append(one)
    return through


def _addressed(session: Session, dependencies: Dependencies, taken: Sequence[DeliveryRow]) -> list[Claimed]:
    contacts = members.contacts_of(session, {(one.account_id, one.organization_id) for one in taken})
    outdated = contact_versions.outdated_among(session, {one.account_id for one in taken})
    known = [
        _open(dependencies, one, contacts.get((one.account_id, one.organization_id)), one.account_id in outdated)
        for one in taken
    ]
    suppressed = suppressions.held_among(session, {one.digest for one in known if one.digest})
    return [replace(one, held=SUPPRESSED) if one.digest in suppressed else one for one in known]


def _open(
    dependencies: Dependencies, delivery: DeliveryRow, contact: SealedContact | None, is_outdated: bool
) -> Claimed:
    if is_outdated:  # the directory has to tell of it again: an operator asks it to
        return Claimed(delivery, trouble=TemporaryError("contact_outdated"))
    channel = Channel(delivery.channel)
    try:
        address = contact.open(dependencies.keyring).of(CONTACT_OF[channel]) if contact else None
    except CannotOpen:  # a key is missing from the setting: an operator mends it
        return Claimed(delivery, trouble=TemporaryError("contact_closed"))
    digest = digest_address(channel, address, dependencies.mac.digest) if address else None
    tested = dependencies.test_digests
    return Claimed(
        delivery, address, digest, held=TRIAL if digest and tested is not None and digest not in tested else None
    )
