"""A webhook goes to the address that was pinned, and TLS and `Host` are held to the name."""

import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography import x509

from notification_service.outside.webhook_resolver import WebhookAddresses
from notification_service.outside.webhooks import HttpWebhooks, NotSent, WebhookRequest
from support.kit.certificate_authority import Authority
from support.webhooks.sinks import a_sink, own_loopback

NAME, HERE = "hooks.example.org", own_loopback()


def carrier(authority: Authority, addresses: Sequence[str]) -> HttpWebhooks:
    """Whatever the name, the resolver says these; the operator has named it, since they are on this machine."""
    tls = ssl.create_default_context(cafile=str(authority.certificate_file))
    return HttpWebhooks(WebhookAddresses({f"{NAME}:*"}, lambda *_: addresses), total_seconds=5, tls=tls)


def request(port: int) -> WebhookRequest:
    return WebhookRequest(f"https://{NAME}:{port}/in?key=k", {"webhook-id": "msg_1"}, b"{}")


def test_the_certificate_is_the_names_and_the_connection_the_pinned_addresss(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "authority")
    asked: list[str | None] = []
    tls = authority.server(x509.DNSName(NAME))
    tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    with a_sink(HERE, tls=tls) as sink:
        nobody = "127.255.255.254"
        answer = carrier(authority, [nobody, HERE]).send(request(sink.port))
    [arrived] = sink.arrived
    assert (answer.status, arrived.path, asked) == (200, "/in?key=k", [NAME])
    assert arrived.headers["host"] == f"{NAME}:{sink.port}"
    assert {"cookie", "authorization", "proxy-authorization"}.isdisjoint(arrived.headers)


@pytest.mark.parametrize("names", [(x509.DNSName("hooks.elsewhere.example"),), ()])
def test_another_names_certificate_gets_nothing(tmp_path: Path, names: Sequence[x509.GeneralName]) -> None:
    authority, stranger = Authority(tmp_path, "authority"), Authority(tmp_path, "stranger")
    tls = authority.server(*names) if names else stranger.server(x509.DNSName(NAME))
    with a_sink(HERE, tls=tls) as sink, pytest.raises(NotSent, match="unreachable"):
        carrier(authority, [HERE]).send(request(sink.port))
    assert sink.arrived == []
