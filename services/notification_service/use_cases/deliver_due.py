"""Deliver due messages: claim in one transaction, send with none open, record in another.

Promises: a message is never lost (whoever dies after the claim leaves a lease that runs out) and, if a process dies
between sending and recording, is repeated at most once for that death, with the same id. A message that ends every
process that tries it is given up like any other. Nothing is sent to a suppressed address.
"""

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from threading import Event as Stop
from typing import Final

from sqlalchemy.orm import Session

from notification_service.domain.notices import CONTACT_OF, Channel
from notification_service.domain.retry_schedule import MAX_ATTEMPTS, next_attempt
from notification_service.outside.carrier import DeliveryError, PermanentError, TemporaryError
from notification_service.store import deliveries, members, rates, suppressions
from notification_service.store.deliveries import Result
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.digest_address import digest_address
from notification_service.use_cases.end_message import end_suppressed, end_try, tries
from notification_service.use_cases.honour_choices import put_off
from notification_service.use_cases.write_mail import write_message
from service_kit import failpoints
from service_kit.keyring import CannotOpen
from service_kit.logs import correlation_id, place_of

SENT_NOT_RECORDED: Final = "sent-not-recorded"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A message in hand, and its address (None: there is none, or `trouble` says why it is not known)."""

    delivery: DeliveryRow
    address: str | None = field(repr=False)
    digest: str | None
    trouble: DeliveryError | None
    suppressed: bool = False


class _NoTokenError(Exception):
    """The channel's rate is used up, so the claim is undone."""


def deliver_next(dependencies: Dependencies, channels: Collection[Channel] = tuple(Channel)) -> bool:
    """Send the most pressing message that is due on these channels; False when none was, or none may leave yet.

    One of a reader in quiet hours is put off instead, for itself, so that no limit of the channel undoes it.
    """
    try:
        with dependencies.db.transaction() as session:
            lease = dependencies.ids.uuid()
            delivery = deliveries.claim(session, now=dependencies.clock.now(), lease=lease, channels=channels)
            if delivery is None:
                return False
            if put_off(session, delivery, dependencies.clock.now()):
                return True
            claimed = _prepare(session, dependencies, delivery)
    except _NoTokenError:
        return False
    correlation_id.set(delivery.correlation_id)
    if claimed.suppressed:
        end_suppressed(dependencies, delivery, lease)
    else:
        end_try(dependencies, delivery, lease, _try(dependencies, claimed))
    return True


def keep_delivering(
    dependencies: Dependencies, stop: Stop, channels: Collection[Channel] = tuple(Channel), *, pause: float = 1.0
) -> None:
    """Send until `stop` is set; at most `pause` (seconds) lies between looks while nothing is due."""
    while not stop.is_set():
        rung = dependencies.bell.rung
        if not deliver_next(dependencies, channels):
            dependencies.bell.wait_for_more_than(rung, pause)


def _prepare(session: Session, dependencies: Dependencies, delivery: DeliveryRow) -> _Claimed:
    channel = Channel(delivery.channel)
    rate = dependencies.rates.get(channel)
    if rate is not None and not rates.take_token(session, channel, rate, dependencies.clock.now()):
        raise _NoTokenError
    contact = members.contact_of(session, delivery.account_id, delivery.organization_id)
    try:
        address = contact.open(dependencies.keyring).of(CONTACT_OF[channel]) if contact else None
    except CannotOpen:  # a key is missing from the setting: an operator mends it
        return _Claimed(delivery, None, None, TemporaryError("contact_closed"))
    digest = digest_address(channel, address, dependencies.mac.digest) if address else None
    suppressed = digest is not None and suppressions.holds(session, digest)
    return _Claimed(delivery, address, digest, None, suppressed)


def _try(dependencies: Dependencies, claimed: _Claimed) -> Result:
    started = time.monotonic()
    outcome: str = "sent"
    error: DeliveryError | None = None
    try:
        _send(dependencies, claimed)
    except TemporaryError as temporary:
        outcome, error = "temporary", temporary
    except PermanentError as permanent:
        outcome, error = "permanent", permanent
    except Exception as fault:  # noqa: BLE001 (ours: it is logged, and must not keep the queue from moving)
        _log.error("sending failed by a fault of our own", extra={"at": place_of(fault)})
        outcome, error = "temporary", TemporaryError("unexpected")
    return _result(dependencies, claimed, outcome, error, int((time.monotonic() - started) * 1000))


def _send(dependencies: Dependencies, claimed: _Claimed) -> None:
    delivery = claimed.delivery
    if delivery.worth_until <= dependencies.clock.now():
        raise PermanentError("too_late")
    if delivery.attempts - delivery.retry_from > MAX_ATTEMPTS:
        raise PermanentError("cut_off")  # every try before ended the process
    carrier = dependencies.carriers.get(Channel(delivery.channel))
    if carrier is None:
        raise TemporaryError("channel_closed")  # what carried it is no longer set: an operator mends it
    if claimed.trouble is not None:
        raise claimed.trouble
    if claimed.address is None:
        raise PermanentError("no_address")
    carrier.send(write_message(delivery, claimed.address, dependencies.links))
    failpoints.reach(SENT_NOT_RECORDED)


def _result(
    dependencies: Dependencies, claimed: _Claimed, outcome: str, error: DeliveryError | None, milliseconds: int
) -> Result:
    delivery, now = claimed.delivery, dependencies.clock.now()
    tries.labels(delivery.channel, outcome).inc()
    failures = delivery.attempts - delivery.retry_from
    chance = int.from_bytes(dependencies.ids.random(4), "big") / 2**32
    again = next_attempt(failures, now, chance) if outcome == "temporary" else None
    word, code = (error.word, error.code) if error else (None, None)
    about = {"channel": delivery.channel, "delivery": str(delivery.id)}
    if error is None:
        _log.info("message taken", extra=about)
    else:
        _log.warning("message not taken", extra={**about, "word": word, "again": again is not None})
    return Result(outcome, now, milliseconds, error=word, code=code, next_at=again, digest=claimed.digest)
