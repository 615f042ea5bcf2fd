"""What a client sent, read strictly or refused with the name of the field at fault.

Bodies: at most 256 KiB (413), `application/json` (415), well-formed (400), as the schema says (422, unknown fields
refused). Query: unknown parameters are refused under `/api` (400, before the view) and ignored on pages. Form fields of
pages are plain `request.form`; what cannot be stored has been refused before the view (`check_body`).
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

from flask import Response, current_app, json, request
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields
from werkzeug.exceptions import RequestEntityTooLarge

from service_kit.errors import FieldError, Invalid, NotFound
from service_kit.storable import is_storable
from service_kit.web import problems, uploads
from service_kit.web.access.origins import SAFE_METHODS
from service_kit.web.problems import WORDS, Problem
from service_kit.web.strict_json import JsonFault, parse

LARGEST_BODY = 256 * 1024
_TAKES = "__setu_takes__"
_READS_QUERY = "__setu_reads_query__"
View = TypeVar("View", bound=Callable[..., Any])
LARGEST_READ_AWAY = 1024 * 1024
"""What is too large is read away up to here, so that the connection can be used again; beyond, it is cut."""


def is_api() -> bool:
    """Tell whether the request is for the JSON side."""
    return request.path == "/api" or request.path.startswith("/api/")


def json_body() -> dict[str, Any]:
    """Return the body as an object; raises the 413, 415, 400 or 422 problem."""
    raw = _raw_body()
    try:
        value = parse(raw)
    except JsonFault as fault:
        named = [FieldError(fault.field, fault.detail)] if fault.field else []
        raise Problem(400, "bad-request", fault.detail, named) from None
    if not isinstance(value, dict):
        raise Invalid(FieldError("body", "A JSON object is expected."))
    return value


def _raw_body() -> bytes:
    """What was sent; `check_body` has seen that it is of the media type."""
    try:
        raw = request.get_data()
    except RequestEntityTooLarge:
        raise too_large() from None
    if len(raw) > LARGEST_BODY:
        raise too_large()
    if not raw:
        raise Problem(400, "bad-request", "A JSON body is needed; send at least {}.")
    return raw


def too_large() -> Problem:
    """413 with the limit in words."""
    return Problem(413, "too-large", f"At most {LARGEST_BODY // 1024} KiB are accepted.")


def takes(media_type: str) -> Callable[[View], View]:
    """Mark a view whose body is JSON of another media type, such as `application/merge-patch+json` (RFC 7386)."""

    def mark(view: View) -> View:
        setattr(view, _TAKES, media_type)
        return view

    return mark


def _check_media_type() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    wanted = getattr(view, _TAKES, "application/json")
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != wanted or charset not in {"utf-8", "utf8"}:
        headers = {"Accept-Patch": wanted} if request.method == "PATCH" else {}
        raise Problem(415, "unsupported-media-type", f"Send {wanted} in UTF-8.", headers=headers)


@cache
def _schema(schema: type[Schema]) -> Schema:
    return schema(unknown=RAISE)


def load(schema: type[Schema] | Schema, data: Mapping[str, Any]) -> Any:
    """Return what the schema makes of `data`: a dict, or the value that its `post_load` builds.

    Raises the 422 problem with one entry for each field at fault.
    """
    made = schema if isinstance(schema, Schema) else _schema(schema)
    try:
        return made.load(data, unknown=RAISE)
    except ValidationError as error:
        raise Invalid(*field_errors(error.messages)) from None


def field_errors(messages: Any, path: tuple[str, ...] = ()) -> Iterator[FieldError]:
    """Flatten marshmallow's nested messages into `person.contact.value` and words."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from field_errors(inner, path if key == "_schema" else (*path, str(key)))
    else:
        texts = messages if isinstance(messages, list) else [messages]
        yield FieldError(".".join(path) or "body", " ".join(str(text) for text in texts))


def query(schema: type[Schema] | Schema) -> dict[str, Any]:
    """Return the query parameters as the schema reads them; raises the 400 problem naming the parameter."""
    made = schema if isinstance(schema, Schema) else _schema(schema)
    try:
        return dict(made.load(query_values(made), unknown=RAISE if is_api() else EXCLUDE))
    except ValidationError as error:
        raise invalid_query(error.messages) from None


def query_values(schema: Schema) -> dict[str, Any]:
    """Return the parameters as sent: a list where the schema has one, else a text; raises the 400 problem."""
    known, args = schema.load_fields, request.args
    return {name: _parameter(name, args.getlist(name), known.get(name)) for name in args}


def invalid_query(messages: Any) -> Problem:
    """400 with marshmallow's messages, a parameter each."""
    return Problem(400, "bad-query", WORDS["bad-query"][1], list(field_errors(messages)))


def reads_query(view: View) -> View:
    """Mark a view under `/api` that reads its parameters with `query`; all others refuse every parameter."""
    setattr(view, _READS_QUERY, True)
    return view


def _parameter(name: str, values: list[str], field: fields.Field[Any] | None) -> Any:
    if not all(is_storable(value) and "\ufffd" not in value for value in values):
        raise _bad_parameter(name, "Contains a character that is not allowed.")
    if isinstance(field, fields.List):
        return values
    if len(values) > 1 and field is not None:
        raise _bad_parameter(name, "Give it once.")
    return values[0]


def _bad_parameter(name: str, detail: str) -> Problem:
    return Problem(400, "bad-query", WORDS["bad-query"][1], [FieldError(name, detail)])


def check_body() -> None:
    """Before-request hook, after 401 and 403: 413, 415 and 400 for what no view should have to look at."""
    if "\0" in request.path:
        raise NotFound
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    length = request.content_length or 0
    if not uploads.make_room() and length > LARGEST_BODY:
        raise too_large()
    if is_api():
        if length or "Transfer-Encoding" in request.headers:
            _check_media_type()
        _refuse_parameters()  # no change takes any in its address
    elif not uploads.was_cut():
        _check_form()


def _refuse_parameters() -> None:
    for name in request.args:
        raise _bad_parameter(name.replace("\0", ""), "Unknown parameter.")


def _check_form() -> None:
    for name, values in request.form.lists():
        if not is_storable(name) or not all(is_storable(value) for value in values):
            raise Problem(400, "bad-request", WORDS["bad-request"][1], [FieldError(name.replace("\0", ""), "NUL")])


def check_query() -> None:
    """Before-request hook, after 401 and 403: a read under `/api` whose view looks at no parameter takes none."""
    if not request.args or request.endpoint is None or request.method not in SAFE_METHODS or not is_api():
        return
    if not getattr(current_app.view_functions[request.endpoint], _READS_QUERY, False):
        _refuse_parameters()


def problem_response(problem: Problem) -> Response:
    """Write the problem document as the answer."""
    body = json.dumps(problem.document())
    return Response(body, problem.status, {**problem.headers}, content_type=problems.PROBLEM_TYPE)
