"""`/api/docs`: the OpenAPI document as a page to read and to try out, for whoever writes a program against a service.

Swagger UI draws it, in the edition that the package `flask-swagger-ui` ships: of that package only two files are used,
and they come from our own server, so that the page works without the internet and tells nobody that it was opened. No
script and no style stands in the page, and its policy is that of every page but for `data:` pictures, which are Swagger
UI's arrows. Nothing typed here is kept by the browser.
"""

from importlib.metadata import version
from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, send_from_directory
from flask.typing import ResponseReturnValue

from service_kit.web.auth import public
from service_kit.web.context import context
from service_kit.web.headers import content_security_policy
from service_kit.web.pages import render

_FILES = Path(flask_swagger_ui.__file__).parent / "dist"
_EDITION = version("flask-swagger-ui")
blueprint = Blueprint("api_docs", __name__)


@blueprint.get("/api/docs")
@public
def api_docs() -> ResponseReturnValue:
    """The page; without JavaScript it says where the document is."""
    page = render("kit/api_docs.html", edition=_EDITION)
    policy = content_security_policy(context().settings, pictures="'self' data:")
    page.headers["Content-Security-Policy"] = policy
    return page


@blueprint.get("/static/docs/<any('swagger-ui.css','swagger-ui-bundle.js'):filename>", endpoint="static")
@public
def file(filename: str) -> ResponseReturnValue:
    """The two files of Swagger UI that the page needs."""
    return send_from_directory(_FILES, filename)
