"""Queries of one's own addresses: whether there is one, and which are sent nothing any more; nobody else's are seen.

Of a membership that has ended the old address stays known, and is nobody's any more.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.domain.reports import Source
from notification_service.store.members import Contact, sealed_contact
from notification_service.store.tables import MemberRow, SuppressionRow
from service_kit.keyring import Keyring

Digests = Callable[[Contact], tuple[str | None, str | None]]
"""A contact → the digests of its mail address and of its number."""


def find_returned(session: Session, account: UUID) -> list[Channel]:
    """Return the channels on which messages to this account come back, so that it is sent nothing there."""
    is_own = or_(MemberRow.mail_digest == SuppressionRow.digest, MemberRow.phone_digest == SuppressionRow.digest)
    found = (
        select(SuppressionRow.channel)
        .join(MemberRow, is_own)
        .where(MemberRow.account_id == account, MemberRow.active, SuppressionRow.source == Source.BOUNCE.value)
        .distinct()
        .order_by(SuppressionRow.channel)
    )
    return [Channel(channel) for channel in session.scalars(found)]


def has_no_address(session: Session, account: UUID) -> bool:
    """Whether it is known that no membership of this account that goes on has a mail address or a number."""
    may_have = func.bool_or(or_(MemberRow.has_mail, MemberRow.has_phone.is_not(False)))
    return session.scalar(select(may_have).where(MemberRow.account_id == account, MemberRow.active)) is False


def note_digests(session: Session, keyring: Keyring, digests: Digests, limit: int) -> int:
    """Note the digests of up to `limit` contacts that have none yet; return how many.

    A contact that comes anew clears them, so it is not mistaken for the one before.
    """
    without = select(MemberRow).where(
        MemberRow.contact.is_not(None),
        MemberRow.mail_digest.is_(None),
        MemberRow.phone_digest.is_(None),
        MemberRow.kek_id.in_(keyring.ids),
    )
    rows = session.scalars(without.limit(limit).with_for_update(skip_locked=True)).all()
    for row in rows:
        row.mail_digest, row.phone_digest = digests(sealed_contact(row).open(keyring))
    return len(rows)
