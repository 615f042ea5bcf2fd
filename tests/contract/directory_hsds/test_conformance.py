"""The conformance check finds nothing on us, and finds each fault of a server that was broken on purpose."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from directory_service.app import create_app
from directory_service.cli import commands
from directory_service.hsds.outside.hsds_api import (
    Answer,
    HsdsApi,
)
from directory_service.hsds.use_cases.check_conformance import (
    CheckOutcome,
    Finding,
    Sample,
    check_conformance,
)
from directory_service.hsds.use_cases.check_filters import Get
from support.listings import Directory

Break = Callable[[str, Mapping[str, object], Answer], Answer]


def through(client: FlaskClient, broken: Break | None = None) -> Get:
    """Ask the application without a network, perhaps through something that spoils the answers."""

    def get(path: str, query: Mapping[str, object] | None = None) -> Answer:
        answer = asked(client, path, urlencode(query or {}))
        return broken(path, query or {}, answer) if broken else answer

    return get


@cache
def asked(client: FlaskClient, path: str, query: str) -> Answer:
    """What it answers; asked once for all tests, since they only read and the clock stands."""
    response = client.get(f"/api{path}", query_string=query)
    return Answer(response.status_code, response.data, response.content_type or "")


def failed(findings: Iterator[Finding]) -> set[str]:
    return {f"{each.path} {each.check}" for each in findings if each.outcome is CheckOutcome.FAILED}


def test_nothing_is_found_on_our_own_api(integrator: FlaskClient) -> None:
    findings = list(check_conformance(through(integrator), Sample(100, small=0)))

    assert failed(iter(findings)) == set(), [each for each in findings if each.outcome is CheckOutcome.FAILED]
    assert not [each for each in findings if each.outcome is CheckOutcome.ABSENT]
    assert len(findings) > 60


def edited(change: Callable[[dict[str, Any]], None], of: str = "/services") -> Break:
    """Spoil the JSON of a path's answers."""

    def broken(path: str, query: Mapping[str, object], answer: Answer) -> Answer:
        document = answer.json()
        if not path.startswith(of) or answer.status != 200 or not isinstance(document, dict):
            return answer
        change(document)
        return Answer(answer.status, json.dumps(document).encode(), answer.content_type)

    return broken


