"""Which form a page is of stands in its address (`/new/<form_id>/<step>`), so that no other one is shown or sent there.

Why: a browser keeps one form and may have pages of several: in tabs, behind "back", behind a reload. What stands on one
of them is about that person and no other. Promises: a view marked `@require_kept_form` is called with the form of its
address, or at step 1, where no answers are kept, with an empty one of a new id; read or sent, any other form's address
gets the page that says so and changes nothing, and so does what is sent from a page that another window on the same
form has made old.
When not to use it: for `/new`, which is of no form, and for the page after sending, whose form is kept no more.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.form_state import FormState, is_form_id
from referral_service.pages.new_referral.form_cookie import carried_form, carry_form, empty_form, minutes_left
from referral_service.pages.new_referral.receipt import finished_form_id
from service_kit.identity import Principal
from service_kit.web.access.require import principal
from service_kit.web.context import context
from service_kit.web.html.render import render

View = Callable[..., ResponseReturnValue]


def require_kept_form(view: View) -> View:
    """Mark a view of one form: it is handed the kept form, if that is the one of its address.

    Step 1 begins a form where no answers are kept: nothing of another person is there, and nothing typed is lost. Its
    id is a new one, and it is answered at the old address, not led to its own: a browser that keeps no form would be
    led on for ever. That address is a second one of its first step from then on, to which "back" leads.
    """

    @wraps(view)
    def checked(form_id: str, **rest: Any) -> ResponseReturnValue:
        who = principal()
        kept = carried_form(who)
        if kept is not None and kept.has_page(form_id, rest.get("step", "")):
            is_old = request.method == "POST" and not kept.takes(page_mark_sent())
            return _render_old_page(kept, is_step="step" in rest) if is_old else view(kept, **rest)
        nothing_answered = kept is None or not kept.steps
        if rest.get("step") == "place" and nothing_answered and form_id != finished_form_id(who):
            return view(empty_form(alias=form_id if is_form_id(form_id) else ""), **rest)
        return render_other_form(who, kept, form_id)

    return checked


def mark_page(state: FormState) -> str:
    """The mark that the page which is shown now carries in its forms, to be told from an old one."""
    return state.page_mark(context().ids.random(4).hex())


def page_mark_sent() -> str:
    """The mark of the page from which this request comes; empty where it has none."""
    return request.form.get("basis", "")


def _render_old_page(kept: FormState, *, is_step: bool) -> Response:
    """The answer to a page that was shown of earlier answers of the kept form; nothing it asks for is done."""
    return render("referral/new/other_form.html", status=409, state=kept, is_old=True, throws_away=not is_step)


def render_other_form(who: Principal, kept: FormState | None, form_id: str = "") -> Response:
    """The answer to a page of a form that is not kept; `form_id` is empty where the page does not say of which it is.

    The card is offered to the page of the form that it was made for: on any other one it would be handed to another
    person.
    """
    finished = finished_form_id(who)
    if form_id and finished == form_id:
        return render_form_gone(who, form_id)
    if kept is not None:
        return render("referral/new/other_form.html", status=409, state=kept, says_which=bool(form_id))
    if form_id and finished:
        return render("referral/new/another_finished.html", status=410)
    return render_form_gone(who)


def render_form_gone(who: Principal, form_id: str = "") -> Response:
    """The page (410) of a form that was sent, thrown away or not used for too long; offers its card, where it can."""
    has_card = form_id and form_id == finished_form_id(who)
    return render("referral/new/form_gone.html", status=410, card_of=form_id if has_card else "")


def redirect_to_step(state: FormState, step: str) -> Response:
    """Off to a step of this form (303)."""
    return cast("Response", redirect(url_for("new.show", form_id=state.form_id, step=step), 303))


def carry_to_step(state: FormState, step: str, who: Principal) -> Response:
    """The same, and the browser carries the form on as it is now."""
    return carry_form(redirect_to_step(state, step), state, who)


def form_id_in_address() -> str:
    """Which form the address of this request is of; empty for an address of none."""
    return str((request.view_args or {}).get("form_id", ""))


def minutes_left_here() -> int:
    """For how many more whole minutes this browser carries the form of this request's page; 0 where it does not."""
    return minutes_left(form_id_in_address(), str((request.view_args or {}).get("step", "")))
