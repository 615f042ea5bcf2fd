"""Our organisation: what is said of the provider itself, names, description, and how to reach it."""

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.editing.pages.change_words import (
    ReferenceNames,
    change_words,
)
from directory_service.editing.pages.form_rows import (
    apply_row_button,
    rows_of,
)
from directory_service.editing.pages.listing_section import (
    Json,
    NotRight,
    read_typed,
    text_section,
    words_typed,
)
from directory_service.editing.pages.our_services import (
    EDITOR,
    not_found_as_404,
)
from directory_service.editing.pages.saved_words import saved_words
from directory_service.editing.use_cases.decide_change import take_back_change
from directory_service.editing.use_cases.edit_resource import edit_resource
from directory_service.editing.use_cases.editable import (
    Editor,
    Stale,
    changes_of,
)
from directory_service.editing.use_cases.own_organization import (
    ORGANIZATIONS,
    NameInForeignLetters,
    NameTaken,
    OwnOrganization,
    own_organization,
)
from directory_service.listings.domain.fields import ORGANIZATION_FIELDS
from directory_service.listings.pages.listing_words import languages_words
from directory_service.listings.store.history import history_of
from service_kit.web.access.require import (
    principal,
    require,
)
from service_kit.web.context import context
from service_kit.web.html.i18n import asked_to_show
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.html.sent_form import shows_again
from setu.languages import NAMES as LANGUAGES

blueprint = Blueprint("our_organization", __name__, template_folder="templates", url_prefix="/listings/organization")
NAMES = ("lang_code", "lang_name")
_TEXTS = text_section(
    "", "", "name", "alternate_name", "description", "phone", "email", "website", table=ORGANIZATION_FIELDS
)
REMEMBERED = 50


@blueprint.get("")
@require(EDITOR)
def show() -> ResponseReturnValue:
    """The form, and what changed lately."""
    with context().db.transaction(principal().scope) as session, not_found_as_404():
        own = own_organization(session, principal().organization)
    record = ORGANIZATION_FIELDS.write(own.record)
    codes = dict.fromkeys(["hi", "bn", *own.record.names])
    names = [dict(zip(NAMES, (code, own.record.names.get(code, "")), strict=True)) for code in codes]
    return _form(own, {**_TEXTS.shown(record), "names": names}, seen=own.tag, done=request.args.get("done", ""))


@blueprint.post("")
@require(EDITOR)
@shows_again
def save() -> ResponseReturnValue:
    """Save what was typed, or add and take away rows."""
    who, now, form = principal(), context().clock.now(), request.form
    typed: Json = {**_TEXTS.typed(form), "names": rows_of(form, NAMES)}
    with context().db.transaction(who.scope) as session, not_found_as_404():
        own = own_organization(session, who.organization)
    if apply_row_button(form, typed, ("names",)) or asked_to_show():
        return _form(own, typed, seen=form.get("seen", ""))
    errors: dict[str, str] = {}
    before = ORGANIZATION_FIELDS.write(own.record)
    [names] = words_typed(typed["names"], NAMES[1:], errors)
    made = _TEXTS.change(before, typed, errors) | {"names": names}
    try:
        record = read_typed(ORGANIZATION_FIELDS, made, before, errors, _field_of)
    except NotRight as wrong:
        said = {name: _(text) for name, text in wrong.errors.items()}
        return _form(own, typed, said, seen=form.get("seen", ""), status=422)
    try:
        with context().db.transaction(who.scope) as session, not_found_as_404():
            edited = edit_resource(session, ORGANIZATIONS, record, Editor.of(who), now, seen=form.get("seen", ""))
    except Stale as stale:
        return _form(own, typed, seen=stale.tag, stale=True, status=409)
    except NameTaken:
        taken = {"name": _("Another provider of this state has this name, or one that looks like it. Add your place.")}
        return _form(own, typed, taken, seen=form.get("seen", ""), status=422)
    except NameInForeignLetters:
        foreign = _(
            "Write the name in Latin letters, or in those of an Indian script. It has a Greek or Cyrillic one, which"
            " looks like another letter."
        )
        return _form(own, typed, {"name": foreign}, seen=form.get("seen", ""), status=422)
    return see_other(url_for("our_organization.show", done=edited.state))


@blueprint.post("/take-back")
@require(EDITOR)
def take_back() -> ResponseReturnValue:
    """Take back what waits for a coordinator."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session, not_found_as_404():
        take_back_change(session, Editor.of(who), who.organization, now)
    return see_other(url_for("our_organization.show", done="taken_back"))


def _field_of(path: str) -> str:
    return "lang_name.0" if path.startswith("names") else path


def _form(
    own: OwnOrganization,
    typed: Json,
    errors: dict[str, str] | None = None,
    *,
    seen: str,
    done: str = "",
    stale: bool = False,
    status: int = 200,
) -> Response:
    with context().db.transaction(principal().scope) as session:
        entries = history_of(session, [own.id], REMEMBERED)
        saved = saved_words(session, own.id)
    named = ReferenceNames({}, {})
    history = [(entry, words) for entry in entries for words in change_words([entry.change], named)]
    return render(
        "editing/organization.html",
        status=status,
        typed=typed,
        errors=errors or {},
        limits=ORGANIZATION_FIELDS.limits,
        seen=seen,
        done=done,
        saved=saved,
        stale=stale,
        waiting=change_words(changes_of(own.waiting), named) if own.waiting else [],
        history=history,
        languages_known=sorted(((code, languages_words((code,))) for code in LANGUAGES), key=lambda row: row[1]),
    )
