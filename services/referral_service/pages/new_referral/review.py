"""Step 5: everything once more before it is sent, because it cannot be read back afterwards (rule 5)."""

from flask import Response
from werkzeug.datastructures import MultiDict

from referral_service.domain.form_state import Answers
from referral_service.pages.new_referral.form_input import StepAnswers, take
from referral_service.pages.new_referral.open_form import OpenForm
from service_kit.errors import FieldError
from service_kit.web.context import context
from service_kit.web.html.render import form_errors, render

SINGLES = ()
LISTS = ()


def read(posted: MultiDict[str, str], _form: OpenForm) -> StepAnswers:
    """Nothing is typed here."""
    return take(posted, SINGLES, LISTS)


def show(form: OpenForm, _answers: Answers, errors: list[FieldError]) -> Response:
    """What will be sent, with a way back to each part."""
    state = form.state
    return render(
        "referral/new/review.html",
        errors=form_errors(errors),
        place=state.values("place"),
        consent=state.values("consent"),
        spoken=state.spoken_language,
        person=state.values("person"),
        picks=form.picks(),
        left_out=form.left_out(),
        better_suited=form.better_suited(context().clock.now()),
        state=state,
        page_mark=form.page_mark,
    )
