"""Bad input of every kind becomes a problem with the field's name, never a 500."""

import contextlib
import json
from typing import Any

import pytest
from flask import Blueprint, request
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, fields, validate

from service_kit.web.access.require import public
from service_kit.web.api import Blueprint as ApiBlueprint
from service_kit.web.parsing import json_body, load, query, reads_query
from service_kit.web.strict_json import JsonFault, parse
from support.web import a_web


class Contact(Schema):
    """A way to reach somebody."""

    method = fields.String(required=True, validate=validate.OneOf(["phone", "none"]))
    value = fields.String(validate=validate.Length(max=5))


class Person(Schema):
    """Somebody."""

    name = fields.String()
    contact = fields.Nested(Contact)


class Body(Schema):
    """A request."""

    needs = fields.List(fields.String(validate=validate.Length(max=4)), required=True)
    person = fields.Nested(Person)
    count = fields.Integer(strict=True)


class Page(Schema):
    """A page of a list."""

    limit = fields.Integer(load_default=25, validate=validate.Range(1, 100))
    state = fields.List(fields.String())


DONE: list[str] = []


def _by_hand() -> Blueprint:
    blueprint = Blueprint("hand", __name__, url_prefix="/api/hand")

    @blueprint.post("")
    @public
    def made() -> dict[str, object]:
        return load(Body, json_body())

    @blueprint.get("")
    @public
    @reads_query
    def listed() -> dict[str, object]:
        return query(Page)

    @blueprint.get("/nothing")
    @public
    def nothing() -> dict[str, object]:
        DONE.append("nothing")
        return {}

    return blueprint


def _form() -> Blueprint:
    blueprint = Blueprint("form", __name__)

    @blueprint.post("/form")
    @public
    def sent() -> str:
        return "".join(request.form)

    return blueprint


def _documented() -> ApiBlueprint:
    blueprint = ApiBlueprint("documented", __name__, url_prefix="/api/documented")

    @blueprint.route("", methods=["POST"])
    @public
    @blueprint.arguments(Body)
    @blueprint.response(201, Body)
    def made(body: dict[str, Any]) -> dict[str, Any]:
        return body

    @blueprint.route("", methods=["GET"])
    @public
    @blueprint.arguments(Page, location="query")
    def listed(page: dict[str, Any]) -> dict[str, Any]:
        return page

    return blueprint


WEB = a_web(api=[_by_hand(), _documented()], pages=[_form()])
BOTH = pytest.mark.parametrize("path", ["/api/hand", "/api/documented"])

BAD_SYNTAX = {
    "not json": (b"{needs", None),
    "empty": (b"", None),
    "not UTF-8": ('{"needs": ["é"]}'.encode("latin-1"), None),
    "UTF-16": ('{"needs": []}'.encode("utf-16"), None),
    "NaN": (b'{"person": {"name": NaN}}', "person.name"),
    "Infinity": (b'{"count": -Infinity}', "count"),
    "infinite float": (b'{"count": 1e999}', "count"),
    "huge integer": (b'{"count": ' + b"9" * 5000 + b"}", "count"),
    "NUL": (b'{"person": {"contact": {"value": "a\\u0000b"}}}', "person.contact.value"),
    "lone surrogate": (b'{"needs": ["ok", "\\ud800"]}', "needs.1"),
    "NUL in a name": (b'{"person": {"a\\u0000": 1}}', "person"),
    "duplicate": (b'{"person": {"name": "a", "name": "b"}}', "person.name"),
    "deep lists": (b'{"person": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "person"),
    "deep objects": (b'{"needs": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}", "needs"),
    "deep and cut off": (b'{"needs": ' + b"[" * 100_000, None),
    "a little too deep": (b'{"x": 1, "needs": ' + b"[" * 40 + b"]" * 40 + b"}", "needs"),
}


@BOTH
@pytest.mark.parametrize("case", BAD_SYNTAX)
def test_malformed_bodies_are_400_and_name_the_field(path: str, case: str) -> None:
    body, field = BAD_SYNTAX[case]

    answer = WEB.client().post(path, data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"] == "/problems/bad-request"
    if field is not None:
        assert answer.json["errors"][0]["field"] == field


@BOTH
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "needs"),
        ({"needs": "OST"}, "needs"),
        ({"needs": ["OST", "too long"]}, "needs.1"),
        ({"needs": [], "extra": 1}, "extra"),
        ({"needs": [], "person": {"contact": {"method": "pigeon"}}}, "person.contact.method"),
        ({"needs": [], "person": {"contact": {"method": "phone", "more": 1}}}, "person.contact.more"),
        ({"needs": [], "person": []}, "person"),
        ({"needs": [], "count": "7"}, "count"),
        ([], "body"),
        ("text", "body"),
    ],
)
def test_fields_that_cannot_be_accepted_are_422_with_their_path(path: str, body: object, field: str) -> None:
    answer = WEB.client().post(path, json=body)

    assert (answer.status_code, answer.json["type"]) == (422, "/problems/invalid")
    assert field in [error["field"] for error in answer.json["errors"]]


