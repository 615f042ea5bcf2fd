"""Change the suppression list by hand, on an operator's word; each change is in the audit log, under the digest."""

from datetime import datetime

from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.domain.reports import Source
from notification_service.store import suppressions
from notification_service.use_cases.digest_address import Mac, digest_address
from service_kit.db import audit
from service_kit.identity import Scope


def suppress_by_hand(session: Session, channel: Channel, address: str, mac: Mac, now: datetime) -> bool:
    """Put an address on the list; False when it was there."""
    digest = digest_address(channel, address, mac)
    is_new = suppressions.add(session, channel, digest, Source.HAND, now)
    if is_new:
        _record(session, "suppression.add", digest, channel, now)
    return is_new


def unsuppress_by_hand(
    session: Session, channel: Channel, address: str | None, digest: str | None, mac: Mac, now: datetime
) -> bool:
    """Take an address, or a digest as the list shows it, off the list; False when it is not there."""
    wanted = digest if address is None else digest_address(channel, address, mac)
    gone = wanted is not None and suppressions.remove(session, channel, wanted)
    if gone:
        _record(session, "suppression.remove", str(wanted), channel, now)
    return gone


def _record(session: Session, action: str, digest: str, channel: Channel, now: datetime) -> None:
    audit.record(session, action, ("address", digest), Scope(), now, detail={"channel": channel.value})
