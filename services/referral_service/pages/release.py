"""Release or transfer of a person who was referred from prison: one question on a page of its own.

Promises: judged by the custody row alone, so the page and what it says afterwards are the same whatever happened
behind; what it changes is said before the button, and what it changed after it. When not to use it: for the date that
is given when the referral is sent (`new_referral/about_person.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from referral_service.domain.lifecycle import NotAllowed
from referral_service.domain.release_date import NOT_KNOWN, TODAY
from referral_service.domain.sent_referral import SentReferral
from referral_service.domain.transition_body import TransitionBody
from referral_service.pages import district_names
from referral_service.pages.sent import seen
from referral_service.store.directory import DirectoryOrganization, list_prisons
from referral_service.store.sent import get_sent
from referral_service.use_cases.act_as_referrer import act_as_referrer
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.read_sent import read_sent
from service_kit.errors import FieldError, Invalid, Stale
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render
from setu.roles import CUSTODY_HEALTH

blueprint = Blueprint("release", __name__, url_prefix="/sent")
DATE, TRANSFER = "date", "transfer"
FIELDS = ("when", "expected_release", "transfer_to")


@dataclass(frozen=True)
class TypedRelease:
    """What was typed, the body that it makes, and what is missing in it."""

    typed: MultiDict[str, str]
    body: TransitionBody = field(default_factory=TransitionBody)
    errors: Sequence[FieldError] = ()


@blueprint.get("/<uuid:referral_id>/release")
@require(CUSTODY_HEALTH)
def ask(referral_id: UUID) -> ResponseReturnValue:
    """The form, with what is known now."""
    return _page(principal(), referral_id)


@blueprint.post("/<uuid:referral_id>/release")
@require(CUSTODY_HEALTH)
def change(referral_id: UUID) -> ResponseReturnValue:
    """Writes it, and leads to the referral, which says what changed."""
    who, said = principal(), _read(request.form)
    if said.errors:
        return _page(who, referral_id, said)
    try:
        before, after = _write(who, referral_id, said)
    except Invalid as refused:
        wrong = [FieldError(error.field, _wrong(error.field)) for error in refused.errors]
        return _page(who, referral_id, TypedRelease(said.typed, errors=wrong))
    except (NotAllowed, Stale):
        changed = FieldError("when", _("This changed in the meantime. Look again before you choose."))
        return _page(who, referral_id, TypedRelease(said.typed, errors=[changed]), status=409)
    return redirect(url_for("sent.show", referral_id=referral_id, done=_what_changed(before, after)), 303)


def _write(who: Principal, referral_id: UUID, said: TypedRelease) -> tuple[SentReferral, SentReferral]:
    now = context().clock.now()
    with context().db.transaction(who.scope) as session:
        before = get_sent(session, who, referral_id, now=now)
        after = act_as_referrer(
            session,
            who,
            referral_id,
            "release",
            said.body,
            check=seen(request.form.get("version", "")),
            dependencies=dependency(Dependencies),
            now=now,
        )
    return before, after


def _what_changed(before: SentReferral, after: SentReferral) -> str:
    if after.transferred:
        return "transfer"
    return "release" if before.priority == after.priority else f"release-{after.priority}"


def _read(form: MultiDict[str, str]) -> TypedRelease:
    when = form.get("when", "")
    if when in {TODAY, NOT_KNOWN}:
        return TypedRelease(form, TransitionBody(expected_release=when))
    name = {DATE: "expected_release", TRANSFER: "transfer_to"}.get(when, "when")
    try:
        return TypedRelease(form, _body(when, form.get(name, "")))
    except ValueError:
        return TypedRelease(form, errors=[FieldError(name, _wrong(name))])


def _body(when: str, typed: str) -> TransitionBody:
    """Raises ValueError for what is empty, and for no day or no prison."""
    if when == DATE:
        return TransitionBody(expected_release=date.fromisoformat(typed))
    if when == TRANSFER:
        return TransitionBody(transfer_to=UUID(typed))
    raise ValueError(when)


def _wrong(name: str) -> str:
    return {
        "when": _("Choose when the person leaves."),
        "expected_release": _("Enter the day of release: today or later, at most ten years ahead."),
        "transfer_to": _("Choose the prison that the person goes to."),
    }[name]


def _page(who: Principal, referral_id: UUID, said: TypedRelease | None = None, status: int = 422) -> Response:
    now = context().clock.now()
    with context().db.transaction(who.scope) as session:
        sent = read_sent(session, who, referral_id, now=now)
        prisons = list_prisons(session, other_than=who.organization)
    return render(
        "referral/release.html",
        sent=sent,
        may_change="release" in sent.actions(who.role),
        prisons=[(prison.id, _name(prison)) for prison in prisons],
        typed=_known_release(sent) if said is None else {name: said.typed.get(name, "") for name in FIELDS},
        errors=form_errors([] if said is None else list(said.errors)),
        status=200 if said is None else status,
    )


def _known_release(sent: SentReferral) -> dict[str, str]:
    day = sent.release_on
    return {"when": NOT_KNOWN, "expected_release": ""} if day is None else {"when": DATE, "expected_release": str(day)}


def _name(prison: DirectoryOrganization) -> str:
    return prison.name if prison.district is None else f"{prison.name} · {district_names.name_of(prison.district)}"
