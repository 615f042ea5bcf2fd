"""Sealed cookie of access to one identity: for 30 minutes what is done beside it is no new access.

Why: rule 5. An attempt to reach the person is recorded beside the phone number, and reading the page after it is the
same access, which stands in the log already. Promises: bound to the session and to one referral; the 30 minutes run
from its beginning; signing out takes it along. When not to use it: to let anybody in, which the second factor and
`may_open_identity` decide each time; for the one button that opens and shows (`_opens_identity` of `inbox.py`).
"""

from uuid import UUID

from flask import Response

from referral_service.domain.identity_access import IDENTITY_ACCESS_LASTS
from service_kit.identity import Principal
from service_kit.web.sealed_cookie import SealedCookie

COOKIE = SealedCookie("look", "look at an identity", IDENTITY_ACCESS_LASTS, until_closed=True)
"""Its name, and what it is sealed for, are those of releases whose cookies are still about."""


def begin(response: Response, who: Principal, referral_id: UUID) -> Response:
    """The browser carries the access that was logged just now; an earlier one to another identity is over."""
    return COOKIE.set_on(response, _access_key(who, referral_id))


def goes_on(who: Principal, referral_id: UUID) -> bool:
    """Whether this session began its access to this identity within the last 30 minutes."""
    carried = COOKIE.read()
    return carried is not None and _access_key(who, referral_id).items() <= carried.items()


def _access_key(who: Principal, referral_id: UUID) -> dict[str, str]:
    return {"session": str(who.session), "referral": str(referral_id)}
