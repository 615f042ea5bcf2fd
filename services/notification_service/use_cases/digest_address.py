"""Digest of an address, by which the suppression list knows it without holding it.

Spellings that reach the same mailbox or phone are one: a mail address in any case, a number with or without spaces,
plus and country code.
"""

import re
from collections.abc import Callable

from notification_service.domain.notices import Channel
from service_kit.phone_numbers import BadNumber, read_phone_number

Mac = Callable[[str, bytes], bytes]
"""Keyed digest of some bytes for a purpose (`service_kit.keyring.MacKey.digest`)."""
HOME = "IN"


def digest_address(channel: Channel, address: str, mac: Mac) -> str:
    """Return the digest in hexadecimal; the same address on another channel has another."""
    plain = _plain_number(address) if channel is Channel.SMS else address.strip().lower()
    return mac(f"suppression {channel.value}", plain.encode()).hex()


def _plain_number(typed: str) -> str:
    try:
        return read_phone_number(typed, home=HOME)
    except BadNumber:
        return re.sub(r"\D", "", typed)
