"""What a client sent, read strictly or refused with the name of the field at fault.

Bodies: at most 256 KiB (413), `application/json` (415), well-formed (400), as the schema says (422, unknown fields
refused). Query: unknown parameters are refused under `/api` (400, before the view) and ignored on pages. Form fields of
pages are plain `request.form`; what cannot be stored has been refused before the view (`check_body`).
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Literal, TypeVar

from flask import Request, Response, current_app, json, request
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, missing
from werkzeug.datastructures import MultiDict
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
    return is_under_api(request.path)


def is_under_api(path: str) -> bool:
    """The same of a path, without the prefix that a gateway cut off."""
    return path == "/api" or path.startswith("/api/")


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


def _check_media_type(asked: Request) -> None:
    view = current_app.view_functions.get(asked.endpoint or "")
    wanted = getattr(view, _TAKES, "application/json")
    charset = asked.mimetype_params.get("charset", "utf-8").lower()
    if asked.mimetype != wanted or charset not in {"utf-8", "utf8"}:
        headers = {"Accept-Patch": wanted} if asked.method == "PATCH" else {}
        raise Problem(415, "unsupported-media-type", f"Send {wanted} in UTF-8.", headers=headers)


@cache
def _schema(schema: type[Schema]) -> Schema:
    return schema(unknown=RAISE)


@lru_cache(maxsize=256)
def _narrowed(schema: type[Schema], given: frozenset[str]) -> Schema:
    """The schema with what was given and what has a default: marshmallow asks every field of what is not there."""
    known = _schema(schema).load_fields
    needed = [
        name for name, field in known.items() if name in given or field.required or field.load_default is not missing
    ]
    return schema(only=needed, unknown=RAISE)


def load(schema: type[Schema] | Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the schema makes of `data`; raises the 422 problem with one entry for each field at fault."""
    made = schema if isinstance(schema, Schema) else _schema(schema)
    try:
        return dict(made.load(data, unknown=RAISE))
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
    return read_query(schema, request.args, unknown=RAISE if is_api() else EXCLUDE)


def read_query(
    schema: type[Schema] | Schema, args: MultiDict[str, str], *, unknown: Literal["raise", "exclude"] = RAISE
) -> dict[str, Any]:
    """The same of parameters at hand."""
    made = schema if isinstance(schema, Schema) else _schema(schema)
    known = made.load_fields
    found = {name: _parameter(name, args.getlist(name), known.get(name)) for name in args}
    if not isinstance(schema, Schema) and found.keys() <= known.keys():
        made = _narrowed(schema, frozenset(found))
    try:
        return dict(made.load(found, unknown=unknown))
    except ValidationError as error:
        raise Problem(400, "bad-query", WORDS["bad-query"][1], list(field_errors(error.messages))) from None


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
    asked = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - a look through the proxy is four calls
    if "\0" in asked.path:
        raise NotFound
    if asked.method in SAFE_METHODS or asked.endpoint is None:
        return
    length = asked.content_length or 0
    if not uploads.make_room() and length > LARGEST_BODY:
        raise too_large()
    if is_api():
        if length or "Transfer-Encoding" in asked.headers:
            _check_media_type(asked)
        _refuse_parameters(asked)  # no change takes any in its address
    elif not uploads.was_cut():
        _check_form()


def _refuse_parameters(asked: Request) -> None:
    for name in asked.args:
        raise _bad_parameter(name.replace("\0", ""), "Unknown parameter.")


def _check_form() -> None:
    for name, values in request.form.lists():
        if not is_storable(name) or not all(is_storable(value) for value in values):
            raise Problem(400, "bad-request", WORDS["bad-request"][1], [FieldError(name.replace("\0", ""), "NUL")])


def check_query() -> None:
    """Before-request hook, after 401 and 403: a read under `/api` whose view looks at no parameter takes none."""
    asked = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as in check_body
    if not asked.args or asked.endpoint is None or asked.method not in SAFE_METHODS or not is_api():
        return
    if not getattr(current_app.view_functions[asked.endpoint], _READS_QUERY, False):
        _refuse_parameters(asked)


def problem_response(problem: Problem) -> Response:
    """Write the problem document as the answer."""
    body = json.dumps(problem.document())
    return Response(body, problem.status, {**problem.headers}, content_type=problems.PROBLEM_TYPE)
