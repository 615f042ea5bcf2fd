"""End the session that is in this browser, locked or not: at sign-out, at leaving, and as another one begins there.

Why: a browser has one session, and one that is left behind would live on in any copy of its cookie. The cookie itself
is the caller's: `end_session_cookie` of `service_kit/web/access/session_cookie.py` takes it
out, and the browser's cache with it.
"""

from uuid import UUID

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.sign_out import sign_out
from service_kit.web.access.sessions import owner_of_session
from service_kit.web.context import context, dependency


def end_browser_session(unless: UUID | None = None) -> None:
    """End it everywhere, in a transaction of its own; harmless without one, and where it is the session `unless`."""
    who = owner_of_session()
    if who is not None and who.session != unless:
        with context().db.transaction(who.scope) as session:
            sign_out(session, dependency(Dependencies), who, context().clock.now())
