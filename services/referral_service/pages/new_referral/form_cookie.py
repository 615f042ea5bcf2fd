"""Carries the half-filled form in the browser: sealed, short-lived, for one account only.

Why: nothing about a person may lie on the server before it is sent (no drafts), nothing may stand in a URL, and yet the
back button, an error or an ended session must lose nothing that was typed. See docs/adr/0010.
Promises: one sealed cookie; gone after 20 minutes without use, on sending, on sign-out and on leaving; to another
account it is nothing.
When not to use it: for anything that must outlive the visit.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response

from referral_service.domain.form_state import FormState
from service_kit.db.revocation import look_up
from service_kit.identity import Principal
from service_kit.web.context import context
from service_kit.web.sealed_cookie import SealedCookie

COOKIE = SealedCookie("form", "new-referral-form", timedelta(minutes=20), path="/new")


def empty_form() -> FormState:
    """An empty form with a key of its own."""
    return FormState(key=str(context().ids.uuid()))


def carried_form(who: Principal) -> FormState | None:
    """The form that this browser carries for this account; None where there is none, an old one or another's.

    A session that ran out or was locked goes on in the next; one that was ended on purpose takes the form along.
    """
    plain = COOKIE.read()
    if plain is None or UUID(plain["account"]) != who.account:
        return None
    session = UUID(plain["session"])
    if session != who.session and look_up(context().db, session).revoked:
        return None
    return _state(plain)


def carry_form(response: Response, state: FormState, who: Principal) -> Response:
    """Hands the form to the browser again; the 20 minutes start anew. Raises the 413 problem.

    Only far more text than the fields take can be too large.
    """
    plain = {
        "account": str(who.account),
        "session": str(who.session),
        "key": state.key,
        "steps": state.steps,
        "done": sorted(state.done),
        "wrong": sorted(state.wrong),
        "refused": state.refused,
    }
    return COOKIE.set_on(response, plain)


def drop_form(response: Response) -> Response:
    """Takes the form out of the browser."""
    return COOKIE.delete_from(response)


def _state(plain: Mapping[str, Any]) -> FormState:
    return FormState(
        key=plain["key"],
        steps=plain["steps"],
        done=frozenset(plain["done"]),
        wrong=frozenset(plain["wrong"]),
        refused=tuple(plain["refused"]),
    )
