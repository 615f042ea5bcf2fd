"""Send webhooks once more, or at once: one, or those since a moment; or a test that says nothing.

A message keeps its id however often it is sent, so that whoever has it already can tell. All are in the audit log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.domain.trial import TRIAL
from notification_service.domain.webhook_retry_schedule import TRY_NOW_EVERY
from notification_service.domain.webhook_types import TEST
from notification_service.store import webhook_endpoints, webhook_log
from notification_service.store.tables_webhooks import EndpointRow, WebhookRow
from notification_service.store.webhooks import FINAL, UNFINISHED
from notification_service.use_cases.plan_webhooks import plan_test
from service_kit.context import ServiceContext
from service_kit.db import audit
from service_kit.db.throttle import throttle
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.translations import N_

FAILED = ("failed",)
CANNOT_SEND: Mapping[str, str] = {
    "off": N_("The endpoint is off: turn it on first."),
    "test_waits": N_("A test waits already, until its next try. Try that one now."),
    "test_under_way": N_("A test is being sent at this moment."),
    "waits": N_("The message waits already, until its next try."),
    "under_way": N_("The message is being sent at this moment."),
    "tried_lately": N_("A message of this endpoint was tried at once less than a minute ago. Wait a minute."),
    "ended": N_("The message does not wait any more: it was taken, or has failed for good."),
    "stopped": N_("The referral has ended, or the person asks for no contact: nothing more is sent of it."),
    "trial": N_("It was held in a trial, whose people are made up. It is never sent."),
    "unsubscribed": N_("The endpoint was changed meanwhile and is not told of this any more."),
}
"""Word of a refusal → what is so."""


class CannotSendError(Exception):
    """Nothing was put in the queue. `word` says why; `test`: the message of the test that waits already."""

    def __init__(self, word: str, test: UUID | None = None) -> None:
        super().__init__(word)
        self.word = word
        self.test = test


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many messages were put back in the queue, and how many of the same span waited there already."""

    count: int
    waiting: int


def find_webhook(dependencies: ServiceContext, who: Principal, endpoint: UUID, message: UUID) -> WebhookRow:
    """Return one message; raises NotFound where it does not exist for the caller."""
    with dependencies.db.transaction(who.scope) as session:
        row = webhook_log.one(session, who, endpoint, message)
    if row is None:
        raise NotFound
    return row


def resend_webhook(dependencies: ServiceContext, who: Principal, endpoint: UUID, message: UUID) -> None:
    """Put one message that has ended back in the queue. Raises NotFound, CannotSendError."""
    now = dependencies.clock.now()
    with dependencies.db.transaction(who.scope) as session:
        types = (*_require_enabled(session, who, endpoint).types, TEST)
        row = _lock_message(session, who, endpoint, message)
        if not webhook_log.send_again(session, who, endpoint, now=now, types=types, states=FINAL, only=message):
            raise CannotSendError(_why_not_again(row))
        audit.record(session, "webhook.resend", ("webhook", str(message)), who, now)


def try_webhook_now(dependencies: ServiceContext, who: Principal, endpoint: UUID, message: UUID) -> None:
    """Bring the next try of a message that waits forward to now, once a minute an endpoint.

    The endpoint's own wish for a pause is lifted as well: its owner says that it is ready. Of what is due already
    nothing is brought forward, so pressing twice is pressing once. Raises NotFound, CannotSendError.
    """
    now = dependencies.clock.now()
    with dependencies.db.transaction(who.scope) as session:
        to = _require_enabled(session, who, endpoint, lock=True)
        row = _lock_message(session, who, endpoint, message)
        if row.state != "waiting":
            raise CannotSendError("under_way" if row.state == "sending" else "ended")
        if webhook_log.is_due(to, row, now):
            return
        if throttle(session, "webhook tried by hand", endpoint.bytes, limit=1, window=TRY_NOW_EVERY, now=now):
            raise CannotSendError("tried_lately")
        webhook_log.bring_forward(session, to, row, now)
        audit.record(session, "webhook.try_now", ("webhook", str(message)), who, now)


def replay_webhooks(
    dependencies: ServiceContext,
    who: Principal,
    endpoint: UUID,
    *,
    since: datetime,
    until: datetime | None = None,
    taken_too: bool = False,
) -> Replayed:
    """Put what failed between two moments back in the queue, if asked also what was taken.

    Of the types that it subscribes to now, without tests, up to `webhook_log.MOST_AT_ONCE`. Raises as the others do.
    """
    now = dependencies.clock.now()
    states = FINAL if taken_too else FAILED
    with dependencies.db.transaction(who.scope) as session:
        types = _require_enabled(session, who, endpoint).types
        waiting = webhook_log.count_unfinished(session, who, endpoint, types=types, since=since, until=until)
        count = webhook_log.send_again(
            session, who, endpoint, now=now, types=types, states=states, since=since, until=until
        )
        detail = {"count": str(count)}
        audit.record(session, "webhook.replay", ("webhook_endpoint", str(endpoint)), who, now, detail=detail)
    return Replayed(count, waiting)


def send_test_webhook(dependencies: ServiceContext, who: Principal, endpoint: UUID) -> UUID:
    """Put a test in the queue and return its message's id; one at a time. Raises NotFound, CannotSendError."""
    now = dependencies.clock.now()
    with dependencies.db.transaction(who.scope) as session:
        row = _require_enabled(session, who, endpoint, lock=True)
        before = webhook_log.unfinished_test(session, endpoint)
        if before is not None:
            raise _test_before(before)
        message = plan_test(session, row, dependencies.ids.uuid(), now)
        audit.record(session, "webhook.test", ("webhook_endpoint", str(endpoint)), who, now)
    return message


def _require_enabled(session: Session, who: Principal, endpoint: UUID, *, lock: bool = False) -> EndpointRow:
    row = webhook_endpoints.one(session, who, endpoint, lock=lock)
    if row is None:
        raise NotFound
    if row.state != "enabled":
        raise CannotSendError("off")
    return row


def _lock_message(session: Session, who: Principal, endpoint: UUID, message: UUID) -> WebhookRow:
    row = webhook_log.one(session, who, endpoint, message, lock=True)
    if row is None:
        raise NotFound
    return row


def _why_not_again(row: WebhookRow) -> str:
    if row.state in UNFINISHED:
        return "waits" if row.state == "waiting" else "under_way"
    if row.error == TRIAL:
        return "trial"
    return "stopped" if row.stopped else "unsubscribed"


def _test_before(row: WebhookRow) -> CannotSendError:
    return CannotSendError("test_waits", row.id) if row.state == "waiting" else CannotSendError("test_under_way")
