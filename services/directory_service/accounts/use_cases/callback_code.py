"""Call-back code: a pending provider's manager reads it out to whoever rings and approves; computed, stored nowhere.

Why: an honest manager of another organisation of that name also says "yes, I have signed in". Promises: it binds the
manager's account to the voice on the phone; bound to the account, its organisation and the password in force, so
that whoever begins anew with a slip reads another one; shown on the manager's own page while it is pending,
and never to whoever approves it.
"""

import hmac
from datetime import datetime
from uuid import UUID

from directory_service.accounts.domain import one_time_codes as codes
from directory_service.accounts.use_cases.dependencies import Dependencies


def callback_code(
    dependencies: Dependencies, account: UUID, organization: UUID, password_changed_at: datetime | None
) -> str:
    """In groups of four, as it is read out."""
    bound = f"{account}|{organization}|{password_changed_at and password_changed_at.isoformat()}".encode()
    digests = (dependencies.mac.digest("callback code", bound + half) for half in (b"|1", b"|2"))  # 32 bytes each
    return codes.group(codes.spell(b"".join(digests), codes.CALLBACK_CODE_LENGTH))


def matches_callback_code(typed: str, code: str) -> bool:
    """Whether what was typed, in any spelling, is the code."""
    return hmac.compare_digest(codes.canonical_code(typed).encode(), codes.canonical_code(code).encode())
