"""Step 4, only after a yes: the name to use, a safe way to reach the person, and what the service should know."""

from collections.abc import Sequence
from datetime import date

from flask import Response
from werkzeug.datastructures import MultiDict

from referral_service.domain import person_rules
from referral_service.domain.child_path import AUTHORITIES, is_child_path
from referral_service.domain.form_state import Answers
from referral_service.domain.person_name import name_problem
from referral_service.domain.release_date import release_faults
from referral_service.domain.trial import SAMPLE_NAMES, SAMPLE_NUMBERS
from referral_service.pages.new_referral.form_input import StepAnswers, read_card, take
from referral_service.pages.new_referral.open_form import OpenForm
from service_kit.errors import FieldError
from service_kit.phone_numbers import BadNumber, read_phone_number
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render
from setu.india import day_in_india
from setu.languages import SPOKEN
from setu.phone_words import HOME_REGION, WORDS
from setu.roles import CUSTODY_HEALTH

SINGLES = (
    "name",
    "method",
    "number",
    "language",
    "age_band",
    "authority",
    "gender",
    "card",
    "expected_release",
    "notes",
)
LISTS = ("hours", "preferences", "urgent")


def read(posted: MultiDict[str, str], form: OpenForm) -> StepAnswers:
    """Reads and judges everything about the person; whether the chosen service fits is asked afterwards."""
    answers = take(posted, SINGLES, LISTS)
    setting = form.state.setting
    _read_contact(answers, setting)
    answers.choose("language", SPOKEN, _("Choose the language the person speaks best."))
    answers.choose("age_band", person_rules.AGE_BANDS, _("Choose an age group. A guess is fine."))
    _read_choices(answers, form.who.role, setting, form.state.needs)
    _read_custody(answers, form.who.role, setting)
    read_card(answers)
    if context().settings.trial:
        _read_samples(answers)
    return answers


def _read_contact(answers: StepAnswers, setting: str) -> None:
    wrong_name = name_problem(answers.text("name"))
    if wrong_name == "too_long":
        answers.refuse("name", _("Use at most 40 letters."))
    elif wrong_name:
        answers.refuse("name", _("Use letters only, no numbers. A first name or any other name is enough."))
    method = answers.choose("method", person_rules.methods_for(setting), _("Choose a safe way to reach the person."))
    if method not in person_rules.METHODS_WITH_NUMBER:
        answers.answers.pop("number", None)
        answers.answers.pop("hours", None)
    else:
        _read_number(answers)
    if person_rules.unknown(answers.several("hours"), person_rules.HOURS):
        answers.refuse("hours", _("Choose hours from the list."))


def _read_samples(answers: StepAnswers) -> None:
    """In a trial a person is one of the samples: whatever else was typed is refused."""
    answers.answers.pop("notes", None)
    for field, samples in (("name", SAMPLE_NAMES), ("number", SAMPLE_NUMBERS)):
        if answers.text(field) not in ("", *samples):
            answers.refuse(field, _("This is a trial: choose from the samples."))


def _read_number(answers: StepAnswers) -> None:
    try:
        answers.answers["number"] = read_phone_number(answers.text("number"), home=HOME_REGION)
    except BadNumber as bad:
        answers.refuse("number", _(WORDS[bad.reason]))


def _read_choices(answers: StepAnswers, role: str, setting: str, needs: Sequence[str]) -> None:
    if answers.text("gender"):
        answers.choose("gender", person_rules.GENDERS, _("Choose from the list."))
    if person_rules.unknown(answers.several("preferences"), person_rules.PREFERENCES):
        answers.refuse("preferences", _("Choose from the list."))
    if person_rules.unknown(answers.several("urgent"), person_rules.flags_for(role, setting)):
        answers.refuse("urgent", _("Choose from the list."))
    if is_child_path(needs, answers.text("age_band")):
        answers.choose("authority", AUTHORITIES, _("Say who agrees for the child."))
    else:
        answers.answers.pop("authority", None)


def _read_custody(answers: StepAnswers, role: str, setting: str) -> None:
    if setting != "prison":
        answers.answers.pop("expected_release", None)
    if role != CUSTODY_HEALTH:
        answers.answers.pop("notes", None)
    if len(answers.text("notes")) > person_rules.LONGEST_NOTES:
        answers.refuse("notes", _("Use at most 500 letters."))
    _read_release(answers)


def _read_release(answers: StepAnswers) -> None:
    typed = answers.text("expected_release")
    try:
        day = date.fromisoformat(typed) if typed else None
    except ValueError:
        answers.refuse("expected_release", _("Enter a date, such as 2026-03-31."))
        return
    today = day_in_india(context().clock.now())
    for fault in release_faults(day, answers.several("urgent"), today):
        if fault == "both":
            answers.refuse("urgent", _("Tick one of the two: released today, or within 14 days."))
        elif fault == "date":
            answers.refuse("expected_release", _("Enter a date from today to ten years from now."))
        else:
            answers.refuse("expected_release", _("This date is not what you ticked above. Change one of the two."))


def show(form: OpenForm, answers: Answers, errors: list[FieldError]) -> Response:
    """The page of this step; the language is the one in which the consent text was read."""
    state, role = form.state, form.who.role
    setting = state.setting
    usual = {"language": state.spoken_language}
    return render(
        "referral/new/person.html",
        values={**usual, **answers},
        errors=form_errors(errors),
        setting=setting,
        methods=person_rules.methods_for(setting),
        flags=person_rules.flags_for(role, setting),
        takes_notes=role == CUSTODY_HEALTH and not context().settings.trial,
        codes=person_rules,
        age_bands=list(person_rules.AGE_BANDS),
        asks_for_child=is_child_path(state.needs, None),
        spoken_languages=SPOKEN,
        state=state,
        page_mark=form.page_mark,
    )
