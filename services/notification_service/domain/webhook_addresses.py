"""Address rules of webhooks, against requests forged through this server (SSRF).

Promises: `parse_target` refuses what two readers could read in two ways (numbers in place of a name, user names, other
letters than ASCII); `is_public` lets through what is global by the registries of IANA and hides no other address.
Why so strict: the endpoint's owner chooses where this server knocks. Hosts and ports that an operator names
(`private_hosts`) are exempt, for machines in the own house: `host:port`, with `http://` before it where it may go
without TLS, `*` for any port (a program that is tried on the own machine). Not for looking names up:
`outside/webhook_resolver.py`.
"""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 500
PORTS = frozenset({443, 8443})
_DEFAULT_PORTS = {"https": 443, "http": 80}
_VISIBLE = re.compile(r"[!-\[\]-~]+")  # ASCII without space and backslash
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_HIDING = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # protocol assignments; some are called global, clouds serve their secrets there
            "192.88.99.0/24",  # 6to4 relays
            "168.63.129.16/32",  # the host of a virtual machine in a large cloud
            "2001::/23",  # Teredo and other protocols
            "2001:db8::/32",
            "2002::/16",  # 6to4: an IPv4 address inside
            "3fff::/20",  # documentation
        ),
    )
)


class AddressRefused(ValueError):
    """No webhook goes there. `word` says why, never the address."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook's address, taken apart; `host` in lower case, `path` with its query.

    `private`: an operator has named it.
    """

    scheme: str
    host: str
    port: int
    path: str
    private: bool

    @property
    def authority(self) -> str:
        """Host and, where it is not the scheme's own, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def parse_target(url: str, private_hosts: Collection[str]) -> Target:
    """Take an address apart; `private_hosts` as the module says. Raises AddressRefused."""
    if not _VISIBLE.fullmatch(url) or len(url) > LONGEST or "#" in url:
        raise AddressRefused("not_an_address")
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        raise AddressRefused("not_an_address") from None
    if scheme not in _DEFAULT_PORTS or not host or parts.netloc.endswith(":"):
        raise AddressRefused("not_an_address")
    if "@" in parts.netloc:
        raise AddressRefused("user_name")
    to_port = _DEFAULT_PORTS[scheme] if port is None else port
    private = _is_named(scheme, host, to_port, private_hosts)
    if not private:
        _check_public_form(scheme, host, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme, host, to_port, path, private)


def _is_named(scheme: str, host: str, port: int, private_hosts: Collection[str]) -> bool:
    name = f"[{host}]" if ":" in host else host
    named = f"http://{name}" if scheme == "http" else name
    return f"{named}:{port}" in private_hosts or f"{named}:*" in private_hosts


def _check_public_form(scheme: str, host: str, port: int | None) -> None:
    if scheme != "https":
        raise AddressRefused("not_https")
    labels = host.removesuffix(".").split(".")
    written_as_number = re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1])  # as WHATWG URL §3.5.3 reads an IPv4 address
    if len(labels) < 2 or written_as_number or len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise AddressRefused("not_a_name")
    if port is not None and port not in PORTS:
        raise AddressRefused("port")


def is_public(address: str) -> bool:
    """Whether a literal address is global unicast and embeds no other. Raises ValueError for what is no address."""
    ip = ipaddress.ip_address(address)
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    if ip.version == 6 and ip not in _GLOBAL_UNICAST:  # so no mapped, translated (NAT64) or site-local one
        return False
    return not any(ip in network for network in _HIDING if network.version == ip.version)


def check_addresses(target: Target, addresses: Collection[str]) -> None:
    """Refuse a name that leads nowhere, or anywhere private at all. Raises AddressRefused.

    One word for both, or it would tell which names there are inside.
    """
    if not addresses or not (target.private or all(map(is_public, addresses))):
        raise AddressRefused("not_public")
