"""A person is there and asks what is kept, or says that something is wrong: what to speak, and what can be put right.

Promises: the identity is opened as on the referral's page (second factor, one access of 30 minutes in the log); nothing
is printed, sent or handed over. When not to use it: on the phone, or for somebody who comes with a card alone.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain import person_rules
from referral_service.domain.desk.in_person import needs_to_correct
from referral_service.domain.identity import Identity
from referral_service.domain.lifecycle import NotAllowed
from referral_service.domain.person_name import name_problem
from referral_service.domain.submission import Contact
from referral_service.domain.task_view import TaskView
from referral_service.domain.trial import person_faults
from referral_service.pages import identity_access
from referral_service.pages.form_keys import form_key, made_before
from referral_service.store import task_history
from referral_service.use_cases.case_notes import read_notes
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.meet_in_person import (
    Correction,
    check_met,
    correct_identity,
    find_copies,
    record_access,
)
from referral_service.use_cases.read_identity import read_identity
from service_kit.errors import FieldError, Gone, Stale
from service_kit.phone_numbers import BadNumber, read_phone_number
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import lazy_gettext
from service_kit.web.html.render import form_errors, render, see_other
from setu.languages import SPOKEN
from setu.needs import BY_CODE, MOST_NEEDS
from setu.phone_words import HOME_REGION, WORDS
from setu.roles import CASE_WORKER

CORRECTED_MEANWHILE = lazy_gettext(
    "Something was corrected since you opened this form. Compare it with what is kept now, then correct it."
)
_FIELD = {"contact.value": "number"}
SEVERAL = ("hours", "preferences", "needs")
blueprint = Blueprint("in_person", __name__, url_prefix="/inbox")


@blueprint.get("/<uuid:referral_id>/in-person")
@require(CASE_WORKER, fresh_second_factor=True, vouched_for=True)
def show(referral_id: UUID) -> ResponseReturnValue:
    """What to speak, and the form to put it right."""
    return _page(referral_id, [], done=request.args.get("done", ""))


@blueprint.post("/<uuid:referral_id>/in-person/told")
@require(CASE_WORKER, fresh_second_factor=True, vouched_for=True)
def told(referral_id: UUID) -> ResponseReturnValue:
    """The person has heard it."""
    who = principal()
    now, new_id, made = context().clock.now(), _random_id(), dependency(Dependencies)
    with context().db.transaction(who.scope) as session:
        if made_before(session, who, _random_id(), now) is None:  # not the line's: the row tells account and moment
            record_access(session, who, referral_id, line_id=new_id, dependencies=made, now=now)
    return see_other(url_for("in_person.show", referral_id=referral_id, done="told"))


@blueprint.post("/<uuid:referral_id>/in-person/correction")
@require(CASE_WORKER, fresh_second_factor=True, vouched_for=True)
def correct(referral_id: UUID) -> ResponseReturnValue:
    """Sealed anew as the person says."""
    who, now = principal(), context().clock.now()
    right, errors = _read_form()
    if right is None:
        return _page(referral_id, errors, seen=request.form.get("seen", ""))
    seen, line_id, made = request.form.get("seen", ""), _random_id(), dependency(Dependencies)
    try:
        with context().db.transaction(who.scope) as session:
            correct_identity(session, who, referral_id, right, seen=seen, line_id=line_id, dependencies=made, now=now)
    except Stale:
        return _page(referral_id, [FieldError("name", str(CORRECTED_MEANWHILE))], status=409)
    return see_other(url_for("in_person.show", referral_id=referral_id, done="corrected"))


@blueprint.errorhandler(NotAllowed)
def say_who_may(_refused: NotAllowed) -> Response:
    """Nobody but a case worker who knows the person."""
    referral_id = (request.view_args or {})["referral_id"]
    return render("referral/in_person_refused.html", status=409, referral_id=referral_id)


@blueprint.errorhandler(Gone)
def say_gone(_gone: Gone) -> ResponseReturnValue:
    """The consent was taken back: the referral's own page says so."""
    return see_other(url_for("inbox.show", referral_id=(request.view_args or {})["referral_id"]))


