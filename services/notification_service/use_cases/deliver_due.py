"""Deliver due messages: claim in one transaction, send with none open, record in another.

Promises: a message is never lost (whoever dies after the claim leaves a lease that runs out) and, if a process dies
between sending and recording, is repeated at most once for that death, with the same Message-ID. A message that ends
every process that tries it is given up like any other.
"""

import logging
import time
from threading import Event as Stop
from typing import Final

from notification_service.domain.notices import CONTACT_OF, Channel
from notification_service.domain.retry_schedule import MAX_ATTEMPTS, next_attempt
from notification_service.outside.carrier import DeliveryError, PermanentError, TemporaryError
from notification_service.store import deliveries, members
from notification_service.store.deliveries import Result
from notification_service.store.members import SealedContact
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.write_mail import write_message
from service_kit import failpoints, metrics
from service_kit.keyring import CannotOpen
from service_kit.logs import correlation_id, place_of

SENT_NOT_RECORDED: Final = "sent-not-recorded"
_log = logging.getLogger(__name__)
_tries = metrics.counter("delivery_tries", "Tries at sending a message", ["channel", "outcome"])


def deliver_next(dependencies: Dependencies) -> bool:
    """Send the most pressing message that is due; False when there was none."""
    lease = dependencies.ids.uuid()
    with dependencies.db.transaction() as session:
        delivery = deliveries.claim(session, now=dependencies.clock.now(), lease=lease)
        if delivery is None:
            return False
        contact = members.contact_of(session, delivery.account_id, delivery.organization_id)
    correlation_id.set(delivery.correlation_id)
    result = _try(dependencies, delivery, contact)
    with dependencies.db.transaction() as session:
        deliveries.record(session, delivery.id, lease=lease, number=delivery.attempts, result=result)
    return True


def keep_delivering(dependencies: Dependencies, stop: Stop, *, pause: float = 1.0) -> None:
    """Send until `stop` is set; `pause` (seconds) lies between looks while nothing is due."""
    while not stop.is_set():
        if not deliver_next(dependencies):
            stop.wait(pause)


def _try(dependencies: Dependencies, delivery: DeliveryRow, contact: SealedContact | None) -> Result:
    started = time.monotonic()
    outcome: str = "sent"
    error: DeliveryError | None = None
    try:
        _send(dependencies, delivery, contact)
    except TemporaryError as temporary:
        outcome, error = "temporary", temporary
    except PermanentError as permanent:
        outcome, error = "permanent", permanent
    except Exception as fault:  # noqa: BLE001 (ours: it is logged, and must not keep the queue from moving)
        _log.error("sending failed by a fault of our own", extra={"at": place_of(fault)})
        outcome, error = "temporary", TemporaryError("unexpected")
    return _result(dependencies, delivery, outcome, error, int((time.monotonic() - started) * 1000))


def _send(dependencies: Dependencies, delivery: DeliveryRow, contact: SealedContact | None) -> None:
    if delivery.worth_until <= dependencies.clock.now():
        raise PermanentError("too_late")
    if delivery.attempts - delivery.retry_from > MAX_ATTEMPTS:
        raise PermanentError("cut_off")  # every try before ended the process
    channel = Channel(delivery.channel)
    carrier = dependencies.carriers.get(channel)
    if carrier is None:
        raise TemporaryError("channel_closed")  # what carried it is no longer set: an operator mends it
    try:
        address = contact.open(dependencies.keyring).of(CONTACT_OF[channel]) if contact else None
    except CannotOpen:
        raise TemporaryError("contact_closed") from None  # a key is missing from the setting: an operator mends it
    if address is None:
        raise PermanentError("no_address")
    carrier.send(write_message(delivery, address, dependencies.links))
    failpoints.reach(SENT_NOT_RECORDED)


def _result(
    dependencies: Dependencies, delivery: DeliveryRow, outcome: str, error: DeliveryError | None, milliseconds: int
) -> Result:
    _tries.labels(delivery.channel, outcome).inc()
    now = dependencies.clock.now()
    failures = delivery.attempts - delivery.retry_from
    chance = int.from_bytes(dependencies.ids.random(4), "big") / 2**32
    again = next_attempt(failures, now, chance) if outcome == "temporary" else None
    word, code = (error.word, error.code) if error else (None, None)
    about = {"channel": delivery.channel, "delivery": str(delivery.id)}
    if error is None:
        _log.info("message taken", extra=about)
    else:
        _log.warning("message not taken", extra={**about, "word": word, "again": again is not None})
    return Result(outcome, now, milliseconds, error=word, code=code, next_at=again)
