"""Verifier of providers' signed callbacks, by Standard Webhooks: HMAC-SHA256 over id, timestamp and body, `v1`.

Promises: a changed body, another key, and what is older or newer than `TOLERANCE` are refused; that one id counts once
is `store/reports.py`'s. Source: https://www.standardwebhooks.com, "Verifying signatures". Times are aware.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)
LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Callback:
    """What came: the three headers and the body's bytes."""

    id: str
    timestamp: str
    signatures: str
    body: bytes

    @classmethod
    def of(cls, headers: Mapping[str, str], body: bytes) -> "Callback":
        """Read the headers; one that is missing is empty, and then nothing is right."""
        lower = {name.lower(): value for name, value in headers.items()}
        given = [lower.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")]
        return cls(given[0], given[1], given[2], body)


def is_genuine(callback: Callback, keys: Iterable[bytes], now: datetime) -> bool:
    """Whether one of the keys (raw) signed it, not long before or after `now`."""
    at = callback.timestamp
    if not (0 < len(callback.id) <= LONGEST_ID and at.isascii() and at.isdecimal() and len(at) <= 12):
        return False
    if abs(now.timestamp() - int(at)) > TOLERANCE.total_seconds():
        return False
    signed = b".".join((callback.id.encode(), at.encode(), callback.body))
    given = [word.removeprefix("v1,").encode() for word in callback.signatures.split() if word.startswith("v1,")]
    wanted = [b64encode(hmac.digest(key, signed, "sha256")) for key in keys]
    return any(hmac.compare_digest(one, other) for one in given for other in wanted)
