"""An application with a few routes of every kind of access, on a database of the kit's tables."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Blueprint, Response, jsonify, request

from service_kit.errors import NotFound
from service_kit.web.access.require import (
    principal,
    public,
    require,
)
from service_kit.web.html import render as kit_pages
from service_kit.web.parsing import json_body
from service_kit.web.uploads import takes_file
from support.fresh_databases import Urls
from support.web import (
    Web,
    a_web,
)


def _api() -> Blueprint:
    blueprint = Blueprint("things", __name__, url_prefix="/api/things")

    @blueprint.get("")
    @require("officer")
    def listed() -> dict[str, str]:
        return {"role": principal().role, "via": principal().via}

    @blueprint.post("")
    @require("officer")
    def made() -> tuple[dict[str, object], int]:
        return {"got": json_body()}, 201

    @blueprint.get("/<uuid:thing>")
    @require()
    def one(thing: UUID) -> Response:
        raise NotFound

    @blueprint.get("/secret")
    @require("case_worker", fresh_second_factor=True)
    def secret() -> dict[str, str]:
        return {"secret": "yes"}

    return blueprint


def _pages() -> Blueprint:
    blueprint = Blueprint("screens", __name__)

    @blueprint.get("/form")
    @require("officer", "case_worker")
    def form() -> Response:
        return kit_pages.render("kit/problem.html", slug="x", problem_title="Form", what_to_do="Fill in.")

    @blueprint.get("/own-form")
    @require("officer", "case_worker")
    def own_form() -> Response:
        return kit_pages.render("kit/upload.html", errors={}, send_to="/upload", file_hint="", columns=[])

    @blueprint.post("/form")
    @require("officer", "case_worker")
    def sent() -> Response:
        return jsonify(list(request.form.items(multi=True)))

    @blueprint.post("/fresh")
    @require("officer", fresh_second_factor=True)
    def sent_with_second_factor() -> Response:
        return jsonify(list(request.form.items(multi=True)))

    @blueprint.post("/upload")
    @require("officer")
    @takes_file(1024 * 1024)
    def uploaded() -> Response:
        return jsonify(list(request.form.items(multi=True)))

    @blueprint.route("/open", methods=["GET", "POST"])
    @public
    def opened() -> str:
        return "open"

    return blueprint


@pytest.fixture
def kit_urls(fresh_database: Callable[[str], Urls]) -> Urls:
    """Its database, as each role."""
    return fresh_database("kit")


@pytest.fixture
def web(kit_urls: Urls) -> Web:
    """The application."""
    return a_web(kit_urls.web, api=[_api()], pages=[_pages()])
