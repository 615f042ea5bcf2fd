"""Idle lock of browsers: after ten minutes without use a session opens nothing until its reader signs in again.

Promises: a request is use, but what a script repeats by itself (`X-Setu-Poll: 1`); use is noted at most every 30
seconds. Not for bearers, which no screen leaves lying about, and not for what covers a page that was shown before
(`web/html/screen_lock.py`).
"""

from datetime import datetime, timedelta

from flask import request

from service_kit.db.revocation import touch
from service_kit.identity import Principal
from service_kit.web.context import context

IDLE_LIMIT = timedelta(minutes=10)
TOUCH_EVERY = timedelta(seconds=30)
POLL_HEADER = "X-Setu-Poll"


def is_idle(who: Principal, last_used_at: datetime | None, now: datetime) -> bool:
    """Whether the session was used for the last time, by sign-in or since, more than `IDLE_LIMIT` ago."""
    return now - max(who.issued_at, last_used_at or who.issued_at) > IDLE_LIMIT


def note_use(who: Principal, last_used_at: datetime | None, now: datetime) -> None:
    """Note that this request uses the session, unless it is a poll or use was noted just before."""
    if POLL_HEADER not in request.headers and (last_used_at is None or now - last_used_at > TOUCH_EVERY):
        touch(context().db, who.session, now)
