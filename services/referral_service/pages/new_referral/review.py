"""Step 5: everything once more before it is sent, because it cannot be read back afterwards (rule 5)."""

from flask import Response
from werkzeug.datastructures import MultiDict

from referral_service.domain.form_state import Answers, FormState
from referral_service.pages.new_referral import consent
from referral_service.pages.new_referral import who as who_step
from referral_service.pages.new_referral.form_input import (
    Read,
    take,
)
from service_kit.errors import FieldError
from service_kit.identity import Principal
from service_kit.web.html.render import (
    form_errors,
    render,
)

SINGLES = ()
LISTS = ()


def read(form: MultiDict[str, str], who: Principal, state: FormState) -> Read:  # noqa: ARG001  every step reads alike
    """Nothing is typed here."""
    return take(form, SINGLES, LISTS)


def show(who: Principal, state: FormState, answers: Answers, errors: list[FieldError]) -> Response:  # noqa: ARG001
    """What will be sent, with a way back to each part."""
    return render(
        "referral/new/review.html",
        errors=form_errors(errors),
        place=state.values("place"),
        consent=state.values("consent"),
        spoken=consent.spoken_language(state.values("consent")),
        person=state.values("person"),
        picks=who_step.picks(who, state),
        state=state,
    )
