"""Digest of an address, by which the suppression list knows it without holding it.

Spellings that reach the same mailbox or phone are one: a mail address in any case, a number with or without spaces.
"""

import re
from collections.abc import Callable

from notification_service.domain.notices import Channel

Mac = Callable[[str, bytes], bytes]
"""Keyed digest of some bytes for a purpose (`service_kit.keyring.MacKey.digest`)."""


def digest_of(channel: Channel, address: str, mac: Mac) -> str:
    """Return the digest in hexadecimal; the same address on another channel has another."""
    plain = re.sub(r"[ ().-]", "", address) if channel is Channel.SMS else address.strip().lower()
    return mac(f"suppression {channel.value}", plain.encode()).hex()
