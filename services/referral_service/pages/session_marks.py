"""Marks of the reader's session in the inbox: a form says whose it is, and a script knows its owner's notes.

Why: browsers share one cookie among tabs. An answer that waits in one tab must not be written by who signed in in
another since. Promises: a mark is a digest and opens nothing. When not to use it: on an officer's page, which must not
differ from session to session, or to authenticate anybody.
"""

from service_kit.errors import Stale
from service_kit.web.access.require import principal
from service_kit.web.context import context

FIELD = "session"


class OtherSession(Stale):
    """A form that another session showed."""


def session_mark() -> str:
    """Of the present session; another one after the next sign-in."""
    return _mark("session of a form", principal().session.bytes)


def owner_mark() -> str:
    """Of the person in the present role, the same after the next sign-in."""
    return _mark("owner of a page", principal().membership.bytes)


def check_mark(sent: str | None) -> None:
    """Raise OtherSession for a form that another session showed; one that says nothing is taken."""
    if sent is not None and sent != session_mark():
        raise OtherSession


def _mark(purpose: str, data: bytes) -> str:
    return context().mac.digest(purpose, data)[:12].hex()
