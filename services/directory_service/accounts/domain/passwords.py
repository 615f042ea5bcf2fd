"""What makes a password acceptable (NIST SP 800-63B-4 §3.1.1.2): length, and not a guess that everybody tries first.

No composition rules, no expiry. Promises: pure; the hashing lives outside. Not for slip codes or one-time codes, which
are random and need no rule.
"""

import unicodedata

SHORTEST = 12
LONGEST = 128
COMMON = frozenset(
    {
        "passwordpassword", "password1234", "123456789012", "1234567890123", "qwertyuiop12", "qwertyuiopas",
        "111111111111", "000000000000", "administrator", "letmeinletmein", "welcome12345", "iloveyou1234",
        "india1234567", "mypassword12", "changeme1234", "abcdefghijkl", "abcd12345678", "asdfghjkl123",
    }
)  # fmt: skip


class WeakPassword(ValueError):
    """The password is not accepted; `reason` is `short`, `long`, `common`, `personal` or `same`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def normalise(password: str) -> str:
    """NFKC, so that the same keys on another keyboard give the same password."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, words: tuple[str, ...] = ()) -> str:
    """Return the normalised password. `words`: the account's own handles, which it may not be made of.

    Raises `WeakPassword`.
    """
    text = normalise(password)
    if len(text) < SHORTEST:
        raise WeakPassword("short")
    if len(text) > LONGEST:
        raise WeakPassword("long")
    folded = text.lower()
    if folded in COMMON or len(set(folded)) < 4:
        raise WeakPassword("common")
    if any(len(word) >= 4 and folded.replace(word.lower(), "").strip("0123456789!.-_@# ") == "" for word in words):
        raise WeakPassword("personal")
    return text
