"""Rendering of HTML pages: one base template, one stylesheet, one function.

`render` answers in the reader's language with everything the header needs. `conditional=True` adds a tag over the
bytes, so that an inbox may be asked again every ten seconds for nothing. On an answer to a form the language switch
sends that form along, so that what was typed stays (`form_in_other_language.py`); `typed_form="id"` names another one.
Each form says whose page it stands on (`form_owner.py`).
Not for JSON.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from service_kit.errors import FieldError, NotFound
from service_kit.web.access.idle_lock import IDLE_LIMIT
from service_kit.web.access.origins import bases, safe_next
from service_kit.web.access.require import maybe_principal, public
from service_kit.web.context import context
from service_kit.web.etag import if_none_match, not_modified, set_etag
from service_kit.web.form_owner import mark_forms
from service_kit.web.html import i18n, navigation, relative_time, screen_lock, sent_form
from service_kit.web.problems import WORDS
from service_kit.web.site import NEUTRAL_PAGE, frame_url, here, new_window_url, own_base, site, url_of

Answer = TypeVar("Answer", bound=BaseResponse)
_HERE = Path(__file__).parent
blueprint = Blueprint(
    "kit", __name__, template_folder="templates", static_folder="static", static_url_path="/static/kit"
)


def render(template: str, *, status: int = 200, conditional: bool = False, **values: Any) -> Response:
    """Return the template as a page; `conditional`: tagged over its bytes, and 304 where the reader holds them."""
    page = render_template(template, **values)
    who = maybe_principal()
    response = Response(mark_forms(page, who) if who else page, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = i18n.language()
    response.vary.update(("Cookie", "Accept-Language"))
    if conditional and status == 200:
        tag = hashlib.sha256(response.get_data()).hexdigest()[:32]
        return not_modified(tag, "text/html") if if_none_match(tag) else set_etag(response, tag)
    return response


def see_other(url: str) -> Response:
    """Return 303 See Other: where a browser goes after a form that was taken."""
    return current_app.make_response(redirect(url, 303))


def form_errors(errors: Iterable[FieldError] | Mapping[str, str]) -> dict[str, str]:
    """Return field name → what to do about it, as the form macros take it; of several the first."""
    if isinstance(errors, Mapping):
        return dict(errors)
    found: dict[str, str] = {}
    for error in errors:
        found.setdefault(error.field, error.detail)
    return found


@lru_cache(maxsize=64)
def _version(folder: str, filename: str) -> str:
    return hashlib.sha256((Path(folder) / filename).read_bytes()).hexdigest()[:10]


def asset(filename: str, blueprint_name: str = "kit") -> str:
    """Address of a static file with its version, so that browsers may keep it for good."""
    folder = current_app.blueprints[blueprint_name].static_folder or str(_HERE / "static")
    return url_for(f"{blueprint_name}.static", filename=filename, v=_version(folder, filename))


@blueprint.post("/language")
@public
def choose_language() -> ResponseReturnValue:
    """Keep the chosen language in a cookie and go back to the page."""
    response = redirect(safe_next(request.form.get("next"), context().settings) or own_base() + "/", 303)
    return keep_language(response, request.form.get("language", ""))


def keep_language(response: Answer, chosen: str) -> Answer:
    """Put the cookie with the chosen language on the response, if there is such a language; return the response."""
    if chosen in i18n.choices():
        secure = context().settings.cookie_secure
        response.set_cookie(
            i18n.COOKIE, chosen, max_age=31536000, path="/", secure=secure, samesite="Lax", httponly=True
        )
    return response


@blueprint.post("/used")
@public
def used() -> ResponseReturnValue:
    """Note that the person is at work in one of the other services, so that this one does not lock meanwhile."""
    maybe_principal()  # a session in use is touched by looking at it; a locked one stays locked
    return Response(status=204, headers={"Cross-Origin-Resource-Policy": "cross-origin"})  # or browsers complain


@blueprint.get("/problems/<slug>")
@public
def problem_words(slug: str) -> ResponseReturnValue:
    """The page that a problem's `type` leads to."""
    if slug not in WORDS:
        raise NotFound
    title, what_to_do = WORDS[slug]
    return render("kit/problem.html", slug=slug, problem_title=title, what_to_do=what_to_do)


def _header() -> dict[str, Any]:
    who = maybe_principal()
    links = navigation.links(who)
    return {
        "who": who,
        "at_home": who is not None and (request.path == "/" or any(link.current for link in links[:1])),
        "role_name": site().role_titles.get(who.role, who.role) if who else None,
        "reader": screen_lock.reader_tag(who) if who else None,
        "nav_links": links,
        "loaded_at": f"{request.script_root}{sent_form.page_of_form()[0]}" if request.method == "POST" else None,
        "also_used": [f"{base}/used" for base in bases(context().settings) if base != own_base()] if who else [],
    }


def _now() -> datetime:
    return context().clock.now()


def install(app: Flask) -> None:
    """Register the kit's own pages, templates and template functions."""
    app.register_blueprint(blueprint)
    app.register_blueprint(screen_lock.blueprint)
    app.jinja_env.globals.update(
        asset=asset,
        header=_header,
        here=here,
        url_of=url_of,
        frame_url=frame_url,
        new_window_url=new_window_url,
        neutral_page=NEUTRAL_PAGE,
        site_helplines=lambda: site().helplines,
        idle_minutes=IDLE_LIMIT // timedelta(minutes=1),
        is_trial=lambda: context().settings.trial,
        now=_now,
        due_words=relative_time.due,
        ago_words=relative_time.ago,
        exact=relative_time.exact,
        exact_date=relative_time.exact_date,
        machine_time=lambda moment: moment.isoformat() if isinstance(moment, datetime) else str(moment),
        grouped=relative_time.grouped,
        number=i18n.number,
        sent_form_in=sent_form.id_in,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.after_request
    def keep_assets(response: Response) -> Response:
        if (request.endpoint or "").endswith(".static") and response.status_code in {200, 304}:
            versioned = "v" in request.args
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return response

    @app.after_request
    def keep_shown_language(response: Response) -> Response:
        is_page = response.mimetype == "text/html" and request.method == "POST"
        return keep_language(response, i18n.switched_to() or "") if is_page else response
