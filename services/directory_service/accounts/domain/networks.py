"""Network of an address, as tries and requests are counted: IPv4 by /24 or alone, IPv6 by /64.

Whoever has one address of such a block often has others of it, so that a change of address is no new count. Where only
work is to be bounded an IPv4 address counts alone, since thousands of people may share a block. Some front servers
write the connection's port behind the address, which would make each connection a network of its own. Pure.
"""

import re
from ipaddress import IPv6Address, ip_address, ip_network

_WITH_PORT = re.compile(r"(?P<ipv4>[0-9.]+):[0-9]+|\[(?P<ipv6>[^\]]+)\](?::[0-9]+)?")


def network_of(address: str, *, ipv4_prefix: int = 24) -> str:
    """`203.0.113.0/24`, `2001:db8::/64`; an IPv4 address in IPv6's clothes is the IPv4 one; else the text as it is."""
    with_port = _WITH_PORT.fullmatch(address)
    bare = (with_port["ipv4"] or with_port["ipv6"]) if with_port else address
    try:
        parsed = ip_address(bare.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ip_network((parsed, ipv4_prefix if parsed.version == 4 else 64), strict=False))
