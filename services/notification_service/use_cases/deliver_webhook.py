"""Deliver due webhooks: claim in one transaction, send with none open, record in another.

Promises: a message is never lost (whoever dies after the claim leaves a lease that runs out) and, if a process dies
between sending and recording, is repeated under the same `webhook-id`. An endpoint that says 410 is disabled at once,
one that took nothing for five days at its next failure; its organisation's managers have a notice of it.
"""

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from threading import Event as Stop
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from notification_service.domain import webhook_retry_schedule
from notification_service.domain.links import Links
from notification_service.domain.notices import NAMESPACE, Channel
from notification_service.domain.routing_table import OF_A_BODY, WEBHOOK_DISABLED
from notification_service.domain.webhook_retry_schedule import Answer
from notification_service.domain.webhook_signatures import generations, signed_headers
from notification_service.domain.webhook_types import webhook_id
from notification_service.outside.webhooks import NotSent, WebhookCarrier, WebhookRequest
from notification_service.store import webhook_endpoints, webhooks
from notification_service.store.tables_webhooks import EndpointRow, WebhookRow
from notification_service.store.webhooks import ClaimedWebhook
from notification_service.use_cases.plan_notices import plan_notices
from notification_service.use_cases.poll_lock import PollLock
from notification_service.use_cases.webhook_secrets import secret_of
from notification_service.use_cases.write_webhook import write_webhook
from service_kit import failpoints, metrics
from service_kit.clock import Clock
from service_kit.db.clock_notes import BelievableClock
from service_kit.db.engine import Database
from service_kit.envelope import Event
from service_kit.ids import Ids
from service_kit.keyring import MacKey
from service_kit.logs import correlation_id
from setu.roles import COORDINATING_BODY

WEBHOOK_SENT_NOT_RECORDED: Final = "webhook-sent-not-recorded"
_log = logging.getLogger(__name__)
_attempts = metrics.counter("webhook_attempts", "Attempts at sending a webhook", ["type", "outcome"])
_took = metrics.seconds("webhook_attempt", "From connecting to the endpoint's answer")
_delay = metrics.seconds("webhook_delay", "From planning a webhook to the endpoint's first 2xx")
_disabled = metrics.counter("webhook_endpoints_disabled", "Endpoints disabled by the system", ["reason"])


@dataclass(frozen=True)
class WebhookDependencies:
    """What sending webhooks is handed. `channels`: what carries the word that an endpoint was disabled.

    `test_addresses`: in a trial, the endpoints that alone are sent to; None outside of one.
    """

    db: Database
    clock: Clock
    believable: BelievableClock
    ids: Ids
    mac: MacKey
    carrier: WebhookCarrier
    links: Links
    channels: Collection[Channel]
    test_addresses: Collection[str] | None = None

    def holds(self, endpoint: EndpointRow) -> bool:
        """Whether this is a trial, and the endpoint is not one of the named test addresses."""
        return self.test_addresses is not None and endpoint.url not in self.test_addresses


def deliver_next_webhook(dependencies: WebhookDependencies, *, poll_lock: PollLock, stop: Stop) -> bool:
    """Claim the webhook that is due first and send it; False when none was claimed.

    Claims under `poll_lock`, when it is time, and not once `stop` is set.
    """
    with poll_lock.hold(stop) as may_poll:
        claimed = _claim(dependencies) if may_poll else None
        if claimed is None:
            return False
        if claimed.is_more_due:
            poll_lock.wake()
    _deliver(dependencies, claimed)
    poll_lock.wake()  # what waited behind it may leave: of an organisation one is under way at a time
    return True


def keep_delivering_webhooks(dependencies: WebhookDependencies, poll_lock: PollLock, stop: Stop) -> None:
    """Send until `stop` is set."""
    while not stop.is_set():
        deliver_next_webhook(dependencies, poll_lock=poll_lock, stop=stop)


def _claim(dependencies: WebhookDependencies) -> ClaimedWebhook | None:
    with dependencies.db.transaction() as session:
        return webhooks.claim(session, now=dependencies.clock.now(), lease=dependencies.ids.uuid())


def _deliver(dependencies: WebhookDependencies, claimed: ClaimedWebhook) -> None:
    message, endpoint, lease = claimed.message, claimed.endpoint, claimed.lease
    correlation_id.set(message.correlation_id)
    if dependencies.holds(endpoint):
        with dependencies.db.transaction() as session:
            webhooks.hold(session, message, lease, dependencies.clock.now())
        return
    started = time.monotonic()
    answer = _attempt(dependencies, message, endpoint)
    took = time.monotonic() - started
    _took.observe(took)
    with dependencies.db.transaction() as session:
        _record(session, dependencies, message, lease, answer, int(took * 1000))


