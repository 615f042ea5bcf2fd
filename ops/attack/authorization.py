"""Authorization matrix: every route × method × principal × another's or an absent object, against the table.

A principal whom the table leaves out must get nothing, also for an object of its own organisation; one whom it lets in
must not be able to tell another organisation's object from one that does not exist.
"""

from collections.abc import Iterator
from typing import Self

import httpx

from attack.expectations import EVERYBODY, Route, allowed
from attack.report import Report, Severity
from attack.store_ids import ids_of_others, ids_of_own
from attack.target import ABSENT, Target, snapshot
from attack.url_maps import applications, routes_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HEADERS = {"If-Match": '"1"', "Idempotency-Key": "attack", "Accept": "application/json"}
_ENDS_A_SESSION = {"/sign-out", "/leave", "/api/session"}


def play(target: Target, report: Report) -> None:
    """Ask everything as everybody, and compare."""
    routes = [
        route
        for service, app in applications(target.stack.environments).items()
        for route in routes_of(service, app)
        if not (route.method in {"POST", "PUT", "DELETE"} and route.rule in _ENDS_A_SESSION)
    ]
    target.send_referral()
    target.send_referral("custody_health", setting="prison")
    own, others = ids_of_own(target), ids_of_others(target)
    for name in ("anonymous", *target.ready["accounts"]):
        for carrier in ("bearer", "cookie"):  # programs ask the API, browsers the pages
            with _Asker(target, name, carrier) as asker:
                for route in routes:
                    if route.rule.startswith("/api/") == (carrier == "bearer"):
                        _ask(asker, route, report, own, others)
    _ask_unknown_methods(target, routes, report)


class _Asker:
    """Clients of one principal at the three services."""

    def __init__(self, target: Target, name: str, carrier: str) -> None:
        make = {"bearer": target.bearer, "cookie": target.browser}[carrier]
        self.name, self.role = name, name.removesuffix("_other")
        self.carrier = carrier
        self._clients = {
            service: target.anonymous(service) if name == "anonymous" else make(name, service)
            for service in ("directory", "referral", "notification")
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients.values():
            client.close()

    def send(self, route: Route, object_id: str) -> httpx.Response:
        """One request without a body that could do anything."""
        body: dict[str, str] | None = {} if route.rule.startswith("/api/") and route.method != "GET" else None
        return self._clients[route.service].request(route.method, route.path(object_id), headers=HEADERS, json=body)


def _ask(
    asker: _Asker, route: Route, report: Report, own: dict[str, list[str]], others: dict[str, dict[str, list[str]]]
) -> None:
    roles = allowed(route)
    if roles is None:
        report.check(held=False, severity=Severity.LOW, words=f"the table has no line for {route}")
        return
    argument = next((name for name in route.arguments if name.endswith("_id")), "")
    if asker.role not in roles:
        for object_id in [ABSENT, *own.get(argument, [])][:2] if argument else [ABSENT]:
            _expect_refusal(asker, route, object_id, report)
    elif argument and roles != EVERYBODY:
        for object_id in others.get(asker.name, {}).get(argument, []):
            _expect_like_absent(asker, route, object_id, report)


def _expect_refusal(asker: _Asker, route: Route, object_id: str, report: Report) -> None:
    answer = asker.send(route, object_id)
    wanted = {401, 403} | ({303} if asker.name == "anonymous" and route.method == "GET" else set())
    held = answer.status_code in wanted
    if answer.status_code == 303:
        held = "/sign-in" in answer.headers["location"]
    severity = Severity.HIGH if answer.is_success else Severity.MEDIUM
    words = f"{asker.name} ({asker.carrier}) gets {answer.status_code} from {route}"
    report.check(held, severity, words, f"{route.method} {route.path(object_id)}")


def _expect_like_absent(asker: _Asker, route: Route, object_id: str, report: Report) -> None:
    theirs, absent = asker.send(route, object_id), asker.send(route, ABSENT)
    is_alike = _bare(theirs, object_id) == _bare(absent, ABSENT)
    severity = Severity.HIGH if theirs.is_success and not absent.is_success else Severity.MEDIUM
    words = (
        f"{asker.name} tells another's object from an absent one: {theirs.status_code}, {absent.status_code}: {route}"
    )
    report.check(is_alike, severity, words, f"{route.method} {route.path(object_id)}")


def _bare(answer: httpx.Response, object_id: str) -> tuple[int, str, bytes]:
    status, headers, body = snapshot(answer)
    return status, str(headers).replace(object_id, ""), body.replace(object_id.encode(), b"")


def _ask_unknown_methods(target: Target, routes: list[Route], report: Report) -> None:
    known = {(route.service, route.rule, route.method) for route in routes}
    for service, rule in sorted({(route.service, route.rule) for route in routes}):
        with target.anonymous(service) as client:
            for route in _unmapped(service, rule, known):
                answer = client.request(route.method, route.path(ABSENT))
                # 404 where the converter refuses the path; a page that needs somebody is not told of either
                report.check(
                    not answer.is_success and answer.status_code < 500,
                    Severity.MEDIUM,
                    f"{route} has no such method and answers {answer.status_code}",
                )


def _unmapped(service: str, rule: str, known: set[tuple[str, str, str]]) -> Iterator[Route]:
    found = (Route(service, method, rule) for method in METHODS if (service, rule, method) not in known)
    return (route for route in found if route.rule not in _ENDS_A_SESSION)
