"""Response cache: malformed entity tags, cookies and authorization on every public address, and then without.

Promises checked: nobody can make the cache keep an empty, a foreign or a signed-in answer.
"""

import httpx

from attack.expectations import EVERYBODY, allowed
from attack.report import Report, Severity
from attack.store_ids import query
from attack.target import Target, snapshot
from attack.url_maps import applications, routes_of

_TAGS = ('x"1"', '"11""12"', '"1', 'W/"1"', "*", '"1","2"', '"%s"', '"\x01"', '""', 'x"%s"', '"%s""%s"', 'W/"%s"x')
_ODD = (
    {"Range": "bytes=0-0"},
    {"Accept-Encoding": "identity;q=0"},
    {"Accept": "text/nothing"},
    {"If-Modified-Since": "Fri, 31 Dec 9999 23:59:59 GMT"},
    {"If-Match": '"0"'},
    {"X-HTTP-Method-Override": "HEAD"},
    {"Origin": "https://evil.example"},
    {"Accept-Language": "bn"},
)
_SIGNED_IN = ("officer", "case_worker", "provider_manager", "coordinator")


def play(target: Target, report: Report) -> None:
    """Each address: as it is, with each header, and again as it is."""
    for service, path in _addresses(target):
        with target.anonymous(service) as client:
            clean = client.get(path)
            for tag in _tags(clean):
                _poison(client, report, path, {"If-None-Match": tag}, clean)
            for headers in (*_signed_in(target), *_ODD):
                _poison(client, report, path, headers, clean)
            client.head(path)
            words = f"HEAD {path} changes what GET answers"
            report.check(_is_same(client.get(path), clean), Severity.HIGH, words, f"HEAD {path}, then GET")


def _poison(client: httpx.Client, report: Report, path: str, headers: dict[str, str], clean: httpx.Response) -> None:

    evil = client.get(path, headers=headers)
    again = client.get(path)
    shown = {name: value[:12] for name, value in headers.items()}
    words = f"GET {path} with {shown} changes what is answered without"
    report.check(_is_same(again, clean), Severity.HIGH, words, f"GET {path} with {shown}, then without")
    is_empty = evil.status_code == 200 and not evil.content and clean.content
    report.check(not is_empty, Severity.HIGH, f"GET {path} with {shown} is an empty 200")
    report.check(evil.status_code < 500, Severity.MEDIUM, f"GET {path} with {shown} answers {evil.status_code}")


def _is_same(answer: httpx.Response, clean: httpx.Response) -> bool:
    if clean.headers.get("content-type") == "application/zip":
        return answer.status_code == clean.status_code and bool(answer.content) == bool(clean.content)
    return snapshot(answer) == snapshot(clean)


def _tags(clean: httpx.Response) -> list[str]:
    held = clean.headers.get("etag", '"1"').removeprefix("W/").strip('"')
    return [tag.replace("%s", held) for tag in _TAGS]


def _signed_in(target: Target) -> list[dict[str, str]]:
    bearers = [{"Authorization": f"Bearer {target.token(role)}"} for role in _SIGNED_IN]
    cookies = [{"Cookie": f"{target.cookie_name}={target.cookie(role)}"} for role in _SIGNED_IN]
    return [*bearers, *cookies, {"Authorization": "Bearer x"}, {"Cookie": "language=hi"}]


def _addresses(target: Target) -> list[tuple[str, str]]:
    """Every public GET; those of an object with two that are there."""
    ids = {
        "service_id": [str(row[0]) for row in query(target, "directory", "select id from service limit 2")],
        "organization_id": [target.ready["provider"]],
        "at_location_id": [
            str(row[0]) for row in query(target, "directory", "select id from service_at_location limit 1")
        ],
        "taxonomy_id": [str(row[0]) for row in query(target, "directory", "select id from taxonomy limit 1")],
        "term_id": [str(row[0]) for row in query(target, "directory", "select id from taxonomy_term limit 1")],
    }
    found = [("directory", f"/api/services?per_page={number}") for number in (1, 7)]
    for service, app in applications(target.stack.environments).items():
        for route in routes_of(service, app):
            argument = next(iter(route.arguments), "")
            if route.method == "GET" and allowed(route) == EVERYBODY and (not argument or argument in ids):
                found += [(service, route.path(each)) for each in ids.get(argument, ["x"])]
    return found
