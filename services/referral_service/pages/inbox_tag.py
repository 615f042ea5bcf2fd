"""Entity tag of the inbox and the menu's numbers, made of one number: asking again looks at it and renders nothing.

Promises: another tag after every commit that changes what the list shows, for another address, language or session, and
after five minutes at the latest, since due times and what is due today move by the clock alone. When not to use it:
for a page of one referral.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from referral_service.store.inbox_version import read_inbox_version
from service_kit.identity import Principal
from service_kit.web.etag import if_none_match, not_modified, set_etag
from service_kit.web.html import i18n

FRESH = 300  # seconds


def count_response(session: Session, who: Principal, now: datetime, count: Callable[[], int]) -> Response:
    """`{"count": …}` of something that a team's inbox holds, or 304 before it is counted."""
    tag = inbox_tag(session, who, now)
    return not_modified(tag) if if_none_match(tag) else set_etag(jsonify({"count": count()}), tag)


def inbox_tag(session: Session, who: Principal, now: datetime) -> str:
    """Of what this address shows now."""
    version = read_inbox_version(session, who.organization)
    shown = (version, int(now.timestamp()) // FRESH, who.session, i18n.language(), request.full_path)
    return hashlib.sha256("|".join(map(str, shown)).encode()).hexdigest()[:32]
