"""The ways out of a step that lose nothing: back, another language, start page, study cards, "throw this away".

Why: on a step's page they are buttons of its form, not links, so that what was typed there is kept before the browser
goes on. When not to use it: for the way forward, which is judged.
"""

from typing import cast

from flask import Response, redirect, url_for

from referral_service.domain.form_state import FormState
from referral_service.pages.new_referral.form_address import redirect_to_step
from service_kit.web.html.render import keep_language
from service_kit.web.site import frame_url

_BEFORE = {"who": "place", "consent": "who", "person": "consent", "review": "person"}
_LANGUAGE = "language-"


def way_out(state: FormState, step: str, go: str) -> Response:
    """Where `go`, the button's value, leads from this step of the form (303); an unknown one stays on the page."""
    if go == "back":
        return redirect_to_step(state, _BEFORE.get(step, "place"))
    if go == "home":
        return _to(url_for("home.home"))
    if go == "study":
        return _to(frame_url("study cards"))
    if go == "throw-away":
        return _to(url_for("new.ask_to_throw_away", form_id=state.form_id))
    return keep_language(redirect_to_step(state, step), go.removeprefix(_LANGUAGE))


def _to(address: str) -> Response:
    return cast("Response", redirect(address, 303))
