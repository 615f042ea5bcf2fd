"""Host and forwarded headers: believed only behind the gateway, reflected nowhere, and no way round a limit."""

from attack.report import Report, Severity
from attack.target import Target

_FORGED: tuple[dict[str, str], ...] = (
    {"Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    {"X-Forwarded-Prefix": "//evil.example"},
    {"Forwarded": 'for=1.2.3.4;host="evil.example";proto=https'},
    {"X-Original-URL": "/members"},
    {"X-Rewrite-URL": "/members"},
    {"X-Forwarded-Server": "evil.example"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"X-Script-Name": "/evil.example"},
    {"Referer": "https://evil.example/"},
    {"Accept-Language": "evil.example"},
)
_PATHS = {
    "directory": ("/", "/sign-in", "/account", "/sitemap.xml", "/api/services?per_page=1", "/robots.txt", "/nowhere"),
    "referral": ("/", "/sent", "/withdraw", "/api/referrals", "/nowhere"),
    "notification": ("/", "/api/notices", "/nowhere"),
}
_SEARCHES = 400


def play(target: Target, report: Report) -> None:
    """Each forged header at pages that make addresses; and that a changed address is no way round the search limit."""
    for service, paths in _PATHS.items():
        with target.anonymous(service) as client:
            for path in paths:
                for forged in _FORGED:
                    answer = client.get(path, headers=forged)
                    where = f"{service} {path} with {forged}"
                    reflected = "evil.example" in answer.text + str(answer.headers)
                    report.check(not reflected, Severity.MEDIUM, f"{where} reflects the foreign host")
                    report.check(answer.status_code < 500, Severity.LOW, f"{where} answers {answer.status_code}")
    _go_round_the_limit(target, report)


def _go_round_the_limit(target: Target, report: Report) -> None:
    """Searches that were never asked, each under another forged address: the limit, if any is met, must count on."""
    refused = []
    with target.anonymous("directory") as client:
        for number in range(_SEARCHES):
            forged = {
                "X-Forwarded-For": f"203.0.{number // 250}.{number % 250 + 1}",
                "X-Real-IP": f"198.51.100.{number % 250}",
            }
            answer = client.get("/", params={"q": f"{target.rng.randrange(10**9)}"}, headers=forged)
            refused += [number] if answer.status_code == 429 else []
            report.check(answer.status_code in {200, 429}, Severity.MEDIUM, f"a search answers {answer.status_code}")
    report.note(f"searches under forged addresses: {_SEARCHES}, first refused: {refused[0] if refused else 'none'}")
