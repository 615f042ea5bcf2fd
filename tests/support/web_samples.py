"""Sample pages that use every macro, served by a real server for a browser to look at."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Blueprint, Flask, Response, jsonify, request
from markupsafe import Markup
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from service_kit.clock import FrozenClock
from service_kit.context import ServiceContext
from service_kit.db.engine import Database
from service_kit.errors import FieldError
from service_kit.ids import SeededIds
from service_kit.keyring import MacKey
from service_kit.session_tokens import by_cookie
from service_kit.web.access import own_origins as own_origins_of
from service_kit.web.access.origins import allowed_origins
from service_kit.web.access.own_origins import own_origins
from service_kit.web.access.require import public, require
from service_kit.web.app import build_app
from service_kit.web.html import render as kit_pages
from service_kit.web.html.menu_counts import MenuCounts
from setu.site import SITE
from support.web import TOKENS, a_principal, settings

PICTURE = Markup(
    '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8"><circle cx="12" cy="8" r="4"/>'
    '<path d="M4 21c1-5 4-7 8-7s7 2 8 7"/></svg>'
)
NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


@dataclass
class Sample:
    """A running sample: address, the rows of its list (changeable), and a token of a case worker."""

    base: str
    rows: list[dict[str, object]]
    token: str
    left: list[str]
    told: list[tuple[str, str]]
    unread: list[int]

    def begin_anew(self) -> None:
        """Its list as at first, nothing told to it yet."""
        self.rows[:] = _first_rows()
        self.left.clear()
        self.told.clear()
        self.unread[:] = [120]


def a_row(number: int, minutes: int, word: str, tone: str) -> dict[str, object]:
    due = NOW + timedelta(minutes=minutes)
    at = NOW - timedelta(minutes=number * 700 + 3)
    return {"id": str(number), "reference": f"R-7K3M-9QX{number}", "due": due, "at": at, "word": word, "tone": tone}


def _first_rows() -> list[dict[str, object]]:
    return [a_row(1, -30, "overdue", "red"), a_row(2, 40, "urgent", "amber"), a_row(3, 3000, "routine", "quiet")]


def _screens(rows: list[dict[str, object]], left: list[str]) -> Blueprint:
    blueprint = Blueprint("samples", __name__, template_folder=str(Path(__file__).parent / "samples_web"))

    @blueprint.route("/form", methods=["GET", "POST"])
    @public
    def form() -> Response:
        errors = [FieldError("person.contact.value", "Enter ten digits"), FieldError("needs", "Choose at least one")]
        wrong = kit_pages.form_errors(errors if request.method == "POST" or "wrong" in request.args else [])
        return kit_pages.render("sample_form.html", errors=wrong, picture=PICTURE)

    @blueprint.get("/inbox")
    @require("case_worker")
    def inbox() -> Response:
        return kit_pages.render("sample_list.html", conditional=True, rows=rows)

    @blueprint.post("/leave")
    @public
    def leave() -> str:
        left.append(request.headers.get("Origin", ""))
        return ""

    return blueprint


def _listener(told: list[tuple[str, str]], unread: list[int]) -> Flask:
    """Another service, on another port, that notes the cookie and origin of what it is told, and counts."""
    app = Flask("listener")
    own_origins_of.install(app)

    @app.get("/counts")
    @own_origins
    def tell_counts() -> Response:
        return jsonify({"/": unread[0]})

    @app.post("/used")
    def used() -> tuple[str, int]:
        told.append((request.headers.get("Cookie", ""), request.headers.get("Origin", "")))
        return "", 204

    return app


@contextmanager
def samples(database_url: str) -> Iterator[Sample]:
    """Serve the sample pages on a free port of this machine."""
    rows = _first_rows()
    left: list[str] = []
    server = make_server("127.0.0.1", 0, Flask("waits"), threaded=True)
    told: list[tuple[str, str]] = []
    unread = [120]
    listener = _listener(told, unread)
    other = make_server("127.0.0.1", 0, listener)
    base, elsewhere = (f"http://127.0.0.1:{each.server_port}" for each in (server, other))
    at_first = settings(
        addresses={"directory": base, "referral": base, "notification": elsewhere}, pseudo_language=True
    )
    at_hand = ServiceContext(at_first, Database(database_url), FrozenClock(NOW), SeededIds("s"), MacKey(bytes(32)))
    counts = MenuCounts({path: lambda: len(rows) for path in ("/inbox", "/children", "/inbox/leaving")})
    screens = [_screens(rows, left)]
    app = build_app("service_kit", context=at_hand, site=SITE, api=[], pages=screens, problems={}, counts=counts)
    listener.extensions["setu_origins"] = allowed_origins(at_first)
    server.app = app  # the address had to be known first
    for each in (server, other):
        threading.Thread(target=each.serve_forever, daemon=True).start()
    try:
        yield Sample(
            base, rows, TOKENS.mint(by_cookie(a_principal(role="case_worker", issued_at=NOW))), left, told, unread
        )
    finally:
        for each in (server, other):
            each.shutdown()
            each.server_close()


def a_context(chromium: Browser, sample: Sample, language: str = "en", **options: object) -> BrowserContext:
    context = chromium.new_context(**options)  # type: ignore[arg-type]  # given by keyword, one type each
    context.add_cookies(
        [
            {"name": "setu_session_8000", "value": sample.token, "url": sample.base},
            {"name": "setu_lang", "value": language, "url": sample.base},
        ]
    )
    return context


def sign_in(context: BrowserContext, sample: Sample, token: str) -> None:
    context.add_cookies([{"name": "setu_session_8000", "value": token, "url": sample.base}])


def open_page(page: Page, sample: Sample, path: str) -> Page:
    page.goto(sample.base + path)
    return page
