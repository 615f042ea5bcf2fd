"""Webhook signatures by Standard Webhooks: HMAC-SHA256 over id, timestamp and body, `v1`.

Promises: the header names one signature for each secret that is good at that moment, the newest first, so a rotation
loses nothing. Source: https://www.standardwebhooks.com, "Signature scheme". Times are aware; the header has whole
seconds since the epoch.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta

OVERLAP = timedelta(hours=24)
"""How long the secret before a rotation is signed with, too."""


def secret_text(secret: bytes) -> str:
    """Return a secret as its owner gets it: `whsec_` and base64."""
    return "whsec_" + b64encode(secret).decode()


def generations(newest: int, rotated_at: datetime | None, now: datetime) -> tuple[int, ...]:
    """Return which generations of an endpoint's secret sign at `now`, the newest first."""
    overlaps = newest > 1 and rotated_at is not None and now < rotated_at + OVERLAP
    return (newest, newest - 1) if overlaps else (newest,)


def signed_headers(message_id: str, at: datetime, body: bytes, secrets: Sequence[bytes]) -> dict[str, str]:
    """Return the three headers of a webhook that leaves `at`."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    signatures = (b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode() for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
