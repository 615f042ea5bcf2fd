"""The form that a request sent: the page on which it stands, and its id in the answer. Inside a request only."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import current_app, request

from service_kit.web.html.refill import find_form

FORM = "application/x-www-form-urlencoded"
_MARK = "setu_shows_again"
View = TypeVar("View", bound=Callable[..., Any])


def shows_again(view: View) -> View:
    """Mark a view that shows its form again by itself where `i18n.asked_to_show()`."""
    setattr(view, _MARK, True)
    return view


def is_shown_by_view(view: Callable[..., Any]) -> bool:
    """Whether the view is so marked."""
    return bool(getattr(view, _MARK, False))


def page_of_form() -> tuple[str, str, Mapping[str, Any]]:
    """Path, endpoint and arguments of the page of the form that was sent: its own, or the nearest above it.

    An empty endpoint where there is none.
    """
    parts = request.path.strip("/").split("/")
    routes = current_app.create_url_adapter(request)
    above = ["/" + "/".join(parts[:length]) for length in range(len(parts), -1, -1)]
    path = next((path for path in above if routes is not None and routes.test(path, "GET")), None)
    if routes is None or path is None:
        return "/", "", {}
    return path, *routes.match(path, "GET")


def id_in(page: str) -> str:
    """The id of the form of this answer that was sent, if it can be sent again; else empty."""
    if request.method != "POST" or request.mimetype != FORM:
        return ""
    root = request.script_root
    return find_form(page, f"{root}{page_of_form()[0]}", f"{root}{request.path}")
