"""Step 1: where we are, where help is wanted, and which help (one to three needs). Nothing about a person."""

from flask import Response
from werkzeug.datastructures import MultiDict

from referral_service.domain import person_rules
from referral_service.domain.form_state import Answers
from referral_service.pages import district_names
from referral_service.pages.new_referral.form_address import form_id_in_address
from referral_service.pages.new_referral.form_input import StepAnswers, take
from referral_service.pages.new_referral.open_form import OpenForm
from service_kit.errors import FieldError
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render
from setu.need_pictures import NEED_PICTURES
from setu.needs import MOST_NEEDS, may_pick, refused

SINGLES = ("setting", "district")
LISTS = ("needs",)
_USUAL_SETTING = {"prison": "prison", "court": "court"}


def read(posted: MultiDict[str, str], form: OpenForm) -> StepAnswers:
    """Reads and judges the answers of this step."""
    answers = take(posted, SINGLES, LISTS)
    answers.choose("setting", person_rules.SETTINGS, _("Choose where you are now."))
    answers.choose(
        "district",
        [str(code) for code in form.districts],
        _("Choose the district where help is wanted."),
    )
    needs = answers.several("needs")
    if not needs or refused(needs, form.who.role):
        answers.refuse("needs", _("Choose at least one kind of help."))
    elif len(needs) > MOST_NEEDS:
        answers.refuse("needs", _("Choose up to three kinds of help."))
    return answers


def show(form: OpenForm, answers: Answers, errors: list[FieldError]) -> Response:
    """The page of this step; the unit's own district and kind are filled in at the start.

    It is sent to its own address, where "back" looks for what becomes of it.
    """
    usual = {"setting": _USUAL_SETTING.get(form.who.organization_kind, ""), "district": _home(form)}
    return render(
        "referral/new/place.html",
        values={**usual, **answers},
        errors=form_errors(errors),
        needs=may_pick(form.who.role),
        need_pictures=NEED_PICTURES,
        settings=person_rules.SETTINGS,
        districts=district_names.choices(form.districts),
        state=form.state,
        page_mark=form.page_mark,
        address_id=form_id_in_address(),
    )


def _home(form: OpenForm) -> str:
    """The unit's own district, as the directory told it; else the account's only one."""
    if form.unit is not None and form.unit.district is not None:
        return str(form.unit.district)
    return str(form.who.districts[0]) if len(form.who.districts) == 1 else ""
