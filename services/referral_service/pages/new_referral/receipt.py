"""What the page after sending shows, carried sealed in the browser for ten minutes.

Why: phones drop tabs, and nothing else shows the code again.
Promises: one sealed cookie, bound to the session in which it was sent, so that signing out or the lock ends it; it is
made from what was sent and from nothing that happens later (rule 1 of the wall); it names no person.
When not to use it: to find a referral again; that is the list of what was sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from flask import Response, redirect, url_for

from service_kit.identity import Principal
from service_kit.web.sealed_cookie import SealedCookie

COOKIE = SealedCookie("card", "page-after-sending-of-form", timedelta(minutes=10))
_WITHOUT_FORM = SealedCookie("card", "page-after-sending", COOKIE.lifetime)
"""As 0.1.0 seals it: it reads no receipt that names a form, and would fail at one after it had sent."""


@dataclass(frozen=True)
class Receipt:
    """`answer` is the person's, or "unmet"; `reference` and `code` are None where none was made or may be told.

    `services` are those of the card; `language` (BCP 47) is what the person speaks; `district` an LGD code;
    `reached_by` the contact's method ("none": the person goes or calls); `form_id` the form that ended with it.
    """

    answer: str
    district: int
    language: str
    services: Sequence[UUID] = ()
    reference: str | None = None
    code: str | None = None
    own_card: bool = False
    call_medical: bool = False
    reached_by: str = ""
    form_id: str = ""


def redirect_to_receipt(receipt: Receipt, who: Principal) -> Response:
    """The answer to a sending: off to the page that shows it (303), which a reload then only shows again.

    A repeated sending has no code, and leaves the one that this browser has where it is.
    """
    response = cast("Response", redirect(url_for("done.show"), 303))
    before = carried_receipt(who)
    if before is not None and receipt.code is None and before.reference == receipt.reference is not None:
        return response
    plain = {**vars(receipt), "services": [str(service) for service in receipt.services]}
    return COOKIE.set_on(response, {"session": str(who.session), **plain})


def carried_receipt(who: Principal) -> Receipt | None:
    """What this browser carries for this very session; None where there is nothing, an old one or another's."""
    plain = COOKIE.read() or _WITHOUT_FORM.read()
    if plain is None or UUID(plain.pop("session")) != who.session:
        return None
    return _receipt(plain)


def _receipt(plain: dict[str, Any]) -> Receipt:
    plain.pop("until")
    return Receipt(**{**plain, "services": [UUID(service) for service in plain["services"]]})