def _random_id() -> UUID:
    """Of the line at the desk: the usual ids tell their moment, by which its line in the log would be found."""
    return UUID(bytes=context().ids.random(16), version=4)


def _read_form() -> tuple[Correction | None, Sequence[FieldError]]:
    form, errors, number = request.form, [], None
    name, method = form.get("name", "").strip(), form.get("method", "")
    if name_problem(name):
        errors.append(FieldError("name", _("Use letters only, at most 40. Any name will do.")))
    if method not in person_rules.CONTACT_METHODS:
        errors.append(FieldError("method", _("Choose a safe way to reach the person.")))
    hours = [hour for hour in person_rules.HOURS if hour in form.getlist("hours")]
    if method in person_rules.METHODS_WITH_NUMBER:
        try:
            number = read_phone_number(form.get("number", ""), home=HOME_REGION)
        except BadNumber as bad:
            errors.append(FieldError("number", _(WORDS[bad.reason])))
    if context().settings.trial:
        refused = [field for field, _wrong in person_faults(name or None, number)]
        errors += [
            FieldError(_FIELD.get(field, field), _("This is a trial: choose from the samples.")) for field in refused
        ]
    if form.get("language") not in {"", *SPOKEN}:
        errors.append(FieldError("language", _("Choose the language the person speaks best.")))
    needs = [need for need in BY_CODE if need in form.getlist("needs")]
    if not needs:
        errors.append(FieldError("needs", _("Choose at least one kind of help.")))
    elif len(needs) > MOST_NEEDS:
        errors.append(FieldError("needs", _("Choose up to three kinds of help.")))
    if errors:
        return None, errors
    contact = Contact(method, number, hours if number else ())
    gender = form.get("gender") if form.get("gender") in person_rules.GENDERS else None
    wishes = [wish for wish in person_rules.PREFERENCES if wish in form.getlist("preferences")]
    return Correction(name or None, contact, form["language"] or None, gender, wishes, needs), []


def _page(
    referral_id: UUID, errors: Sequence[FieldError], *, status: int = 422, done: str = "", seen: str | None = None
) -> Response:
    """The page; `seen`: the version that a form with a mistake was made from, else what is shown is the newest."""
    who, now, goes_on = principal(), context().clock.now(), identity_access.goes_on(principal(), referral_id)
    with context().db.transaction(who.scope) as session:
        task = check_met(session, who, referral_id, now)
        copies = find_copies(session, task)
        attempts = task_history.attempts(session, referral_id)
    db, made = context().db, dependency(Dependencies)
    person = read_identity(db, who, referral_id, dependencies=made, now=now, goes_on=goes_on)
    notes = read_notes(db, who, referral_id, dependencies=made, now=now, goes_on=goes_on)
    page = render(
        "referral/in_person.html",
        status=status if errors else 200,
        task=task,
        person=person,
        attempts=attempts,
        notes=notes,
        values=_typed() if errors else _known(person, task),
        seen=copies.version if seen is None else seen,
        corrected_elsewhere=copies.newest.corrected_at if copies.is_behind else None,
        needs_offered=needs_to_correct(child_path=task.child_path),
        languages_offered=SPOKEN,
        codes=person_rules,
        done_before=done,
        form_key=form_key(request.form),
        errors=form_errors(errors),
    )
    return page if goes_on else identity_access.begin(page, who, referral_id)


def _typed() -> dict[str, Any]:
    return {**request.form, **{name: request.form.getlist(name) for name in SEVERAL}}


def _known(person: Identity, task: TaskView) -> dict[str, Any]:
    contact = person.contact
    return {
        "name": person.name or "",
        "language": person.language,
        "method": contact.method,
        "number": contact.value or "",
        "hours": contact.hours,
        "gender": person.gender,
        "preferences": person.preferences,
        "needs": task.needs or (),
    }
