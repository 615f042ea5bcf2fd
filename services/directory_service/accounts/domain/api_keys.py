"""API keys of integrators: what one may open, who may hold one, how often it may ask, how long it is good.

A key is for an organisation's own program. A provider's opens its listings, such as the one that keeps its opening
hours; a coordinating body's reads the view of its districts; either may keep webhooks. Nothing else: what is public
needs no key, and for police units, courts and prisons a key could open nothing, so none is made. A key is no person: it
gives no session and no pages.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from setu.roles import COORDINATING_BODY, PROVIDER
from setu.text import N_

READ = "listings:read"
"""The own listings, also those that are not public yet, their history, and what waits for approval."""
WRITE = "listings:write"
"""Create, change and remove own listings."""
PARTNERSHIP = "partnership:read"
"""The body's districts side by side: meetings, actions, training, capacity, and figures as they are published."""
WEBHOOKS = "webhooks"
"""Keep the organisation's webhooks about public facts: a key of it is exchanged for a token at `/api/token`."""
SCOPES: Mapping[str, str] = {
    READ: N_("Read your own listings"),
    WRITE: N_("Change your own listings"),
    PARTNERSHIP: N_("Read the view of your districts"),
    WEBHOOKS: N_("Keep your webhooks"),
}
"""Scope → what it is called on pages. Each opens just what it says: a key that shall do both has both."""

SCOPES_OF: Mapping[str, tuple[str, ...]] = {
    PROVIDER: (READ, WRITE, WEBHOOKS),
    COORDINATING_BODY: (PARTNERSHIP, WEBHOOKS),
}
"""Kind of organisation that holds keys → the scopes that open something for it."""
HOLDERS = frozenset(SCOPES_OF)
REQUESTS, WINDOW = 600, timedelta(minutes=1)
MOST_IN_USE = 20
LONGEST_NAME = 80
GOOD_FOR: Mapping[str, timedelta | None] = {"90": timedelta(days=90), "365": timedelta(days=365), "": None}
"""The choices of the form, in days → how long; the last has no end."""

IN_USE, ENDED, EXPIRED = "in use", "ended", "expired"


class KeyRefused(Exception):
    """No key is made. `reason`: `holder`, `scopes`, `name`, `too-many` or `made-before`."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


def check_new_key(kind: str, name: str, scopes: Iterable[str], in_use: int) -> None:
    """Raises KeyRefused. `in_use`: how many keys of the organisation are."""
    asked = set(scopes)
    if kind not in HOLDERS:
        raise KeyRefused("holder", "Only a provider or a coordinating body holds keys: there is nothing else to open.")
    if not 1 <= len(name) <= LONGEST_NAME:
        raise KeyRefused("name", f"A key needs a name of at most {LONGEST_NAME} characters.")
    if not asked or not asked <= set(SCOPES_OF[kind]):
        raise KeyRefused("scopes", f"Choose among the scopes {', '.join(SCOPES_OF[kind])}.")
    if in_use >= MOST_IN_USE:
        raise KeyRefused("too-many", f"At most {MOST_IN_USE} keys are in use at a time: end one first.")


def state_of(ended_at: datetime | None, expires_at: datetime | None, now: datetime) -> str:
    """`in use`, `ended` by somebody, or `expired` by itself: at that very moment it opens nothing any more."""
    if ended_at is not None:
        return ENDED
    return EXPIRED if expires_at is not None and expires_at <= now else IN_USE
