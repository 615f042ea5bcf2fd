"""Before-request hook that shows a sent form in another language: the language switch keeps what was typed.

The switch sends the form itself, with `show_in` beside its fields. Nothing is done then: the page on which the form
stands is answered, in that language, with what was sent filled in. A view whose form's rows come and go with what was
typed shows itself again: it is marked `@shows_again` and asks `i18n.asked_to_show()`. Files cannot be kept.
"""

from flask import Flask, Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from service_kit.web.access.require import access_of
from service_kit.web.check_access import check_person
from service_kit.web.html import i18n
from service_kit.web.html.refill import refill
from service_kit.web.html.sent_form import FORM, is_shown_by_view, page_of_form


def _show_in_other_language() -> ResponseReturnValue | None:
    """Before-request hook, after every check: answers what the language switch sent."""
    if request.method != "POST" or request.mimetype != FORM or not i18n.asked_to_show():
        return None
    if request.endpoint is None or is_shown_by_view(current_app.view_functions[request.endpoint]):
        return None
    path, endpoint, arguments = page_of_form()
    if not endpoint:
        return None
    access = access_of(current_app, endpoint, "GET")
    if access is not None and not access.is_public and (refused := check_person(access, endpoint)) is not None:
        return refused
    response: Response = make_response(current_app.view_functions[endpoint](**arguments))
    if response.mimetype == "text/html" and not response.is_streamed:
        root = request.script_root
        response.set_data(
            refill(response.get_data(as_text=True), f"{root}{path}", f"{root}{request.path}", request.form)
        )
    return response


def install(app: Flask) -> None:
    """Answer the language switch; the last of the before-request hooks."""
    app.before_request(_show_in_other_language)
