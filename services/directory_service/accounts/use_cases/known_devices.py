"""Device token: which accounts have signed in with a browser before, for counting wrong tries apart from strangers'.

The browser keeps a random device id and, for each of its last accounts, a keyed digest of both: nothing personal, and
nothing that opens anything. Promises: a token cannot be made up, and one account's says nothing to another's. Not a
second factor, and no way to recognise a browser that nobody signed in with.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from directory_service.accounts.use_cases.dependencies import Dependencies

ACCOUNTS = 12
"""How many accounts one device keeps: the desk of a police station is shared."""
_ID, _MARK = 16, 16  # bytes


def device_of(dependencies: Dependencies, token: str, account: UUID) -> bytes | None:
    """The device's id, where this account has signed in with it before."""
    device, marks = _parts(token)
    if device is None:
        return None
    own = _mark(dependencies, device, account)
    return device if any(hmac.compare_digest(own, mark) for mark in marks) else None


def remember_account(dependencies: Dependencies, token: str, account: UUID) -> str:
    """The token with this account in front, to be kept by the browser; a token that is none is made anew."""
    device, marks = _parts(token)
    device = device or dependencies.ids.random(_ID)
    own = _mark(dependencies, device, account)
    kept = [own, *(mark for mark in marks if mark != own)][:ACCOUNTS]
    return urlsafe_b64encode(b"".join((device, *kept))).decode()


def _mark(dependencies: Dependencies, device: bytes, account: UUID) -> bytes:
    return dependencies.mac.digest("known-device", device + account.bytes)[:_MARK]


def _parts(token: str) -> tuple[bytes | None, list[bytes]]:
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
    except ValueError:
        return None, []
    if not _ID < len(raw) <= _ID + ACCOUNTS * _MARK or (len(raw) - _ID) % _MARK:
        return None, []
    return raw[:_ID], [raw[at : at + _MARK] for at in range(_ID, len(raw), _MARK)]
