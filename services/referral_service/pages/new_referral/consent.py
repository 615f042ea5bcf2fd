"""Step 3: consent, read aloud, with three equal answers. The last page on which nothing about a person is asked."""

from collections.abc import Sequence

from flask import Response
from werkzeug.datastructures import MultiDict

from referral_service.domain.consent import consent_texts
from referral_service.domain.consent.consent_record import ANSWERS, CHANNELS
from referral_service.domain.form_state import (
    OTHER_LANGUAGE,
    Answers,
    FormState,
    names_all,
    spoken_language,
    whom_named,
)
from referral_service.pages.new_referral.form_input import StepAnswers, read_card, take
from referral_service.pages.new_referral.open_form import OpenForm
from service_kit.errors import FieldError
from service_kit.identity import Principal
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import language as reader_language
from service_kit.web.html.render import form_errors, render
from setu.languages import SPOKEN
from setu.roles import CUSTODY_HEALTH

SINGLES = ("version", "named", "language", "other_language", "interpreted", "channel", "answer", "another", "card")
LISTS = ()


def read(posted: MultiDict[str, str], form: OpenForm) -> StepAnswers:
    """The answer, and how the text was read. The question on another service counts only after a yes."""
    answers = take(posted, SINGLES, LISTS)
    if not consent_texts.is_known_version(answers.text("version")):
        answers.answers["version"] = consent_texts.FIRST_VERSION  # a page that was shown before there were two
    answers.choose(
        "language", [*consent_texts.languages(), OTHER_LANGUAGE], _("Choose the language in which you read the text.")
    )
    if answers.text("language") == OTHER_LANGUAGE:
        answers.choose("other_language", SPOKEN, _("Choose the language in which you read the text."))
    _read_interpreted(answers)
    answers.choose("channel", CHANNELS, _("Choose how you spoke with the person."))
    _read_whom(answers, form)
    answers.choose("answer", ANSWERS, _("Choose what the person answered."))
    if answers.text("answer") == "yes":
        answers.choose("another", ("yes", "no"), _("Choose what the person answered to question 9."))
    else:
        answers.answers.pop("another", None)
    if answers.text("answer") != "card_only":
        answers.answers.pop("card", None)
    read_card(answers)
    return answers


def _read_whom(answers: StepAnswers, form: OpenForm) -> None:
    """A yes is for those whom the text named: another tab may have picked others since it was shown."""
    if answers.text("answer") in {"", "yes"} and not names_all(answers.text("named"), form.fitting_ids()):
        answers.refuse("answer", _("Somebody else is asked now than this text named. Read it aloud again."))
        for name in ("answer", "another"):
            answers.answers.pop(name, None)


def _read_interpreted(answers: StepAnswers) -> None:
    said = answers.choose("interpreted", ("yes", "no"), _("Say whether somebody interpreted."))
    spoken = spoken_language(answers.answers)
    if said == "no" and spoken in SPOKEN and consent_texts.needs_interpreter(spoken):
        answers.refuse(
            "interpreted",
            _("There is no text in this language. Have it interpreted before you ask, and say yes here."),
        )


def show(form: OpenForm, answers: Answers, errors: list[FieldError]) -> Response:
    """The page of this step: the text in every language that it has, one of them shown."""
    mine = reader_language()
    usual = {"language": _usual_language(form.state, mine), "interpreted": "no", "channel": "in_person"}
    names = list(dict.fromkeys(service.spoken_name for service in form.fitting()))
    return render(
        "referral/new/consent.html",
        values={**usual, **answers},
        errors=form_errors(errors),
        version=consent_texts.CURRENT_VERSION,
        named=whom_named(form.fitting_ids()),
        texts={language: _read_aloud(names, language, form.who) for language in consent_texts.languages()},
        fallback=consent_texts.text_language(mine),
        other=OTHER_LANGUAGE,
        other_languages=[code for code in SPOKEN if code not in consent_texts.languages()],
        left_out=form.left_out(),
        state=form.state,
        page_mark=form.page_mark,
    )


def _read_aloud(names: Sequence[str], language: str, reader: Principal) -> Sequence[str]:
    return consent_texts.read_aloud(names, language, prison_health=reader.role == CUSTODY_HEALTH)


def _usual_language(state: FormState, mine: str) -> str:
    """What the person speaks, where that is known already (the text is read anew); else the reader's language."""
    spoken = state.one("person", "language")
    return spoken if spoken in consent_texts.languages() else consent_texts.text_language(mine)
