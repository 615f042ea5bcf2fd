"""Entity tag of the inbox and the menu's numbers, made of one number: asking again looks at it and renders nothing.

Promises: another tag after every commit that changes what the list shows, for another address, language or session, and
after five minutes at the latest, since due times and what is due today move by the clock alone. When not to use it:
for a page of one referral.
"""

import hashlib
from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from referral_service.store.inbox_version import read_inbox_version
from service_kit.identity import Principal
from service_kit.web.access.require import principal
from service_kit.web.context import context
from service_kit.web.html import i18n
from setu.roles import CASE_WORKERS

FRESH = 300  # seconds


def inbox_tag(session: Session, who: Principal, now: datetime) -> str:
    """Of what this address shows now."""
    version = read_inbox_version(session, who.organization)
    shown = (version, int(now.timestamp()) // FRESH, who.session, i18n.language(), request.full_path)
    return hashlib.sha256("|".join(map(str, shown)).encode()).hexdigest()[:32]


def counts_tag() -> str | None:
    """Of the menu's numbers that a team's case worker sees, all of which its inbox holds; nobody else's have one."""
    who = principal()
    if who.role not in CASE_WORKERS:
        return None
    with context().db.transaction(who.scope) as session:
        return inbox_tag(session, who, context().clock.now())
