"""Topology of the broker, as data: exchanges, queues, bindings, users and what each may do.

The shape alone; which events there are is for whoever builds a `Topology`. An administrator declares it (`topology
declare` of the command line, or RabbitMQ loads `definitions` when it boots); services only look whether it is there.
Each exchange is written by its owner alone. Queues are quorum queues with one active consumer (order), a delivery limit
with a dead-letter queue as a net for what crashes the process, and rejection of new messages when full (the outbox
keeps them). Types are bound one by one: an event that nobody wants is returned to its relay, which raises an alarm.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service_kit.envelope import exchange_of
from service_kit.messaging import rabbitmq

ADMINISTRATOR = "setu_admin"
_TYPE = re.compile(r"[a-z]+(\.[a-z]+)+\.v[0-9]+")


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


@dataclass(frozen=True)
class Topology:
    """Exchanges (name → the service that owns it) and subscriptions (service → the types that it gets).

    Every service of the installation is a key of `subscriptions`, with no types where it listens to nothing.
    """

    exchanges: Mapping[str, str]
    subscriptions: Mapping[str, Sequence[str]]

    @property
    def services(self) -> tuple[str, ...]:
        """Every service, in the order of the subscriptions."""
        return tuple(self.subscriptions)

    def queues(self) -> dict[str, dict[str, Any]]:
        """Every queue with its arguments."""
        return {name: arguments for service in self.services for name, arguments in queue_arguments(service).items()}

    def bindings(self) -> list[tuple[str, str, str]]:
        """(exchange, queue, routing key), the routing key being the event's type."""
        return [
            (exchange_of(event_type), inbox_queue(service), event_type)
            for service, types in self.subscriptions.items()
            for event_type in types
        ]

    def permissions(self, service: str) -> dict[str, str]:
        """What a service's user may do, as the broker's regular expressions: declare nothing, use its own."""
        own = [re.escape(exchange) for exchange, owner in self.exchanges.items() if owner == service]
        return {
            "configure": "^$",
            "write": f"^({'|'.join(own)})$" if own else "^$",
            "read": f"^{re.escape(service)}\\.(inbox|dead)$",
        }

    def definitions(self, passwords: Mapping[str, str], *, vhost: str = "/", user_prefix: str = "") -> dict[str, Any]:
        """RabbitMQ's definitions document: users, permissions, policies, exchanges, queues, bindings.

        `passwords` maps user names (the services', and `setu_admin` if there shall be an administrator) to
        passwords; they appear as salted hashes. A node that boots with it makes no `guest` user.
        """
        return {
            "vhosts": [{"name": vhost}],
            "users": [_user(user_prefix + name, name, password) for name, password in passwords.items()],
            "permissions": [
                {"user": user_prefix + name, "vhost": vhost, **self._rights_of(name)} for name in passwords
            ],
            "policies": [_dead_letters_stay(vhost)],
            "exchanges": [
                {"name": name, "vhost": vhost, "type": "topic", "durable": True, "auto_delete": False, "arguments": {}}
                for name in self.exchanges
            ],
            "queues": [
                {"name": name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": arguments}
                for name, arguments in self.queues().items()
            ],
            "bindings": [_binding(vhost, *binding) for binding in self.bindings()],
        }

    def _rights_of(self, user: str) -> Mapping[str, str]:
        return self.permissions(user) if user in self.subscriptions else _EVERYTHING

    def declare(self, admin_amqp_url: str) -> None:
        """Declare exchanges, queues and bindings on a running broker. Raises BrokerError, also when one differs."""
        rabbitmq.declare(admin_amqp_url, list(self.exchanges), self.queues(), self.bindings())


def _dead_letters_stay(vhost: str) -> dict[str, Any]:
    return {
        "vhost": vhost,
        "name": "dead letters stay",
        "pattern": r"^\w+\.dead$",
        "apply-to": "queues",
        "priority": 0,
        # else RabbitMQ 4 drops what it delivered 20 times; a policy also reaches queues that are there already
        "definition": {"delivery-limit": -1},
    }


def _binding(vhost: str, exchange: str, queue: str, key: str) -> dict[str, Any]:
    return {
        "source": exchange,
        "vhost": vhost,
        "destination": queue,
        "destination_type": "queue",
        "routing_key": key,
        "arguments": {},
    }


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
