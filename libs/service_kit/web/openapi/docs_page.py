"""Serve `/api/docs`: the OpenAPI document as a page to read, for whoever writes a program against a service.

Rendered here from the document that the service serves, so it is like every other page: it needs no script, asks nobody
else, and every part of it is read out and fits a phone. Each operation has a curl command to copy.
"""

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from service_kit.web.access.require import public
from service_kit.web.html.render import render
from service_kit.web.openapi.document import document_of
from service_kit.web.openapi.operations import (
    Field,
    Section,
    schemas_of,
    sections_of,
)

blueprint = Blueprint("api_docs", __name__)


@blueprint.get("/api/docs")
@public
def api_docs() -> ResponseReturnValue:
    """The page."""
    info, sections, schemas = _read(document_of(current_app))
    return render("kit/api_docs.html", conditional=True, info=info, sections=sections, schemas=schemas)


@lru_cache(maxsize=3)
def _read(body: bytes) -> tuple[dict[str, Any], list[Section], list[tuple[str, list[Field]]]]:
    """Once for each document."""
    document = json.loads(body)
    return document["info"], sections_of(document), schemas_of(document)
