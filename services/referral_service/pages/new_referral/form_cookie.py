"""Carries the half-filled form in the browser: sealed, short-lived, for one account only.

Why: nothing about a person may lie on the server before it is sent (no drafts) or stand in a URL, and yet the
back button, an error or an ended session must lose nothing that was typed. See docs/adr/0010.
Promises: one sealed cookie; gone after 20 minutes without use, on sending, and on sign-out or leaving in this browser,
which take it out; a session that ran out, was locked or was ended elsewhere leaves it to the next one of the same
account in the same organisation, which gets a card's code of its own: what an earlier session sent shows none there. To
anybody else it is nothing, also to whoever signs in with a slip after a reset.
When not to use it: for anything that must outlive the visit.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Response

from referral_service.domain.form_state import FormState
from referral_service.outside.codes import new_card_code
from service_kit.identity import Principal
from service_kit.web.context import context
from service_kit.web.sealed_cookie import SealedCookie

COOKIE = SealedCookie("form", "new-referral-form", timedelta(minutes=20))


def empty_form() -> FormState:
    """An empty form with a key and a card's code of its own."""
    return FormState(key=str(context().ids.uuid()), card_code=new_card_code(context().ids))


def carried_form(who: Principal) -> FormState | None:
    """The form that this browser carries for this account; None where there is none, an old one or another's."""
    plain = COOKIE.read()
    if plain is None or (plain["account"], plain["organization"]) != (str(who.account), str(who.organization)):
        return None
    return None if _is_before_reset(plain, who) else _state(plain, _card_code(plain, who))


def minutes_left(form_id: str) -> int:
    """For how many more whole minutes this browser carries this form, whoever's it is; 0 where it does not."""
    plain, ends = COOKIE.read(), COOKIE.ends_at()
    if plain is None or ends is None or FormState(plain["key"]).form_id != form_id:
        return 0
    return int((ends - context().clock.now()).total_seconds() // 60)


def carry_form(response: Response, state: FormState, who: Principal) -> Response:
    """Hands the form to the browser again; the 20 minutes start anew. Raises the 413 problem.

    Only far more text than the fields take can be too large.
    """
    plain = {
        "account": str(who.account),
        "organization": str(who.organization),
        "key": state.key,
        "steps": state.steps,
        "done": sorted(state.done),
        "wrong": sorted(state.wrong),
        "refused": state.refused,
        "card": [state.card_code, str(who.session)],
    }
    return COOKIE.set_on(response, plain)


def drop_form(response: Response) -> Response:
    """Takes the form out of the browser."""
    return COOKIE.delete_from(response)


def _is_before_reset(plain: Mapping[str, Any], who: Principal) -> bool:
    return who.since is not None and plain["until"] - COOKIE.lifetime.total_seconds() < who.since.timestamp()


def _card_code(plain: Mapping[str, Any], who: Principal) -> str:
    """The form's code in the session that it was made in; a new one in the next, and of a form of 0.1.0."""
    code, session = plain.get("card", (None, None))
    return str(code) if code and session == str(who.session) else new_card_code(context().ids)


def _state(plain: Mapping[str, Any], card_code: str) -> FormState:
    return FormState(
        key=plain["key"],
        steps=plain["steps"],
        done=frozenset(plain["done"]),
        wrong=frozenset(plain["wrong"]),
        refused=tuple(plain["refused"]),
        card_code=card_code,
    )
