"""Authentication of a request: bearer header or cookie, signature, revocation, idle lock.

Promises: a bearer header wins over a cookie and is never silently ignored; the look-up of revocations happens once a
request, on every request that asks who is there, and where it may lack some, the service that signs people in is asked;
only browsers are locked when idle; a browser's token opens nothing as a bearer. Not for minting, which is for the
service that signs people in, for the cookie itself (`session_cookie.py`), nor for when a session counts as idle
(`idle_lock.py`).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from uuid import UUID

from flask import current_app, g, request
from sqlalchemy.orm import Session

from service_kit.db.revocation import SessionState, look_up
from service_kit.db.session_heartbeat import is_late
from service_kit.identity import Principal
from service_kit.session_tokens import EarlyToken, ExpiredToken, InvalidToken, SessionTokens, by_cookie
from service_kit.web.access.idle_lock import is_idle, note_use
from service_kit.web.access.issuer_client import IssuerClient, SessionAnswer
from service_kit.web.access.session_cookie import cookie_name
from service_kit.web.context import context

MoreDistricts = Mapping[str, Callable[[Session, UUID], Collection[int]]]
"""Role → the districts that an organisation's people of that role have at this moment, beside the token's own."""


class Absence(Enum):
    """Why nobody is signed in."""

    NONE = "no credentials"
    INVALID = "no token that counts: of another key, changed, or a browser's outside of its cookie"
    ENDED = "ended or revoked"
    OVER = "signed in for as long as a session lasts"
    EARLY = "signed in later than it is by this machine's clock"
    IDLE = "locked after idle time"
    ROLE_ENDED = "the membership has ended"


_REFUSED: Mapping[type[InvalidToken], Absence] = {ExpiredToken: Absence.OVER, EarlyToken: Absence.EARLY}


def is_bearer() -> bool:
    """Tell whether the request authenticates by header, as no browser does by itself."""
    return "Authorization" in request.headers


def whoever() -> Principal | Absence:
    """Who is asking, found once a request and remembered on `g`."""
    who: Principal | Absence | None = g.get("setu_who")
    if who is None:
        who = g.setu_who = _find()
    return who


def owner_of_session() -> Principal | None:
    """Whose session it is, also while this browser is locked or this machine's clock behind: to end it, no more."""
    who = whoever()
    absent: Principal | None = g.get("setu_absent_owner")
    return who if isinstance(who, Principal) else absent


def last_owner() -> Principal | None:
    """Whose session this browser's cookie is or was, also once it is over or was ended; it lets nobody in.

    For what belongs to that person alone. None where a cookie is missing or not ours.
    """
    whoever()
    owner: Principal | None = g.get("setu_last_owner")
    return owner


def _find() -> Principal | Absence:
    token, cookie = _credentials()
    if token is None:
        return Absence.NONE
    resources = context()
    now = resources.clock.now()
    try:
        who = _verify(token, now, cookie=cookie)
    except InvalidToken as refused:
        return _why(refused, cookie=cookie)
    if cookie:
        g.setu_last_owner = by_cookie(who)
    if who.via == "key":  # looked up, with its end, when it was verified
        return who
    state = look_up(resources.db, who.session, membership=who.membership)
    if state.revoked:
        ended = look_up(resources.db, who.membership).revoked
        return Absence.ROLE_ENDED if ended else Absence.ENDED
    if _standing(token, state, now) is SessionAnswer.ENDED:
        return Absence.ENDED
    found = _unless_idle(by_cookie(who), state.last_used_at, now) if cookie else who
    return found if isinstance(found, Absence) else _with_more_districts(found)


def _why(refused: InvalidToken, *, cookie: bool) -> Absence:
    """Why a token does not count; whose it was, and whose it is where it is early, so that its session can be ended."""
    if cookie and isinstance(refused, (EarlyToken, ExpiredToken)):
        g.setu_last_owner = by_cookie(refused.who)
    if cookie and isinstance(refused, EarlyToken):
        who = refused.who
        if not look_up(context().db, who.session, membership=who.membership).revoked:
            g.setu_absent_owner = by_cookie(who)
    return _REFUSED.get(type(refused), Absence.INVALID)


def _verify(token: str, now: datetime, *, cookie: bool) -> Principal:
    tokens: SessionTokens = current_app.extensions["setu_tokens"]
    who = tokens.verify(token, now)
    if who.via == "cookie" and not cookie and not g.get("setu_accepts_cookie_token", False):
        raise InvalidToken("whoever sits down at a locked screen can copy its cookie")
    return who


def accept_cookie_token() -> None:
    """Let a browser's token be good as a bearer for this request: another service asks whether its session stands."""
    g.setu_accepts_cookie_token = True


def is_vouched_for() -> bool:
    """Whether a heartbeat in time, or the service that signs people in, vouches for this request's session."""
    whoever()
    return bool(g.get("setu_vouched_for", False))


def _standing(token: str, state: SessionState, now: datetime) -> SessionAnswer:
    issuer: IssuerClient | None = current_app.extensions["setu_session_issuer"]
    standing = issuer.ask(token) if issuer is not None and is_late(state.told_until, now) else SessionAnswer.STANDS
    g.setu_vouched_for = standing is SessionAnswer.STANDS
    return standing


def _with_more_districts(who: Principal) -> Principal:
    """A token lasts for hours, and what a person has beside its districts may change meanwhile: asked each time."""
    more_districts: MoreDistricts = current_app.extensions["setu_more_districts"]
    if who.role not in more_districts:
        return who
    with context().db.transaction(who.scope) as session:
        more = set(more_districts[who.role](session, who.organization)) - set(who.districts)
    return replace(who, districts=(*who.districts, *sorted(more))) if more else who


def _credentials() -> tuple[str | None, bool]:
    header = request.headers.get("Authorization")
    if header is None:
        return request.cookies.get(cookie_name(context().settings)), True
    scheme, _, value = header.partition(" ")
    return (value.strip() if scheme.lower() == "bearer" else ""), False


def _unless_idle(who: Principal, last_used_at: datetime | None, now: datetime) -> Principal | Absence:
    if is_idle(who, last_used_at, now):
        g.setu_absent_owner = who
        return Absence.IDLE
    note_use(who, last_used_at, now)
    return who
