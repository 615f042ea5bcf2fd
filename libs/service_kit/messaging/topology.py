"""What exists on the broker, as data: exchanges, queues, bindings, users and what each may do.

An administrator declares it (`setu topology declare`, or RabbitMQ loads `definitions` when it boots);
services only look whether it is there. Each exchange is written by its owner alone. Queues are quorum
queues with one active consumer (order), a delivery limit with a dead-letter queue as a net for what
crashes the process, and rejection of new messages when full (the outbox keeps them). Types are bound one
by one: an event that nobody wants is returned to its relay, which raises an alarm.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any

from service_kit.envelope import exchange_of
from service_kit.messaging import rabbitmq

EXCHANGES = {"directory.events": "directory_service", "referral.events": "referral_service"}  # name → owner
SERVICES = ("directory_service", "referral_service", "notification_service")
ADMINISTRATOR = "setu_admin"

_FACTS = ("directory.organization.changed.v1", "directory.session.revoked.v1")
_LISTINGS = ("directory.change.asked.v1", "directory.change.decided.v1", "directory.confirmation.due.v1")
_REFERRAL_STEPS = (
    "submitted",
    "withdrawn",
    "closed",
    "expired",
    "reminder.due",
    "escalation.due",
    "decision.due",
    "review.due",
    "question.asked",
    "question.answered",
    "forward.requested",
    "view.changed",
)
# receiving service → the types it gets
SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "directory_service": (),  # knowledge flows one way, and nothing flows back yet (docs/adr/0002)
    "referral_service": (*_FACTS, "directory.service.changed.v1", "directory.account.reset.v1"),
    # staff contact data travel in member.changed, on this route alone
    "notification_service": (
        *_FACTS,
        "directory.member.changed.v1",
        "directory.account.reset.v1",  # the owner is told on all channels
        *_LISTINGS,
        *(f"referral.{step}.v1" for step in _REFERRAL_STEPS),
    ),
}


def inbox_queue(service: str) -> str:
    """Where a service's events arrive."""
    return f"{service}.inbox"


def dead_queue(service: str) -> str:
    """Where the broker puts what was delivered too often."""
    return f"{service}.dead"


def queue_arguments(service: str) -> dict[str, dict[str, Any]]:
    """Queue name → its arguments."""
    dead = dead_queue(service)
    return {
        dead: {"x-queue-type": "quorum"},
        inbox_queue(service): {
            "x-queue-type": "quorum",
            "x-single-active-consumer": True,
            "x-delivery-limit": 20,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": dead,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
            "x-max-length": 500_000,
        },
    }


def queues() -> dict[str, dict[str, Any]]:
    """Every queue with its arguments."""
    return {name: arguments for service in SERVICES for name, arguments in queue_arguments(service).items()}


def bindings() -> list[tuple[str, str, str]]:
    """(exchange, queue, routing key), the routing key being the event's type."""
    return [
        (exchange_of(event_type), inbox_queue(service), event_type)
        for service, types in SUBSCRIPTIONS.items()
        for event_type in types
    ]


def permissions(service: str) -> dict[str, str]:
    """What a service's user may do, as the broker's regular expressions: declare nothing, use its own."""
    own = [re.escape(exchange) for exchange, owner in EXCHANGES.items() if owner == service]
    return {
        "configure": "^$",
        "write": f"^({'|'.join(own)})$" if own else "^$",
        "read": f"^{re.escape(service)}\\.(inbox|dead)$",
    }


def definitions(passwords: Mapping[str, str], *, vhost: str = "/", user_prefix: str = "") -> dict[str, Any]:
    """RabbitMQ's definitions document: users, permissions, policies, exchanges, queues, bindings.

    `passwords` maps user names (the services', and `setu_admin` if there shall be an administrator) to
    passwords; they appear as salted hashes. A node that boots with it makes no `guest` user.
    """
    services = [service for service in SERVICES if service in passwords]
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(user_prefix + name, name, password) for name, password in passwords.items()],
        "permissions": [
            {"user": user_prefix + name, "vhost": vhost, **rights}
            for name, rights in [
                *((service, permissions(service)) for service in services),
                *((name, _EVERYTHING) for name in passwords if name not in SERVICES),
            ]
        ],
        "policies": [
            {
                "vhost": vhost,
                "name": "dead letters stay",
                "pattern": r"^\w+\.dead$",
                "apply-to": "queues",
                "priority": 0,
                # else RabbitMQ 4 drops what it delivered 20 times; a policy also reaches queues that are there already
                "definition": {"delivery-limit": -1},
            }
        ],
        "exchanges": [
            {"name": name, "vhost": vhost, "type": "topic", "durable": True, "auto_delete": False, "arguments": {}}
            for name in EXCHANGES
        ],
        "queues": [
            {"name": name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": arguments}
            for name, arguments in queues().items()
        ],
        "bindings": [
            {
                "source": exchange,
                "vhost": vhost,
                "destination": queue,
                "destination_type": "queue",
                "routing_key": key,
                "arguments": {},
            }
            for exchange, queue, key in bindings()
        ],
    }


def declare(admin_amqp_url: str) -> None:
    """Declare exchanges, queues and bindings on a running broker. Raises BrokerError, also when one differs."""
    rabbitmq.declare(admin_amqp_url, list(EXCHANGES), queues(), bindings())


_EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}


def _user(full_name: str, name: str, password: str) -> dict[str, Any]:
    return {
        "name": full_name,
        "password_hash": password_hash(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": ["administrator"] if name == ADMINISTRATOR else [],
    }


def password_hash(password: str, salt: bytes | None = None) -> str:
    """RabbitMQ's salted SHA-256: base64 of a 4-byte salt and the digest of salt and password."""
    salt = secrets.token_bytes(4) if salt is None else salt
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
