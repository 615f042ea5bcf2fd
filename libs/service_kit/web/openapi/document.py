"""The OpenAPI 3.1 document of a service, made from its schemas once a process, served at `/api/openapi.json`.

flask-smorest collects routes and schemas; here the answers that every route can give are added: 400, 401, 403, 404,
405, 408, 409, 412, 413, 415, 422, 428 and 429 as problem documents, the security scheme, and what a public read tells
beside its body. Within a version answers gain fields, so only what is sent in refuses others.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import flask_smorest
from flask import Blueprint, Flask, Response, current_app
from flask_smorest.spec.plugins import FlaskPlugin

from service_kit.errors import FieldError
from service_kit.web.access.require import Access, access_of, public
from service_kit.web.cors import any_origin
from service_kit.web.etag import if_none_match, not_modified, set_etag
from service_kit.web.openapi.examples import lay_in, read_examples
from service_kit.web.problems import PROBLEM_TYPE, SLUG_OF_STATUS, WORDS, Problem
from service_kit.web.site import own_base

PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": "/problems/<slug>"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_WORDS = {
    "400": "The request is not well formed.",
    "401": "Not signed in, or the session has ended.",
    "403": "The role does not include this, or the change came from another site.",
    "404": "Absent, or not yours.",
    "405": "The address does not accept this method.",
    "408": "The body did not arrive whole within ten seconds.",
    "409": "Does not fit the present state.",
    "410": "It was here and has been removed.",
    "412": "If-Match is not exactly the present ETag.",
    "413": "The body is larger than 256 KiB.",
    "415": "The body is not application/json in UTF-8.",
    "422": "A field cannot be accepted.",
    "428": "If-Match is missing.",
    "429": "Too many tries; see Retry-After.",
    "503": "Not available just now.",
}
_KEY = (
    "An API key of an organisation; a route names the scope that it needs. Answers to a key carry `RateLimit-Policy`"
    " and `RateLimit` (draft-ietf-httpapi-ratelimit-headers): the quota `q` in `w` seconds, the requests left `r` for"
    " `t` seconds; beyond, 429 with `Retry-After`."
)
_ALWAYS = ("400", "401", "403", "405", "429", "503")
_OF_CHANGES = ("409", "422")
_OF_BODIES = ("408", "413", "415")
_OF_OBJECTS = ("404",)
_OF_CHANGED_OBJECTS = ("412", "428")
_UNCHANGED = {"description": "What If-None-Match names is still right; nothing is sent."}
_TOLD = {
    "ETag": "Strong; send it back in If-None-Match.",
    "Last-Modified": "When that is known; for If-Modified-Since.",
    "Link": "`first`, `prev`, `next` and `last` page (RFC 8288); `next` carries a cursor.",
    "X-Total-Count": "How many there are on all pages.",
}
_FIELD_AT_FAULT = {"400": ("per_page", "Unknown parameter."), "422": ("membership", "Missing data for required field.")}
_NOT_OURS = ("Error", "PaginationMetadata")  # schemas that flask-smorest adds for its own answers
_REFERENCE = re.compile(r"#/components/schemas/(\w+)")
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})

_blueprint = Blueprint("openapi", __name__)


def install(
    app: Flask,
    title: str,
    version: str,
    blueprints: Sequence[Blueprint],
    about: str = "",
    webhooks: Mapping[str, Any] | None = None,
) -> None:
    """Register the API blueprints and serve the document about them, with the examples of the service.

    The document is made when it is first asked for: it takes as long as all the rest of an application.
    """
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.register_blueprint(_blueprint)
    app.config.update(API_TITLE=title, API_VERSION=version, OPENAPI_VERSION="3.1.0", ETAG_DISABLED=True)
    app.extensions["setu_openapi"] = cache(lambda: _make_document(app, blueprints, about, webhooks or {}))


def document_of(app: Flask) -> bytes:
    """The document as it is served."""
    body: bytes = app.extensions["setu_openapi"]()[0]
    return body


def _make_document(
    app: Flask, blueprints: Sequence[Blueprint], about: str, webhooks: Mapping[str, Any]
) -> tuple[bytes, str]:
    """Return the document and its ETag.

    flask-smorest reads routes while it registers them, so in an application of its own: a running one takes no more.
    """
    described = Flask(app.import_name, static_folder=None)
    described.config.update(app.config)
    api = flask_smorest.Api(described)
    api.ma_plugin.converter.add_parameter_attribute_function(_comma_list)
    for blueprint in blueprints:
        if isinstance(blueprint, flask_smorest.Blueprint):
            api.register_blueprint(blueprint)
    document = _completed(app, api.spec.to_dict())
    document["info"] |= {"description": about} if about else {}
    document |= {"webhooks": webhooks} if webhooks else {}
    with app.app_context():
        document["servers"] = [{"url": own_base()}]
    lay_in(document, read_examples(Path(app.root_path)))
    body = json.dumps(document, ensure_ascii=False, indent=1).encode()
    return body, sha256(body).hexdigest()[:32]


def _comma_list(_converter: Any, field: Any, **_: Any) -> dict[str, Any]:
    """A parameter of codes with commas between, whose field tells `x-items`: an array of style `form`."""
    items = field.metadata.get("x-items")
    if items is None:
        return {}
    return {"style": "form", "explode": False, "schema": {"type": "array", "minItems": 1, "items": items}}


@_blueprint.get("/api/openapi.json")
@public
@any_origin
def openapi_document() -> Response:
    """The document, the same bytes for everybody."""
    body, tag = current_app.extensions["setu_openapi"]()
    if if_none_match(tag):
        return not_modified(tag)
    return set_etag(Response(body, content_type="application/json"), tag)


def _completed(app: Flask, document: dict[str, Any]) -> dict[str, Any]:
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    for name in _NOT_OURS:
        schemas.pop(name, None)
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    parts["responses"] = {f"Problem{status}": _problem(status, text) for status, text in _WORDS.items()}
    access = _access_by_path(app)
    if any(each and each.key_scope for each in access.values()):
        parts["securitySchemes"]["key"] = {"type": "http", "scheme": "bearer", "description": _KEY}
    for path, operations in document.get("paths", {}).items():
        for method, operation in operations.items():
            if method in _METHODS:
                _complete(operation, _statuses(path, method, operation), access.get((path, method)))
                public_read = method == "get" and (mark := access.get((path, method))) and mark.is_public
                if public_read and "200" in operation["responses"]:
                    _tell_reader(operation)
    _open_answers(document)
    _say_patterns_as_others_do(document)
    return document


def _say_patterns_as_others_do(part: Any) -> None:
    r"""JSON Schema's expressions are ECMA-262's (§6.4), where `\A` is a letter: programs would refuse what is right."""
    if isinstance(part, list):
        for each in part:
            _say_patterns_as_others_do(each)
    elif isinstance(part, dict):
        if isinstance(said := part.get("pattern"), str):
            part["pattern"] = said.replace("\\A", "^").replace("\\Z", "$")
        for each in part.values():
            _say_patterns_as_others_do(each)


def _tell_reader(operation: dict[str, Any]) -> None:
    """What stands beside the body of a public read."""
    paged = any(each.get("name") == "page" for each in operation.get("parameters", []))
    names = _TOLD if paged else ("ETag", "Last-Modified")
    told = {name: {"description": _TOLD[name], "schema": {"type": "string"}} for name in names}
    operation["responses"]["200"]["headers"] = told | operation["responses"]["200"].get("headers", {})
    operation["responses"]["304"] = _UNCHANGED


def _open_answers(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    operations = [each for item in document.get("paths", {}).values() for each in item.values()]
    bodies = [each["requestBody"] for each in operations if "requestBody" in each]
    sent: set[str] = set()
    while bodies:
        found = set(_REFERENCE.findall(json.dumps(bodies))) - sent
        sent |= found
        bodies = [schemas[name] for name in found]
    for name in schemas.keys() - sent:
        if schemas[name].get("additionalProperties") is False:
            del schemas[name]["additionalProperties"]


def _problem(status: str, text: str) -> dict[str, Any]:
    slug = SLUG_OF_STATUS[int(status)]
    named = [FieldError(*_FIELD_AT_FAULT[status])] if status in _FIELD_AT_FAULT else []
    example = Problem(int(status), slug, WORDS[slug][1], named).document()
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {"description": text, "content": {PROBLEM_TYPE: content}}


def _statuses(path: str, method: str, operation: dict[str, Any]) -> set[str]:
    change, one, body = method != "get", "{" in path, "requestBody" in operation
    groups = [
        (_ALWAYS, True),
        (_OF_CHANGES, change),
        (_OF_BODIES, change or body),
        (_OF_OBJECTS, one),
        (_OF_CHANGED_OBJECTS, change and one),
    ]
    return {status for statuses, applies in groups if applies for status in statuses}


def _complete(operation: dict[str, Any], statuses: set[str], access: Access | None) -> None:
    given = operation.get("responses", {})
    told = {str(status): answer for status, answer in given.items() if not _is_stranger(answer) and status != "default"}
    for status in statuses | ({str(status) for status in given} & set(_WORDS) - {"422"}):
        told[status] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["responses"] = dict(sorted(told.items()))
    if access is not None and not access.is_public:
        by_key = [{"key": [access.key_scope]}] if access.key_scope else []
        operation["security"] = [{"bearer": []}, *by_key]
        operation["x-roles"] = sorted(access.roles)


def _is_stranger(answer: Any) -> bool:
    return isinstance(answer, dict) and not str(answer.get("$ref", "Problem")).rpartition("/")[2].startswith("Problem")


def _access_by_path(app: Flask) -> dict[tuple[str, str], Access | None]:
    found = {}
    for rule in app.url_map.iter_rules():
        path = FlaskPlugin.flaskpath2openapi(rule.rule)
        for method in rule.methods or ():
            found[(path, method.lower())] = access_of(app, rule.endpoint, method)
    return found
