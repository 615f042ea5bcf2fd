"""What the page after sending shows, carried sealed in the browser for ten minutes.

Why: phones drop tabs, and nothing else shows the code again.
Promises: it is handed out for the form that it is of and no other; one sealed cookie, bound to the session in which it
was sent, so that signing out or the lock ends it; it is made from what was sent and from nothing that happens later
(rule 1 of the wall); it names no person.
When not to use it: to find a referral again; that is the list of what was sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self, cast
from uuid import UUID

from flask import Response, redirect, url_for

from referral_service.domain.form_state import FormState
from referral_service.use_cases.replay_submission import Submitted
from service_kit.identity import Principal
from service_kit.web.context import context
from service_kit.web.sealed_cookie import SealedCookie

COOKIE = SealedCookie("card", "page-after-sending-of-form", timedelta(minutes=10))
_COOKIE_OF_LAST_RELEASE = SealedCookie("card", "page-after-sending", COOKIE.lifetime)
"""As 0.1.0 seals it: it reads no receipt that names a form, and would fail at one after it had sent."""
OF_LAST_RELEASE = ""
"""The form's id in a receipt of 0.1.0, which names no form, and for the addresses that it is shown at."""


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
    form_id: str = OF_LAST_RELEASE

    @classmethod
    def of_sending(cls, state: FormState, services: Sequence[UUID], done: Submitted, now: datetime) -> Self:
        """Of a form that was sent, just now or before; it has the code as long as the page after sending is shown."""
        sent_just_now = done.sent is not None and now - done.sent.submitted_at <= COOKIE.lifetime
        return cls(
            answer=done.answer,
            district=state.district,
            language=state.one("person", "language") if done.sent else state.spoken_language,
            services=services if done.answer != "no" else (),
            reference=done.sent.reference if done.sent else None,
            code=done.card_code if sent_just_now else None,
            own_card=bool(state.one("person" if done.sent else "consent", "card")),
            call_medical=bool(done.sent) and "WITHDRAWAL_IN_CUSTODY" in state.many("person", "urgent"),
            reached_by=state.one("person", "method") if done.sent else "",
            form_id=state.form_id,
        )


def redirect_to_receipt(receipt: Receipt, who: Principal) -> Response:
    """The answer to a sending: off to the page that shows it (303), which a reload then only shows again.

    A repeated sending leaves what this browser has where it is, and its ten minutes; it brings the code where a first
    answer that was lost left none.
    """
    before = _newest_receipt(who)
    if before is not None and before.reference == receipt.reference is not None and (before.code or not receipt.code):
        return _page_of(before)
    plain = {**vars(receipt), "services": [str(service) for service in receipt.services]}
    return COOKIE.set_on(_page_of(receipt), {"session": str(who.session), **plain})


def carried_receipt(who: Principal, form_id: str) -> Receipt | None:
    """What this browser carries of this form for this very session; None where that is nothing, or of another form."""
    newest = _newest_receipt(who)
    return newest if newest is not None and newest.form_id == form_id else None


def finished_form_id(who: Principal) -> str:
    """Which form was sent, or ended without a yes, in this session within ten minutes; empty where none is known."""
    newest = _newest_receipt(who)
    return OF_LAST_RELEASE if newest is None else newest.form_id


def seconds_left() -> int:
    """For how many more seconds this browser carries what was finished last; 0 where it carries nothing."""
    plain = _carried()
    return 0 if plain is None else max(0, int(plain["until"] - context().clock.now().timestamp()))


def _page_of(receipt: Receipt) -> Response:
    return cast("Response", redirect(url_for("done.show", form_id=receipt.form_id), 303))


def _newest_receipt(who: Principal) -> Receipt | None:
    """None where there is nothing, an old one or another session's."""
    plain = _carried()
    if plain is None or UUID(plain.pop("session")) != who.session:
        return None
    return _receipt(plain)


def _carried() -> dict[str, Any] | None:
    return COOKIE.read() or _COOKIE_OF_LAST_RELEASE.read()


def _receipt(plain: dict[str, Any]) -> Receipt:
    plain.pop("until")
    return Receipt(**{**plain, "services": [UUID(service) for service in plain["services"]]})