@BOTH
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""]
)
def test_other_kinds_of_content_are_415(path: str, kind: str) -> None:
    assert WEB.client().post(path, data=b"{}", content_type=kind).status_code == 415


@BOTH
def test_more_than_the_limit_is_413_whether_or_not_its_length_is_told(path: str) -> None:
    body = b'{"needs": ["' + b"x" * 10_000_000 + b'"]}'
    told = WEB.client().post(path, data=body, content_type="application/json")

    assert (told.status_code, told.json["type"]) == (413, "/problems/too-large")


@BOTH
@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("?limit=0", "limit"),
        ("?limit=x", "limit"),
        ("?limit=5&limit=6", "limit"),
        ("?unknown=1", "unknown"),
        ("?state=a%00b", "state"),
        ("?limit=" + "9" * 5000, "limit"),
    ],
)
def test_query_parameters_are_checked_and_named(path: str, address: str, field: str) -> None:
    answer = WEB.client().get(path + address)

    assert (answer.status_code, answer.json["type"]) == (400, "/problems/bad-query")
    assert field in [error["field"] for error in answer.json["errors"]]


def test_a_repeatable_parameter_is_a_list() -> None:
    assert WEB.client().get("/api/hand?state=sent&state=opened").json == {"limit": 25, "state": ["sent", "opened"]}


def test_a_read_that_takes_no_parameters_refuses_every_one_before_it_does_anything() -> None:
    DONE.clear()
    answer = WEB.client().get("/api/hand/nothing?include=all")

    assert DONE == []
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (400, "include")
    assert WEB.client().get("/problems/stale?anything=1").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/none", 404), ("DELETE", "/api/hand", 405), ("OPTIONS", "/api/hand", 405), ("GET", "/api/%00", 404)],
)
def test_routing_errors_are_problems_too(method: str, path: str, status: int) -> None:
    answer = WEB.client().open(path, method=method)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert ("Allow" in answer.headers) == (status == 405)


def test_reading_an_address_that_only_takes_forms_leads_to_the_page_above_it() -> None:
    answer = WEB.client().get("/language")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert WEB.client().put("/language").status_code == 405


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("name=Asha&need=OST", 200),
        ("name=a%00b", 400),
        ("na%00me=a", 400),
        ("name=" + "x" * 300_000, 413),
        ("name=%ff%fe", 200),
        ("?query=is%20ignored", 200),
    ],
)
def test_a_form_that_cannot_be_stored_is_refused_on_a_page_of_words(body: str, status: int) -> None:
    kind = "application/x-www-form-urlencoded"

    answer = WEB.client().post("/form?who=1", data=body, content_type=kind)

    assert answer.status_code == status
    assert answer.content_type.startswith("text/html")


def test_a_form_of_a_thousand_parts_is_refused() -> None:
    many = {f"part{number}": "x" for number in range(1000)}

    assert WEB.client().post("/form", data=many, content_type="multipart/form-data").status_code == 413


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(JSON, st.booleans())
def test_what_is_sound_is_read_as_it_is(value: Any, escaped: bool) -> None:
    text = json.dumps(value, ensure_ascii=escaped)
    if "\\u0000" in text:
        with pytest.raises(JsonFault):
            parse(text.encode())
    else:
        assert parse(text.encode()) == value


@given(JSON, st.sampled_from(["NaN", "-Infinity", "1e400", "9" * 20, '"\\u0000"', '"\\ud800"', '{"a": 1, "a": 2}']))
def test_a_fault_is_found_wherever_it_stands(value: Any, fault: str) -> None:
    text = json.dumps({"before": value, "wrong": "HERE"}, ensure_ascii=False).replace('"HERE"', fault)

    with pytest.raises(JsonFault) as found:
        parse(text.encode())

    assert found.value.field.startswith("wrong") or "\\u0000" in text


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_value_or_a_fault(raw: bytes) -> None:
    with contextlib.suppress(JsonFault):
        json.dumps(parse(raw), allow_nan=False).encode()
