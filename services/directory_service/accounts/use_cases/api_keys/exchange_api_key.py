"""Exchange an API key for a short token, which opens what another service lets programs do.

Why: only the directory knows keys, and no service asks another on the way of a request. The token is signed like a
session's, so the others verify it alone; it carries the one scope `webhooks`, which the key must have, and is over with
the key. The key itself never leaves the directory.
"""

from dataclasses import replace
from datetime import datetime

from directory_service.accounts.domain.api_keys import WEBHOOKS
from directory_service.accounts.domain.lifetimes import TOKEN_LASTS
from service_kit.identity import Principal
from service_kit.session_tokens import SessionTokens


def exchange_api_key(tokens: SessionTokens, key: Principal, now: datetime) -> tuple[str, datetime]:
    """Return the token and until when it is good (UTC). The token of a key without the scope would open nothing."""
    expires_at = min(now + TOKEN_LASTS, key.expires_at)
    who = replace(key, issued_at=now, expires_at=expires_at, via="bearer", key_scopes=key.key_scopes & {WEBHOOKS})
    return tokens.mint(who), expires_at
