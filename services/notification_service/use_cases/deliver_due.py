"""Deliver due messages: claim a batch in one transaction, send it with none open, record it in another.

Promises: a message is never lost (whoever dies after the claim leaves a lease that runs out) and, if a process dies
between sending and recording, is repeated at most once for that death, with the same id. A message that ends every
process that tries it is given up like any other, and takes none of its batch along.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from threading import Event as Stop
from typing import Final

from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.domain.retry_schedule import MAX_ATTEMPTS, next_attempt
from notification_service.outside.carrier import DeliveryError, PermanentError, TemporaryError
from notification_service.store import attempts, claims, rates
from notification_service.store.attempts import Result
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.claim_due import Claim, Claimed, claim_due
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.end_message import end_held, end_try, tries
from notification_service.use_cases.poll_lock import PollLock
from notification_service.use_cases.write_mail import write_message
from service_kit import failpoints
from service_kit.logs import correlation_id, place_of

SENT_NOT_RECORDED: Final = "sent-not-recorded"
LONGEST_BATCH: Final = 1.0  # seconds; with a slow provider a batch is one message, and an urgent one waits for no more
_log = logging.getLogger(__name__)


def deliver_due(
    dependencies: Dependencies,
    channels: Collection[Channel],
    *,
    poll_lock: PollLock,
    stop: Stop,
    monotonic: Callable[[], float] = time.monotonic,
) -> bool:
    """Claim a batch of what is due on these channels and send it; False when nothing was claimed.

    Claims under `poll_lock`, when it is time, and not once `stop` is set. What was not begun within `LONGEST_BATCH`, by
    `monotonic` (seconds, steady), goes back, and is polled for at once.
    """
    with poll_lock.hold(stop) as may_poll:
        if not may_poll:
            return False
        claim = claim_due(dependencies, channels)
        if claim.is_more_due:
            poll_lock.wake()
    if not _deliver(dependencies, claim, monotonic):
        poll_lock.wake()
    return bool(claim.messages)


def keep_delivering(dependencies: Dependencies, channels: Collection[Channel], poll_lock: PollLock, stop: Stop) -> None:
    """Send until `stop` is set."""
    while not stop.is_set():
        deliver_due(dependencies, channels, poll_lock=poll_lock, stop=stop)


def _deliver(dependencies: Dependencies, claim: Claim, monotonic: Callable[[], float]) -> bool:
    """Send what was claimed, one after another, and record how it went; False where some of it went back."""
    began = monotonic()
    tried: list[tuple[DeliveryRow, Result]] = []
    leaving = [one for one in claim.messages if one.held is None]
    for claimed in leaving:
        if tried and monotonic() - began > LONGEST_BATCH:
            break
        correlation_id.set(claimed.delivery.correlation_id)
        tried.append((claimed.delivery, _try(dependencies, claimed)))
    _record(dependencies, claim, tried)
    return len(tried) == len(leaving)


def _record(dependencies: Dependencies, claim: Claim, tried: Sequence[tuple[DeliveryRow, Result]]) -> None:
    """Record what was sent, and give back what was not begun, in one transaction; each other end in its own."""
    if not claim.messages:
        return
    begun = {delivery.id for delivery, _ in tried}
    rest = [one.delivery for one in claim.messages if one.held is None and one.delivery.id not in begun]
    sent = [(delivery, result) for delivery, result in tried if result.state == "sent"]
    with dependencies.db.transaction() as session:
        claims.lock_in_order(session, [one.id for one in (*(delivery for delivery, _ in sent), *rest)])
        attempts.record_sent(session, sent, lease=claim.lease)
        claims.give_back(session, [one.id for one in rest], lease=claim.lease)
        _put_back_tokens(session, dependencies, rest)
    for delivery, result in tried:
        if result.state != "sent":
            end_try(dependencies, delivery, claim.lease, result)
    for one in claim.messages:
        if one.held is not None:
            end_held(dependencies, one.delivery, claim.lease, one.held)


def _put_back_tokens(session: Session, dependencies: Dependencies, unsent: Sequence[DeliveryRow]) -> None:
    unused = Counter(Channel(one.channel) for one in unsent)
    for channel in sorted(unused.keys() & dependencies.rates.keys()):
        rates.put_back_tokens(session, channel, dependencies.rates[channel], unused[channel])


def _try(dependencies: Dependencies, claimed: Claimed) -> Result:
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


def _send(dependencies: Dependencies, claimed: Claimed) -> None:
    delivery = claimed.delivery
    if claimed.is_late:
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
    dependencies: Dependencies, claimed: Claimed, outcome: str, error: DeliveryError | None, milliseconds: int
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
