"""A virtual host of its own on a running broker, with the topology and a user a service, as in production."""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import pytest

from service_kit.messaging.administration import Management
from setu_cli.topology import TOPOLOGY


@dataclass(frozen=True)
class Broker:
    """One virtual host: `admin_url` may do everything in it, `url_for(service)` what that service may.

    `management_url` is the administrator's way to the management API of the whole broker.
    """

    admin_url: str
    management_url: str
    vhost: str
    management: Management
    passwords: dict[str, str]

    def url_for(self, service: str) -> str:
        """`referral` or `referral_service`."""
        name = f"{service.removesuffix('_service')}_service"
        host = urlsplit(self.admin_url).netloc.rpartition("@")[2]
        return f"amqp://{self.vhost}.{name}:{self.passwords[name]}@{host}/{quote(self.vhost, safe='')}"

    def purge(self) -> None:
        """Empty every queue."""
        for queue in TOPOLOGY.queues():
            self.management.call("DELETE", f"/api/queues/{self.vhost}/{queue}/contents")

    def drop_connections(self, service: str) -> None:
        """Close the service's connections from the broker's side."""
        user = f"{self.vhost}.{service.removesuffix('_service')}_service"
        self.management.call("DELETE", f"/api/connections/username/{user}", missing_ok=True)


@contextmanager
def virtual_host(admin_url: str, management_url: str) -> Iterator[Broker]:
    """Make the virtual host and its users; remove both afterwards."""
    admin = urlsplit(admin_url)
    management_url = _with_user(management_url or _beside(admin_url), admin_url)
    management = Management(management_url)
    vhost = f"setu-test-{uuid.uuid4().hex[:10]}"
    passwords = {service: secrets.token_hex(12) for service in TOPOLOGY.services}
    management.load(TOPOLOGY.definitions(passwords, vhost=vhost, user_prefix=f"{vhost}."))
    management.grant(str(admin.username), vhost)
    try:
        yield Broker(admin_url.rpartition("/")[0] + f"/{vhost}", management_url, vhost, management, passwords)
    finally:
        management.delete_vhost(vhost)
        for service in passwords:
            management.delete_user(f"{vhost}.{service}")


def _beside(admin_url: str) -> str:
    parts = urlsplit(admin_url)
    if parts.port is None:
        pytest.fail("say where the broker's management API is: SETU_TEST_MANAGEMENT_URL")
    return f"http://{parts.hostname}:{parts.port + 1}"


def _with_user(management_url: str, admin_url: str) -> str:
    scheme, _, rest = management_url.partition("://")
    user = urlsplit(admin_url).netloc.rpartition("@")[0]
    return f"{scheme}://{user}@{rest.rpartition('@')[2]}"