def _attempt(dependencies: WebhookDependencies, message: WebhookRow, endpoint: EndpointRow) -> Answer:
    if message.attempts - message.retry_from > webhook_retry_schedule.MAX_ATTEMPTS:
        return Answer(error="cut_off")  # every attempt before ended the process
    now = dependencies.clock.now()
    body = write_webhook(message, dependencies.links).encode()
    secrets = [
        secret_of(dependencies.mac, endpoint.id, generation)
        for generation in generations(endpoint.generation, endpoint.rotated_at, now)
    ]
    request = WebhookRequest(endpoint.url, signed_headers(webhook_id(message.id), now, body, secrets), body)
    try:
        answer = dependencies.carrier.send(request)
    except NotSent as failed:
        answer = Answer(error=failed.word)
    failpoints.reach(WEBHOOK_SENT_NOT_RECORDED)
    return answer


def _record(
    session: Session,
    dependencies: WebhookDependencies,
    message: WebhookRow,
    lease: UUID,
    answer: Answer,
    milliseconds: int,
) -> None:
    now = dependencies.clock.now()
    endpoint = webhook_endpoints.lock(session, message.endpoint_id)
    webhooks.record_attempt(session, message, answer, at=now, milliseconds=milliseconds)
    endpoint.paused_until = webhook_retry_schedule.paused_until(answer, now)
    reason = _note_how_it_went(session, dependencies, endpoint, answer, now)
    again = None if answer.is_taken or reason else _next_attempt(dependencies, message, answer, now)
    settled = webhooks.settle(
        session,
        message,
        lease,
        now=now,
        state="taken" if answer.is_taken else "failed" if again is None else "waiting",
        error=answer.error,
        next_attempt_at=again or message.next_attempt_at,
    )
    _count(message, answer, now, settled=settled)
    if reason is not None and endpoint.state == "enabled":
        _disable(session, endpoint, reason, now, dependencies.channels)


def _note_how_it_went(
    session: Session, dependencies: WebhookDependencies, endpoint: EndpointRow, answer: Answer, now: datetime
) -> str | None:
    """Return why the endpoint is to be disabled; a leap neither begins nor ends the five days of failing."""
    if answer.is_taken:
        endpoint.failing_since = None
    elif dependencies.believable.is_believed(session, now):
        endpoint.failing_since = endpoint.failing_since or now
        return webhook_retry_schedule.reason_to_disable(answer, endpoint.failing_since, now)
    return webhook_retry_schedule.reason_to_disable(answer, None, now)


def _next_attempt(
    dependencies: WebhookDependencies, message: WebhookRow, answer: Answer, now: datetime
) -> datetime | None:
    chance = int.from_bytes(dependencies.ids.random(4), "big") / 2**32
    failures = message.attempts - message.retry_from
    return webhook_retry_schedule.next_attempt(failures, now, chance, answer.retry_after)


def _count(message: WebhookRow, answer: Answer, now: datetime, *, settled: bool) -> None:
    outcome = "taken" if answer.is_taken else "refused" if answer.status is not None else "no_answer"
    _attempts.labels(message.type, outcome).inc()
    if answer.is_taken and settled and message.retry_from == 0:  # or what was sent again by hand would look slow
        _delay.observe((now - message.created_at).total_seconds())
    _log.info("webhook attempted", extra={"message_id": str(message.id), "outcome": outcome, "word": answer.error})


def _disable(
    session: Session, endpoint: EndpointRow, reason: str, now: datetime, channels: Collection[Channel]
) -> None:
    endpoint.state, endpoint.reason, endpoint.version = "disabled", reason, endpoint.version + 1
    webhooks.give_up_unfinished(session, endpoint.id, now)
    _disabled.labels(reason).inc()
    state = {"state": OF_A_BODY} if endpoint.organization_kind == COORDINATING_BODY else {}
    told = Event(
        type=WEBHOOK_DISABLED,
        subject=str(endpoint.id),
        data={"version": endpoint.version, "receivers": [str(endpoint.organization_id)], **state},
        id=uuid5(NAMESPACE, f"{WEBHOOK_DISABLED}/{endpoint.id}/{endpoint.version}"),
        time=now,
    )
    plan_notices(session, [told], now, channels)
