"""Forged events: a service's broker password publishes another service's events, and nothing comes of it.

The referral service's password writes a revocation and a reset, which only the directory may, on its own exchange, on
the directory's and on the default one, straight into a queue.
"""

from datetime import UTC, datetime
from uuid import UUID

from attack.report import Report, Severity
from attack.store_ids import query
from attack.target import Target, wait_for
from service_kit.envelope import CONTENT_TYPE, Event
from service_kit.messaging.rabbitmq import BrokerError, Outcome, Outgoing, Publisher

_EXCHANGES = ("referral.events", "directory.events", "", "amq.topic")
_KEYS = (
    "referral.submitted.v1",
    "directory.session.revoked.v1",
    "notification_service.inbox",
    "referral_service.inbox",
)


def play(target: Target, report: Report) -> None:
    """Each forged event on each exchange and key; then whether the session still stands, and what became of it."""
    token = target.sign_in("officer")
    rows = (
        "select s.id from session s join account a on a.id = s.account_id where a.user_name = %s order by s.created_at"
    )
    session = query(target, "directory", rows, target.ready["accounts"]["officer"]["user"])[-1][0]
    broker = target.stack.environments.broker("referral")
    for exchange in _EXCHANGES:
        for key in _KEYS:
            event = Event(
                "directory.session.revoked.v1", str(session),
                {"session_id": str(session), "expires_at": "2099-01-01T00:00:00Z", "version": 1},
                UUID(target.uuid()), datetime.now(UTC), source="directory_service",
            )  # fmt: skip
            arrived = _publish(broker, exchange, key, event)
            is_foreign = exchange != "referral.events"
            words = f"the referral service's password may publish on {exchange!r} to {key}"
            report.check(not (arrived and is_foreign), Severity.MEDIUM, words)
            states = _states(target, event.id) if arrived else {}
            report.check(
                "done" not in states.values(),
                Severity.MEDIUM,
                f"a forged event was applied: {states} ({exchange!r}, {key})",
            )
    for service, path in (("notification", "/api/notices"), ("referral", "/api/referrals")):
        with target.anonymous(service) as client:
            answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
        report.check(answer.status_code == 200, Severity.HIGH, f"a forged revocation ended a session at {service}")


def _publish(broker: str, exchange: str, key: str, event: Event) -> bool:
    publisher = Publisher(broker, content_type=CONTENT_TYPE, timeout=5)
    try:
        done = publisher.publish([Outgoing(str(event.id), exchange, key, event.to_bytes())])
        return Outcome.CONFIRMED in done.values()
    except BrokerError:
        return False
    finally:
        publisher.close()


def _states(target: Target, event: UUID) -> dict[str, str]:
    found: dict[str, str] = {}

    def is_there() -> bool:
        for service in ("referral", "notification"):
            statement = "select state from inbox where id = %s or position(%s in convert_from(body, 'utf8')) > 0"
            for row in query(target, service, statement, event, str(event)):
                found[service] = str(row[0])
        return bool(found)

    wait_for(is_there, 3)
    return found
