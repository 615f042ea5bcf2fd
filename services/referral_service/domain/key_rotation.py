"""Key rotation: when a key-encryption key is due to be replaced, and when it is too old.

An erased record can be read by whoever holds a backup and the key that its own key was wrapped under, so the key's life
is the time until an erasure is final. Source: docs/privacy.md, "When an erasure is final".
"""

from datetime import datetime, timedelta

ROTATE_AFTER = timedelta(days=28)
"""A setting's default: each month, with days to spare for a worker that was down."""
TOO_OLD = timedelta(days=31)
"""From here on it is an alarm."""
KEPT_APART = timedelta(days=30)
"""From a key's making, for its copy beside a backup; the keyring itself lets it go with the rotation."""


def is_due(made_at: datetime, now: datetime, rotate_after: timedelta) -> bool:
    """Whether a new key should take its place."""
    return now - made_at >= rotate_after
