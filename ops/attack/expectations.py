"""Table of who may use which route: the roles of docs/privacy.md and the life cycle, written apart from the routes.

Why: to compare the running services with their own marks would find nothing. The first line that matches decides; a
route that no line matches is told, so that a new one is thought about here too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OFFICER, CUSTODY, SUPERVISOR = "officer", "custody_health", "unit_supervisor"
WORKER, MANAGER, COORDINATOR, DATA = "case_worker", "provider_manager", "coordinator", "data_officer"
PEOPLE = frozenset({OFFICER, CUSTODY, SUPERVISOR, WORKER, MANAGER, COORDINATOR, DATA})
EVERYBODY = PEOPLE | {"anonymous"}
SENDERS = frozenset({OFFICER, CUSTODY})
WRITERS = SENDERS | {WORKER, SUPERVISOR, MANAGER}
PARTNERS = frozenset({SUPERVISOR, MANAGER, COORDINATOR})
AWAY = frozenset({WORKER, MANAGER, COORDINATOR, DATA})

_PUBLIC_PAGES = r"/(healthz|readyz|robots\.txt|language|used|problems/.*|static/.*|api/docs|api/openapi\.json)"
_TABLE: Sequence[tuple[str, str, str, frozenset[str]]] = (
    ("*", "*", _PUBLIC_PAGES, EVERYBODY),
    ("*", "GET", r"/(reader|counts)", PEOPLE),
    ("*", "GET|POST", r"/(log|parked).*", frozenset({DATA})),
    ("directory", "GET|POST", r"/|/results.*", EVERYBODY),
    ("directory", "GET", r"/invitations/waiting", PEOPLE),
    (
        "directory",
        "*",
        r"/(sign-in|sign-out|signed-in|signed-out|leave|second-factor|first-sign-in.*|invitations.*)",
        EVERYBODY,
    ),
    ("directory", "GET", r"/(services/.*|sitemap.*)", EVERYBODY),
    ("directory", "POST", r"/api/session", EVERYBODY),
    ("directory", "*", r"/api/session.*", PEOPLE),
    ("directory", "*", r"/api/(services|organizations)/.*/change-request", frozenset({MANAGER})),
    ("directory", "PUT|PATCH|DELETE", r"/api/(services|organizations)/.*", frozenset({MANAGER})),
    ("directory", "*", r"/api/locations.*", frozenset({MANAGER})),
    ("directory", "GET|POST", r"/api/partnership/study-cards.*", SENDERS | {WORKER}),
    ("directory", "GET", r"/api/partnership/state(\.csv)?", frozenset({COORDINATOR, DATA})),
    ("directory", "GET", r"/api/partnership/.*", PARTNERS | {DATA}),
    (
        "directory",
        "POST|PUT",
        r"/api/partnership/(meetings/.*/minutes/.*|actions/.*/dropped)",
        frozenset({COORDINATOR}),
    ),
    ("directory", "PUT", r"/api/partnership/visits/.*", frozenset({SUPERVISOR})),
    ("directory", "PUT", r"/api/partnership/training/.*/counts/.*", frozenset({SUPERVISOR, COORDINATOR})),
    ("directory", "POST|PUT|DELETE", r"/api/partnership/training/.*", frozenset({COORDINATOR})),
    ("directory", "POST|PUT", r"/api/partnership/.*", PARTNERS),
    ("directory", "GET|POST", r"/api/.*", EVERYBODY),
    ("directory", "*", r"/(account.*|switch)", PEOPLE),
    ("directory", "*", r"/api-keys.*", frozenset({MANAGER, COORDINATOR})),
    ("directory", "*", r"/members.*", frozenset({SUPERVISOR, MANAGER, COORDINATOR})),
    ("directory", "GET", r"/slip", frozenset({SUPERVISOR, MANAGER, COORDINATOR, DATA})),
    ("directory", "*", r"/resets.*", frozenset({COORDINATOR, DATA})),
    ("directory", "POST", r"/grants(/.*/finish)?", frozenset({COORDINATOR})),
    ("directory", "*", r"/grants.*", frozenset({COORDINATOR, DATA})),
    ("directory", "GET", r"/approvals", frozenset({COORDINATOR, DATA})),
    ("directory", "POST", r"/approvals/organizations/.*", frozenset({COORDINATOR, DATA})),
    ("directory", "*", r"/approvals.*", frozenset({COORDINATOR})),
    ("directory", "*", r"/registry.*", frozenset({COORDINATOR})),
    ("directory", "*", r"/listings.*", frozenset({MANAGER})),
    ("directory", "GET", r"/partnerships.*", PARTNERS | {DATA}),
    ("directory", "POST", r"/partnerships/.*/focal-points.*", PARTNERS),
    ("directory", "POST", r"/partnerships.*", frozenset({COORDINATOR})),
    ("directory", "*", r"/handovers.*", PEOPLE),
    ("directory", "GET", r"/whom-to-ring.*", PEOPLE),
    ("directory", "GET", r"/meetings/feed\.ics", EVERYBODY),
    ("directory", "*", r"/meetings/feed.*", PARTNERS | {DATA}),
    ("directory", "*", r"/meetings/(calendar.*|.*/minutes.*|actions/.*/drop)", frozenset({COORDINATOR})),
    ("directory", "POST", r"/meetings/.*/(agenda|attendance|actions|done)", PARTNERS),
    ("directory", "POST", r"/meetings/.*", frozenset({COORDINATOR})),
    ("directory", "GET", r"/meetings.*", PARTNERS | {DATA}),
    (
        "directory",
        "*",
        r"/training/(new|upload.*|.*/(change|cancel|held|unhold|attendance\.csv))",
        frozenset({COORDINATOR}),
    ),
    ("directory", "*", r"/training/.*/(attendance|certificates)", frozenset({SUPERVISOR, COORDINATOR})),
    ("directory", "GET", r"/training.*", PARTNERS | {DATA}),
    ("directory", "GET", r"/state", frozenset({COORDINATOR, DATA})),
    ("directory", "GET", r"/brief", PARTNERS | {DATA}),
    ("directory", "*", r"/study.*", SENDERS | {WORKER}),
    ("directory", "POST", r"/visits", frozenset({SUPERVISOR})),
    ("directory", "POST", r"/visits/.*", PARTNERS),
    ("directory", "GET", r"/visits", PARTNERS | {DATA}),
    ("directory", "*", r"/(board|reports)/new", WRITERS),
    ("directory", "POST", r"/board/.*/answers", PARTNERS),
    ("directory", "POST", r"/board/.*", frozenset({COORDINATOR})),
    ("directory", "GET", r"/board.*", PEOPLE),
    ("directory", "POST", r"/reports/.*", frozenset({COORDINATOR})),
    ("directory", "GET", r"/reports", PEOPLE),
    ("referral", "GET", r"/", EVERYBODY),
    ("referral", "*", r"/withdraw.*|/privacy", EVERYBODY),
    ("notification", "POST", r"/api/callbacks/[^/]+", EVERYBODY),  # signed by a provider
    ("referral", "*", r"/api/(withdrawals|voices|consent-texts|figures)", EVERYBODY),
    ("referral", "GET", r"/figures(/figures\.csv)?", EVERYBODY),
    ("referral", "GET", r"/figures/services(/figures\.csv)?", frozenset({WORKER, MANAGER, COORDINATOR, DATA})),
    ("referral", "POST", r"/api/arrivals", frozenset({WORKER})),
    ("referral", "POST", r"/api/referrals", SENDERS),
    ("referral", "GET|POST", r"/api/team.*", frozenset({WORKER, MANAGER})),
    ("referral", "GET", r"/api/referrals", SENDERS | {WORKER, MANAGER, COORDINATOR}),
    ("referral", "GET", r"/api/referrals/<[^>]*>/forward-choice", frozenset({COORDINATOR})),
    ("referral", "GET", r"/api/referrals/<[^>]*>(/actions)?", SENDERS | {WORKER, MANAGER, COORDINATOR, DATA}),
    ("referral", "GET", r"/api/referrals/.*/(identity|notes)", frozenset({WORKER})),
    ("referral", "POST", r"/api/referrals/.*/(answer|release)", frozenset({CUSTODY})),
    ("referral", "POST", r"/api/referrals/.*/withdraw", SENDERS),
    ("referral", "POST", r"/api/referrals/.*/withdraw-consent", frozenset({WORKER})),
    ("referral", "POST", r"/api/referrals/.*/settle", frozenset({COORDINATOR})),
    ("referral", "POST", r"/api/referrals/.*/(forward|void)", frozenset({WORKER, COORDINATOR})),
    ("referral", "POST", r"/api/referrals/.*/assign", frozenset({WORKER, MANAGER})),
    ("referral", "POST", r"/api/referrals/.*", frozenset({WORKER})),
    ("referral", "*", r"/(inbox.*|children.*|with-card|appointments.*)", frozenset({WORKER})),
    ("referral", "*", r"/team.*", frozenset({WORKER, MANAGER})),
    ("referral", "*", r"/overdue.*", frozenset({MANAGER})),
    ("referral", "*", r"/(today.*|unanswered.*|unmet-need|nobody-home|card-orders.*)", frozenset({COORDINATOR})),
    ("referral", "*", r"/cards.*", frozenset({SUPERVISOR})),
    ("referral", "GET", r"/voices", frozenset({COORDINATOR, DATA})),
    ("referral", "*", r"/desk.*", frozenset({DATA})),
    ("referral", "*", r"/(sent/.*/(answer|release)|leaving.*)", frozenset({CUSTODY})),
    ("referral", "*", r"/(sent|new).*", SENDERS),
    ("notification", "*", r"/(api/)?(deliveries|webhooks).*", frozenset({MANAGER, COORDINATOR})),
    ("notification", "GET", r"/sending", frozenset({MANAGER, COORDINATOR, DATA})),
    ("notification", "*", r"/(api/absences.*|choices/(absence|stand-in).*)", AWAY),
    ("notification", "*", r"/(api/(notices|choices).*|choices|open/.*|own-addresses.*|read.*|unread|)", PEOPLE),
)


@dataclass(frozen=True)
class Route:
    """One method of one rule of a service's URL map."""

    service: str
    method: str
    rule: str

    @property
    def arguments(self) -> Sequence[str]:
        """Names of what the rule takes."""
        return re.findall(r"<(?:[^:>]*:)?([^>]*)>", self.rule)

    def path(self, object_id: str) -> str:
        """The rule with this object in it; other parts get a word that fits."""
        path = re.sub(r"<uuid:[^>]*>", object_id, self.rule)
        path = re.sub(r"<int:[^>]*>", "1", path)
        words = {"section": "about", "event": "open", "step": "place", "kind": "service", "slug": "not-found"}
        return re.sub(r"<(?:[^:>]*:)?([^>]*)>", lambda found: words.get(found[1], "x"), path)

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.rule}"


def allowed(route: Route) -> frozenset[str] | None:
    """Who may use the route; None where the table has no line for it."""
    return next((roles for service, methods, rule, roles in _TABLE if _fits(route, service, methods, rule)), None)


def _fits(route: Route, service: str, methods: str, rule: str) -> bool:
    has_method = methods == "*" or route.method in methods.split("|")
    return service in {"*", route.service} and has_method and re.fullmatch(rule, route.rule) is not None


def missing(routes: Sequence[Route]) -> Iterator[Route]:
    """The routes that the table says nothing of."""
    return (route for route in routes if allowed(route) is None)
