"""Name resolver of webhooks: an address is taken apart, looked up once, and pinned to what was found.

Promises: what `pin` returns is all that will be connected to, so a name that later leads elsewhere (DNS rebinding)
leads nowhere; the look-up is given up in time. Not for connecting: that is `webhooks.py`.
"""

import socket
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread

from notification_service.domain.webhook_addresses import AddressRefused, Target, check_addresses, parse_target

LOOK_UP_SECONDS = 5.0
Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class PinnedTarget:
    """A webhook's address with the literal addresses that it may be connected to, in the resolver's order."""

    target: Target
    addresses: Sequence[str]


def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver; nothing where it knows none, or takes more than five seconds."""
    answer: Future[Sequence[str]] = Future()
    Thread(target=_look_up, args=(host, port, answer), name="look up", daemon=True).start()
    try:
        return answer.result(LOOK_UP_SECONDS)
    except (TimeoutError, OSError, UnicodeError):
        return ()


def _look_up(host: str, port: int, answer: Future[Sequence[str]]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        answer.set_exception(error)
    else:
        answer.set_result(list(dict.fromkeys(str(address[4][0]) for address in found)))


class WebhookAddresses:
    """Checks and pins addresses. `private_hosts`: what an operator lets through (`domain/webhook_addresses.py`)."""

    def __init__(self, private_hosts: Collection[str], resolve: Resolve = look_up) -> None:
        self._private_hosts = frozenset(private_hosts)
        self._resolve = resolve

    def pin(self, url: str) -> PinnedTarget:
        """Raises AddressRefused."""
        target = parse_target(url, self._private_hosts)
        addresses = self._resolve(target.host, target.port)
        try:
            check_addresses(target, addresses)
        except ValueError as refused:  # a resolver's "fe80::1%eth0" is no address for us either
            raise refused if isinstance(refused, AddressRefused) else AddressRefused("not_public") from None
        return PinnedTarget(target, addresses)
