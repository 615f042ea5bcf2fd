"""Carries the half-filled form in the browser: sealed, short-lived, for one account only.

Why: nothing about a person may lie on the server before it is sent (no drafts), nothing may stand in a URL, and yet the
back button, an error or an ended session must lose nothing that was typed. See docs/adr/0010.
Promises: one cookie, AES-256-GCM under a key that only this service has, unreadable to scripts, sent only below
``/new`` and never from another site; gone after 20 minutes without use, on sending, on sign-out and on leaving; to
another account it is nothing.
When not to use it: for anything that must outlive the visit.
"""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, current_app, request

from referral_service.domain.form_state import FormState
from service_kit.web import problems
from service_kit.web.auth import Principal
from service_kit.web.context import context
from service_kit.web.revocation import look_up

LIFETIME = timedelta(minutes=20)
LARGEST = 3800  # bytes; browsers drop a cookie whose name, value and attributes pass 4096 (RFC 6265, section 6.1)
_NONCE = 12
_BOUND_TO = b"referral|new-referral-form"


class TooMuchTyped(Exception):
    """The answers do not fit into a cookie: only possible with far more text than the fields take."""


def cookie_name() -> str:
    """``__Secure-`` behind TLS; without it the port base tells stacks on one host apart, since cookies ignore ports."""
    settings = context().settings
    return "__Secure-setu_form" if settings.cookie_secure else f"setu_form_{settings.port_base}"


def begin() -> FormState:
    """An empty form with a key of its own."""
    return FormState(key=str(context().ids.uuid()))


def open_for(who: Principal) -> FormState | None:
    """The form that this browser carries for this account; None where there is none, an old one or another's.

    A session that ran out or was locked goes on in the next; one that was ended on purpose takes the form along.
    """
    plain = _open()
    if plain is None or UUID(plain["account"]) != who.account:
        return None
    session = UUID(plain["session"])
    if session != who.session and look_up(context().db, session).revoked:
        return None
    return _state(plain)


def keep(response: Response, state: FormState, who: Principal) -> Response:
    """Hands the form to the browser again; the 20 minutes start anew. Raises the 413 problem.

    Only far more text than the fields take can be too large.
    """
    sealed = _seal(state, who)
    if len(sealed) > LARGEST:
        raise problems.for_status(413)
    response.set_cookie(cookie_name(), sealed, max_age=int(LIFETIME.total_seconds()), **_attributes())
    return response


def drop(response: Response) -> Response:
    """Takes the form out of the browser."""
    response.delete_cookie(cookie_name(), **_attributes())
    return response


def _attributes() -> dict[str, Any]:
    prefix = request.script_root or current_app.config.get("APPLICATION_ROOT", "/")
    return {
        "path": f"{prefix.rstrip('/')}/new",
        "secure": context().settings.cookie_secure,
        "httponly": True,
        "samesite": "Strict",
    }


def _cipher() -> AESGCM:
    return AESGCM(context().mac.digest("new-referral-form", b"sealing key"))


def _seal(state: FormState, who: Principal) -> str:
    plain = {
        "account": str(who.account),
        "session": str(who.session),
        "until": int((context().clock.now() + LIFETIME).timestamp()),
        "key": state.key,
        "steps": state.steps,
        "done": sorted(state.done),
        "wrong": sorted(state.wrong),
        "refused": state.refused,
    }
    packed = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    nonce = context().ids.random(_NONCE)
    return base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, packed, _BOUND_TO)).decode().rstrip("=")


def _open() -> dict[str, Any] | None:
    text = request.cookies.get(cookie_name(), "")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        plain: dict[str, Any] = json.loads(_cipher().decrypt(raw[:_NONCE], raw[_NONCE:], _BOUND_TO))
    except (ValueError, InvalidTag):
        return None
    return plain if plain["until"] >= context().clock.now().timestamp() else None


def _state(plain: Mapping[str, Any]) -> FormState:
    return FormState(
        key=plain["key"],
        steps=plain["steps"],
        done=frozenset(plain["done"]),
        wrong=frozenset(plain["wrong"]),
        refused=tuple(plain["refused"]),
    )
