"""Code that a provider's manager reads out to whoever rings before the provider is let in: computed, stored nowhere.

Why: an honest manager of another organisation of that name also says "yes, I have signed in". Promises: it binds the
account that is let in to the voice on the phone; bound to the account, its organisation and the password in force, so
that whoever begins anew with a slip reads another one; shown on the manager's own page while the organisation waits,
and never to whoever lets it in.
"""

import hmac
from datetime import datetime
from uuid import UUID

from directory_service.accounts.domain import one_time_codes as codes
from directory_service.accounts.use_cases.dependencies import Dependencies


def letting_in_code(
    dependencies: Dependencies, account: UUID, organization: UUID, password_changed_at: datetime | None
) -> str:
    """In groups of four, as it is read out."""
    bound = f"{account}|{organization}|{password_changed_at and password_changed_at.isoformat()}".encode()
    digests = (dependencies.mac.digest("letting in", bound + half) for half in (b"|1", b"|2"))  # 32 bytes each
    return codes.group(codes.spell(b"".join(digests), codes.SPOKEN_LENGTH))


def is_code(typed: str, code: str) -> bool:
    """Whether what was typed, in any spelling, is the code."""
    return hmac.compare_digest(codes.canonical_code(typed).encode(), codes.canonical_code(code).encode())
