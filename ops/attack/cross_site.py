"""Cross-site requests: every change with a cookie is refused unless it comes from one of our pages; no open redirect.

Also what scripts of other origins may read, and where a sign-in may lead back to.
"""

from urllib.parse import urlsplit

from attack.expectations import Route
from attack.report import Report, Severity
from attack.target import ABSENT, Target
from attack.url_maps import applications, routes_of

_FOREIGN: tuple[dict[str, str], ...] = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "Same-Origin"},
    {},
    {"Referer": "{own}/"},
    {"Origin": "{own}.evil.example"},
    {"Origin": "{own}@evil.example"},
    {"Origin": "{own}/"},
    {"Origin": "{own}1"},
)
_FOREIGN_ADDRESSES = (
    "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "{own}@evil.example/",
    "{own}.evil.example/", "javascript:alert(1)", "data:text/html,x", "http:evil.example", "http:///evil.example",
    "{own}\\@evil.example", "\thttps://evil.example", "https:evil.example", "{own}:80@evil.example", "http://[evil.example]/",
)  # fmt: skip
_OWN_WINDOWS = (
    ("referral", "case_worker", "/counts"),
    ("referral", "provider_manager", "/counts"),
    ("referral", "coordinator", "/counts"),
    ("directory", "coordinator", "/counts"),
    ("notification", "case_worker", "/counts"),
)
_ROLES = {"referral": "case_worker", "directory": "provider_manager", "notification": "officer"}


def play(target: Target, report: Report) -> None:
    """Every change × header set; CORS; ways back."""
    for service, app in applications(target.stack.environments).items():
        routes = [route for route in routes_of(service, app) if route.method != "GET"]
        _send_from_elsewhere(target, report, service, routes)
    _read_from_elsewhere(target, report)
    _lead_elsewhere(target, report)


def _send_from_elsewhere(target: Target, report: Report, service: str, routes: list[Route]) -> None:
    own = target.url(service)
    with target.browser(_ROLES[service], service) as client:
        client.headers.pop("Origin")
        for route in routes:
            if _is_search(route):
                continue
            for headers in _FOREIGN:
                sent = {name: value.replace("{own}", own) for name, value in headers.items()}
                answer = client.request(route.method, route.path(ABSENT), headers=sent)
                words = f"a cross-site {route} with {headers} is answered {answer.status_code}"
                report.check(answer.status_code == 403, Severity.HIGH, words)


def _is_search(route: Route) -> bool:
    """What only reads: the search by POST of the standard's lists."""
    searches = ("organizations", "services", "service_at_locations", "taxonomies", "taxonomy_terms")
    return route.method == "POST" and route.rule in {f"/api/{name}" for name in searches}


def _read_from_elsewhere(target: Target, report: Report) -> None:
    for service, role, path in _OWN_WINDOWS:
        with target.browser(role, service) as client:
            for headers in _FOREIGN:
                if headers.get("Origin"):
                    sent = {name: value.replace("{own}", target.url("directory")) for name, value in headers.items()}
                    answer = client.get(path, headers=sent)
                    told = answer.headers.get("access-control-allow-origin")
                    report.check(told is None, Severity.HIGH, f"{path} is readable from {sent['Origin']}: {told}")
            varies = client.get(path).headers.get("vary", "").lower()
            report.check("origin" in varies, Severity.LOW, f"{path} varies by {varies!r}")


def _lead_elsewhere(target: Target, report: Report) -> None:
    account = target.ready["accounts"]["officer"]
    own = {urlsplit(target.url(service)).netloc for service in ("directory", "referral", "notification")}
    with target.anonymous("directory") as client:
        client.headers["Origin"] = target.url("directory")
        for address in (each.replace("{own}", target.url("directory")) for each in _FOREIGN_ADDRESSES):
            shown = client.get("/sign-in", params={"next": address})
            report.check(
                "evil.example" not in shown.text and "javascript:" not in shown.text,
                Severity.MEDIUM,
                f"the sign-in page shows the way back {address!r}",
            )
            form = {"user": account["user"], "password": account["password"], "next": address}
            led = client.post("/sign-in", params={"next": address}, data=form).headers.get("location", "")
            report.check(
                urlsplit(led).netloc in {"", *own} and "evil" not in led, Severity.MEDIUM, f"{address!r} leads to {led}"
            )
            client.cookies.clear()
