"""Carries the half-filled form in the browser: sealed, short-lived, for one account only.

Why: nothing about a person may lie on the server before it is sent (no drafts) or stand in a URL, and yet the
back button, an error or an ended session must lose nothing that was typed. See docs/adr/0010.
Promises: one sealed cookie; gone after 20 minutes without use, on sending, and on sign-out or leaving in this browser,
which take it out; a session that ran out, was locked or was ended elsewhere leaves it to the next one of the same
account in the same organisation. To anybody else it is nothing, also to whoever signs in with a slip after a reset.
When not to use it: for anything that must outlive the visit.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Response

from referral_service.domain.form_state import FormState
from service_kit.identity import Principal
from service_kit.web.context import context
from service_kit.web.sealed_cookie import SealedCookie

COOKIE = SealedCookie("form", "new-referral-form", timedelta(minutes=20))


def empty_form(alias: str = "") -> FormState:
    """An empty form with a key of its own; `alias`: the earlier form's id at whose address it is begun."""
    return FormState(key=str(context().ids.uuid()), alias=alias)


def carried_form(who: Principal) -> FormState | None:
    """The form that this browser carries for this account; None where there is none, an old one or another's."""
    plain = COOKIE.read()
    if plain is None or (plain["account"], plain["organization"]) != (str(who.account), str(who.organization)):
        return None
    return None if _is_before_reset(plain, who) else _state(plain)


def minutes_left(form_id: str, step: str) -> int:
    """For how many more whole minutes this browser carries the form of this page, whoever's; 0 where it does not."""
    plain = COOKIE.read()
    if plain is None or not _state(plain).has_page(form_id, step):
        return 0
    return int((plain["until"] - context().clock.now().timestamp()) // 60)


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
        **({"alias": state.alias} if state.alias else {}),
        **({"last_page": state.last_page} if state.last_page else {}),
        **({"missing": state.missing} if state.missing else {}),
    }
    return COOKIE.set_on(response, plain)


def drop_form(response: Response) -> Response:
    """Takes the form out of the browser."""
    return COOKIE.delete_from(response)


def _is_before_reset(plain: Mapping[str, Any], who: Principal) -> bool:
    return who.since is not None and plain["until"] - COOKIE.lifetime.total_seconds() < who.since.timestamp()


def _state(plain: Mapping[str, Any]) -> FormState:
    return FormState(
        key=plain["key"],
        steps=plain["steps"],
        done=frozenset(plain["done"]),
        wrong=frozenset(plain["wrong"]),
        refused=tuple(plain["refused"]),
        alias=plain.get("alias", ""),
        last_page=plain.get("last_page", ""),
        missing=tuple(plain.get("missing", ())),
    )
