"""What the pages of signing in share: the cookies, where to go afterwards, and words for what went wrong.

The ticket cookie carries half a sign-in from one step to the next; the session cookie is the kit's. Whoever signs in
ends the session that was in the browser (`end_browser_session`). Not a page itself.
"""

from flask import Response, request, url_for

from directory_service.accounts.api.callers import (
    address,
    device_token,
    keep_device_token,
)
from directory_service.accounts.domain.conflicting_roles import RolesClash
from directory_service.accounts.domain.lifetimes import TICKET_LASTS
from directory_service.accounts.domain.passwords import (
    SHORTEST,
    WeakPassword,
)
from directory_service.accounts.domain.sign_in import (
    BadCredentials,
    InvitationWaits,
    NoMembership,
    NotYourMembership,
    OrganizationPending,
    OrganizationRefused,
    SignInRefused,
    TooManyTries,
)
from directory_service.accounts.pages.end_browser_session import end_browser_session
from directory_service.accounts.store.invitations import offers_to
from directory_service.accounts.use_cases.count_attempts import Caller
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.known_devices import remember_account
from directory_service.accounts.use_cases.sessions import SignedIn, mint_cookie_token
from directory_service.organizations.domain.standing import REFUSED_BECAUSE
from service_kit.web.access.origins import safe_next
from service_kit.web.access.session_cookie import set_session_cookie
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import ngettext
from service_kit.web.html.render import see_other
from service_kit.web.site import url_of


def ticket_cookie() -> str:
    """The name of the ticket's cookie; like the session's it is `__Host-` behind TLS only."""
    settings = context().settings
    return "__Host-setu_ticket" if settings.cookie_secure else f"setu_ticket_{settings.port_base}"


def ticket() -> str:
    """The ticket that this browser holds, or ''."""
    return request.cookies.get(ticket_cookie(), "")


def with_ticket(response: Response, text: str) -> Response:
    """Hand the ticket to the browser for its fifteen minutes."""
    response.set_cookie(
        ticket_cookie(),
        text,
        max_age=int(TICKET_LASTS.total_seconds()),
        path="/",
        secure=context().settings.cookie_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def without_ticket(response: Response) -> Response:
    """Take the ticket back."""
    secure = context().settings.cookie_secure
    response.delete_cookie(ticket_cookie(), path="/", secure=secure, httponly=True, samesite="Lax")
    return response


def caller() -> Caller:
    """Where a try at the door comes from."""
    return Caller(address(), device_token())


def wanted_page() -> str:
    """Where `next` leads, checked to lie under one of our own addresses; '' where it does not."""
    return safe_next(request.values.get("next"), context().settings) or ""


def start_session_response(done: SignedIn, where: str = "") -> Response:
    """Into the house: the session cookie, and on to `where`, to invitations that wait, or to the role's start page.

    The session that was in this browser before is ended first, here, so that no way in forgets it.
    """
    end_browser_session(unless=done.principal.session)
    wanted = _start_page(done) if where in {"", url_of("referral", "/")} else where
    response = without_ticket(with_session(see_other(wanted), done))
    return keep_device_token(
        response, remember_account(dependency(Dependencies), device_token(), done.principal.account)
    )


def invitations_response(waits: InvitationWaits) -> Response:
    """On to what is offered to somebody who is in nothing and so can have no session yet."""
    return with_ticket(see_other(url_for("invitations.show")), waits.ticket)


def _start_page(done: SignedIn) -> str:
    with context().db.transaction(done.principal.scope) as session:
        offers = offers_to(session, done.principal.account, context().clock.now())
    return url_for("invitations.show") if offers else url_of("referral", "/")


def with_session(response: Response, done: SignedIn) -> Response:
    """Set the session cookie, with a token that is good in it alone."""
    token = mint_cookie_token(dependency(Dependencies), done.principal)
    return set_session_cookie(response, token, done.principal.expires_at)


def refusal_words(refusal: SignInRefused | RolesClash) -> str:
    """What the person can do about a refused sign-in."""
    if isinstance(refusal, TooManyTries):
        minutes = max(1, -(-refusal.seconds // 60))
        return ngettext(
            "Too many tries. Wait %(num)s minute and try again.",
            "Too many tries. Wait %(num)s minutes and try again.",
            minutes,
        )
    if isinstance(refusal, RolesClash):
        return _(
            "This account has roles that nobody may have together, so nobody can sign in with it. Ask your coordinator."
        )
    if isinstance(refusal, OrganizationPending):
        return _("Your organisation waits to be let in by a second person. Sign in when your manager says so.")
    if isinstance(refusal, OrganizationRefused):
        said = _(REFUSED_BECAUSE[refusal.because]) if refusal.because in REFUSED_BECAUSE else ""
        words = _("Your organisation was not let in. Ask the coordinator of its district.")
        return f"{said} {words}".strip()
    if isinstance(refusal, NoMembership | NotYourMembership):
        return _("This account belongs to no active organisation now. Ask the person who made the account.")
    return _("The name or the password is not right. Check both and try again.")


def code_words(refusal: BadCredentials | TooManyTries) -> str:
    """What to do about a code that was not taken."""
    if isinstance(refusal, TooManyTries):
        return refusal_words(refusal)
    return _("This code is not right, or it was used before. Wait for the next one, or take the next on your list.")


def password_words(weak: WeakPassword) -> str:
    """What to do about a password that is not accepted."""
    if weak.reason == "long":
        return _("This password is too long.")
    if weak.reason == "same":
        return _("This is your present password. Choose another one.")
    if weak.reason == "short":
        return _(
            "Use at least %(count)s characters. Three or four words that only you put together are good.",
            count=SHORTEST,
        )
    return _("This password is easy to guess. Three or four words that only you put together are good.")


def status_of(refusal: SignInRefused | RolesClash) -> int:
    """The status of a page that shows a refusal."""
    if isinstance(refusal, TooManyTries):
        return 429
    return 401 if isinstance(refusal, BadCredentials) else 403


def retry_after(response: Response, refusal: SignInRefused | RolesClash) -> Response:
    """Say in the header too when another try makes sense."""
    if isinstance(refusal, TooManyTries):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response
