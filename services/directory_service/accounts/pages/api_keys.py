"""The API keys of one's own organisation: see, make, end.

A new key stands in the answer to the form, once, and nowhere else: in no address, no log and no store. A form makes one
key: sent again, as a reload of that answer does, it makes none.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.domain.api_keys import (
    GOOD_FOR,
    IN_USE,
    LONGEST_NAME,
    PARTNERSHIP,
    READ,
    SCOPES,
    SCOPES_OF,
    WEBHOOKS,
    WRITE,
    KeyRefused,
    state_of,
)
from directory_service.accounts.store.api_keys import keys_of
from directory_service.accounts.store.tables import ApiKey
from directory_service.accounts.use_cases.api_keys.end_api_key import end_api_key
from directory_service.accounts.use_cases.api_keys.make_api_key import make_api_key
from directory_service.accounts.use_cases.dependencies import Dependencies
from service_kit.errors import NotFound
from service_kit.translations import N_
from service_kit.web.access.require import (
    principal,
    require,
)
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.render import render, see_other
from setu.roles import INTEGRATION_MANAGERS, PROVIDER

_HINTS: Mapping[str, str] = {
    READ: N_("Also those that are not public yet."),
    WRITE: N_("Create, change and take out."),
    PARTNERSHIP: N_("Meetings, actions, training, open services, and the figures as they are published."),
    WEBHOOKS: N_("To be told at once what changed for the public. Nothing about a referral."),
}
blueprint = Blueprint("api_keys", __name__, template_folder="templates", url_prefix="/api-keys")


@blueprint.get("")
@require(*INTEGRATION_MANAGERS)
def show() -> ResponseReturnValue:
    """The list."""
    return _list()


@blueprint.get("/new")
@require(*INTEGRATION_MANAGERS)
def new() -> ResponseReturnValue:
    """The form for a new key."""
    return _form({}, name="", scopes=[], days="365")


@blueprint.post("/new")
@require(*INTEGRATION_MANAGERS)
def make() -> ResponseReturnValue:
    """Make the key and show it, this once."""
    who, now = principal(), context().clock.now()
    name, scopes = " ".join(request.form.get("name", "").split()), request.form.getlist("scopes")
    days = request.form.get("days", "-")
    errors = _faults(name, scopes, days)
    if errors:
        return _form(errors, name=name, scopes=scopes, days=days, status=422)
    try:
        with context().db.transaction(who.scope) as session:
            key = make_api_key(
                session,
                dependency(Dependencies),
                who.organization,
                name,
                scopes=scopes,
                good_for=GOOD_FOR[days],
                by=who.account,
                now=now,
                key_id=_key_of_form(),
            )
    except KeyRefused as refused:
        return _list(_words_of(refused), 409)
    return render("accounts/api_key_made.html", key=key, name=name)


@blueprint.get("/<uuid:key_id>/end")
@require(*INTEGRATION_MANAGERS)
def confirm_end(key_id: UUID) -> ResponseReturnValue:
    """Ask before ending."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        key = session.get(ApiKey, key_id)
        if key is None or state_of(key.ended_at, key.expires_at, now) != IN_USE:
            raise NotFound
        return render("accounts/api_key_end.html", key=key)


@blueprint.post("/<uuid:key_id>/end")
@require(*INTEGRATION_MANAGERS)
def end(key_id: UUID) -> ResponseReturnValue:
    """End the key; also one that ended meanwhile is over, which is what was wanted."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        if session.get(ApiKey, key_id) is None:
            raise NotFound
        end_api_key(session, dependency(Dependencies), key_id, by=who.account, now=now)
    return see_other(url_for("api_keys.show", ended="1"))


def _faults(name: str, scopes: list[str], days: str) -> dict[str, str]:
    found = {}
    if not 1 <= len(name) <= LONGEST_NAME:
        found["name"] = _("Enter a name, at most %(most)s characters.", most=number(LONGEST_NAME))
    if not scopes or not set(scopes) <= set(SCOPES_OF[principal().organization_kind]):
        found["scopes"] = _("Choose what the key may do.")
    if days not in GOOD_FOR:
        found["days"] = _("Choose how long the key is good.")
    return found


def _key_of_form() -> UUID:
    """The id that the form's key has, whenever it is sent; another organisation's form cannot name it."""
    named = principal().organization.bytes + request.form.get("form", "").encode()
    return UUID(bytes=context().mac.digest("key of a form", named)[:16], version=4)


def _words_of(refused: KeyRefused) -> str:
    if refused.reason == "made-before":
        return _(
            "This form was sent before; its key was made and shown then. If nobody copied it, end it and make another."
        )
    if refused.reason == "too-many":
        return _("So many keys are in use that no other can be made. End one that nobody needs any more.")
    return str(refused)


def _list(refused: str = "", status: int = 200) -> Response:
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        keys = [(key, state_of(key.ended_at, key.expires_at, now)) for key in keys_of(session, who.organization, now)]
    in_use = [key for key, state in keys if state == IN_USE]
    over = [key for key, state in keys if state != IN_USE]
    page: dict[str, Any] = {
        "in_use": in_use,
        "over": over,
        "may": _may,
        "refused": refused,
        "for_listings": who.organization_kind == PROVIDER,
        "ended": "ended" in request.args,
    }
    return render("accounts/api_keys.html", status=status, **page)


def _may(key: ApiKey) -> str:
    return " · ".join(_(SCOPES[scope]) for scope in key.scopes)


def _form(errors: dict[str, str], *, name: str, scopes: list[str], days: str, status: int = 200) -> Response:
    return render(
        "accounts/api_key_new.html",
        status=status,
        errors=errors,
        name=name,
        scopes=scopes,
        days=days,
        form_id=request.form.get("form") or str(context().ids.uuid()),
        longest_name=LONGEST_NAME,
        offered_scopes=[
            (scope, _(SCOPES[scope]), _(_HINTS[scope])) for scope in SCOPES_OF[principal().organization_kind]
        ],
        offered_days=[("90", _("90 days")), ("365", _("One year")), ("", _("Until you end it"))],
    )