def in_contents(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    return lambda document: [change(item) for item in document.get("contents", [])] and None


def ignoring(parameters: AbstractSet[str], client: FlaskClient) -> Break:
    """A server that does not look at some parameters."""

    def broken(path: str, query: Mapping[str, object], answer: Answer) -> Answer:
        if not parameters & query.keys():
            return answer
        return asked(client, path, urlencode({k: v for k, v in query.items() if k not in parameters}))

    return broken


def with_status(status: int, of: Callable[[str, Mapping[str, object]], bool]) -> Break:
    return lambda path, query, answer: Answer(status, b"{}") if of(path, query) else answer


SPOILT: dict[str, tuple[Break, str]] = {
    "no version": (edited(lambda root: root.pop("version", None), "/"), "/ about the API"),
    "null in items": (edited(in_contents(lambda item: item.update(email=None))), "/services first page"),
    "ids are numbers": (edited(in_contents(lambda item: item.update(id=7))), "/services first page"),
    "status of its own": (edited(in_contents(lambda item: item.update(status="open"))), "/services last page"),
    "no empty": (edited(lambda page: page.pop("empty", None)), "/services first page"),
    "wrong total": (
        edited(lambda page: page.update(total_items=29) if "contents" in page else None),
        "/services last page",
    ),
    "always first page": (edited(lambda page: page.update(first_page=True)), "/services middle page"),
    "items without": (edited(lambda page: page.pop("name", None)), "/services items"),
    "another name": (edited(lambda item: item.update(name="x") if "name" in item else None), "/services items"),
    "absent is there": (
        with_status(200, lambda path, _: path.endswith("/no-such-id")),
        "/services absent item no-such-id",
    ),
    "falls over": (with_status(500, lambda _, query: query.get("page") == "first"), "/taxonomies bad page=first"),
    "one is lost": (with_status(404, lambda path, _: path.count("/") == 2), "/organizations items"),
    "required is absent": (with_status(404, lambda path, _: path == "/services"), "/services first page"),
    "nonsense in": (edited(lambda page: page.update(contents={})), "/services first page"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_fault_is_found_where_it_is(integrator: FlaskClient, name: str) -> None:
    broken, where = SPOILT[name]

    assert where in failed(check_conformance(through(integrator, broken), Sample(5, small=0)))


@pytest.mark.parametrize("odd", [None, 7, [7], {"id": []}], ids=repr)
@pytest.mark.parametrize("spared", [set(), {"id", "name", "status", "organization_id"}], ids=len)
def test_values_of_another_type_are_findings_and_end_nothing(
    integrator: FlaskClient, odd: object, spared: set[str]
) -> None:
    def spoil(document: dict[str, Any]) -> None:
        items = document.get("contents", [document])
        for item in items:
            item.update(dict.fromkeys({*item, "services", "organization", "attributes"} - spared, odd))
        if "contents" in document:
            document.update(dict.fromkeys(document.keys() - {"contents"}, odd))

    findings = list(check_conformance(through(integrator, edited(spoil, "/")), Sample(2, small=0)))

    assert {"/ about the API", "/services first page", "/services items"} <= failed(iter(findings))
    assert len(findings) > 60


@pytest.mark.parametrize(
    ("parameter", "where"),
    [
        ("page", "/services no item on two pages"),
        ("per_page", "/services per_page"),
        ("format", "/services format=ndjson"),
        ("organization_id", "/services organization_id"),
        ("taxonomy_term_id", "/services taxonomy_term_id"),
        ("modified_after", "/services modified_after"),
        ("full", "/services full"),
        ("search", "/organizations search"),
    ],
)
def test_a_parameter_that_is_not_looked_at_is_found(integrator: FlaskClient, parameter: str, where: str) -> None:
    assert where in failed(
        check_conformance(through(integrator, ignoring({parameter}, integrator)), Sample(5, small=0))
    )


def test_parameters_that_lists_have_of_their_own_are_looked_at_too(integrator: FlaskClient) -> None:
    careless = ignoring({"minimal", "taxonomy_id", "parent_id", "full_service", "modified_after"}, integrator)
    below = edited(in_contents(lambda item: item.update(parent_id=item["id"])), "/taxonomy_terms")

    def broken(path: str, query: Mapping[str, object], answer: Answer) -> Answer:
        answer = below(path, query, answer) if "top_only" in query else careless(path, query, answer)
        return replace(answer, content_type="text/html") if path == "/taxonomies" else answer

    assert failed(check_conformance(through(integrator, broken), Sample(5, small=0))) >= {
        *("/services minimal", "/services taxonomy_id", "/services modified_after"),
        *("/organizations full_service", "/organizations taxonomy_id"),
        *("/service_at_locations modified_after", "/service_at_locations taxonomy_id"),
        *("/taxonomy_terms taxonomy_id", "/taxonomy_terms parent_id", "/taxonomy_terms top_only"),
        "/taxonomies first page",
    }


def test_a_server_that_excludes_the_moment_itself_is_found(integrator: FlaskClient) -> None:
    def exclusive(path: str, query: Mapping[str, object], answer: Answer) -> Answer:
        since = query.get("modified_after")
        if since is None or answer.status != 200 or path != "/services":
            return answer
        page = answer.json()
        page["contents"] = [item for item in page["contents"] if item["last_modified"] > str(since)]
        return Answer(200, json.dumps(page).encode())

    assert "/services modified_after" in failed(check_conformance(through(integrator, exclusive), Sample(5, small=0)))


def test_lists_that_the_standard_does_not_require_may_be_absent(integrator: FlaskClient) -> None:
    small = with_status(404, lambda path, _: not path.startswith("/services") and path != "/")

    findings = list(check_conformance(through(integrator, small), Sample(5, small=0)))

    absent = {each.path for each in findings if each.outcome is CheckOutcome.ABSENT}
    assert absent == {"/organizations", "/service_at_locations", "/taxonomies", "/taxonomy_terms"}
    assert failed(iter(findings)) == set()


def short_item(path: str, query: Mapping[str, object], answer: Answer) -> Answer:
    """A server whose items say no more than its lists."""
    item = answer.json()
    if path.count("/") != 2 or answer.status != 200:
        return answer
    return Answer(200, json.dumps({k: v for k, v in item.items() if not isinstance(v, list)}).encode())


def bad_phone_on_the_last_line(path: str, query: Mapping[str, object], answer: Answer) -> Answer:
    """A fault far behind what the sample looks at, in an object inside a service."""
    if path != "/services" or query.get("format") != "ndjson":
        return answer
    *lines, last = answer.body.splitlines()
    spoilt = {**json.loads(last), "phones": [{"id": "7", "number": "1"}]}
    return Answer(200, b"\n".join([*lines, json.dumps(spoilt).encode()]), answer.content_type)


@pytest.mark.parametrize(
    ("broken", "where"), [(short_item, "/services full"), (bad_phone_on_the_last_line, "/services format=ndjson")]
)
def test_what_lies_deep_or_far_is_found(integrator: FlaskClient, broken: Break, where: str) -> None:
    assert where in failed(check_conformance(through(integrator, broken), Sample(3, small=0)))


def test_a_list_without_its_post_is_found(integrator: FlaskClient) -> None:
    def post(path: str, body: Mapping[str, object]) -> Answer:
        if path == "/taxonomies":
            return Answer(405, b"")
        response = integrator.post(f"/api{path}", json=dict(body))
        return Answer(response.status_code, response.data, response.content_type or "")

    assert failed(check_conformance(through(integrator), Sample(3, small=0), post)) == {"/taxonomies POST"}


@pytest.fixture
def address(sample: Directory) -> Iterator[str]:
    app = create_app(sample.settings, db=sample.web)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    yield f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()
    running.join()


def conformance(*words: str) -> Result:
    return CliRunner().invoke(commands, ["conformance", *words])


def test_the_command_prints_a_table_and_ends_well(address: str) -> None:
    result = conformance(address, "--items", "3")

    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].split() == ["passed", "/", "about", "the", "API"]
    assert lines[-1].endswith(" passed, 0 failed, 0 absent")


def test_the_command_says_no_to_what_is_no_hsds_api(address: str) -> None:
    elsewhere = conformance(address.replace("/api", "/nothing-here"))
    unreachable = conformance("http://127.0.0.1:9")

    assert elsewhere.exit_code == unreachable.exit_code == 1
    assert "- status 404" in elsewhere.output
    assert "- status 0" in unreachable.output
    assert conformance("ftp://example.org").output.startswith("Error: ftp://example.org is not an http")


def test_the_client_over_http_says_the_same_as_without(address: str, integrator: FlaskClient) -> None:
    api = HsdsApi(address + "/")

    assert api.get("/services", {"per_page": 2}).body == integrator.get("/api/services?per_page=2").data
    assert api.get("/services", {"page": "x"}).status == 400
    lines = list(api.get("/services", {"format": "ndjson"}).lines())
    assert list(HsdsApi(address, held=100).get("/services", {"format": "ndjson"}).lines()) == lines
    assert len(lines) == integrator.get("/api/services").get_json()["total_items"]
