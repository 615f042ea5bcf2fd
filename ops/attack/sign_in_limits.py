"""Limits at the door: a stranger's wrong tries lock nobody out, and a forged ticket uses up no one's codes."""

from base64 import urlsafe_b64encode
from uuid import UUID

import httpx

from attack.report import Report, Severity
from attack.store_ids import query
from attack.target import Target

_TRIES = 15  # more than one network may try
_WRONG = "wrong wrong wrong"


def play(target: Target, report: Report) -> None:
    """Passwords, then codes."""
    _wrong_passwords(target, report)
    _forged_tickets(target, report)


def _wrong_passwords(target: Target, report: Report) -> None:
    """The person signed in once with this browser; a stranger of the same network then guesses."""
    account = target.ready["accounts"]["officer_other"]
    form = {"user": account["user"], "password": account["password"]}
    with target.anonymous("directory") as own:
        own.headers["Origin"] = target.url("directory")
        first = own.post("/sign-in", data=form)
        if not report.check(first.status_code == 303, Severity.LOW, f"the person cannot sign in: {first.status_code}"):
            return
        own.post("/sign-out")
        guessed = [_guess(target, account["user"]) for _ in range(_TRIES)]
        report.check(429 in guessed, Severity.MEDIUM, f"{_TRIES} wrong passwords are never refused: {guessed}")
        again = own.post("/sign-in", data=form)
        report.check(
            again.status_code == 303, Severity.MEDIUM, f"a stranger locked the account out: {again.status_code}"
        )
        marks = [name for name in own.cookies if "device" in name]
        _forge_device(target, report, own, marks, account["user"])


def _guess(target: Target, user: str, cookies: dict[str, str] | None = None) -> int:
    url = target.url("directory", "/api/session")
    sent = {"user": user, "password": _WRONG}
    return httpx.post(url, json=sent, cookies=cookies, timeout=30, trust_env=False).status_code


def _forge_device(target: Target, report: Report, own: httpx.Client, marks: list[str], user: str) -> None:
    """A device's mark of one account, changed or cut, is no mark of it: its guesses count as a stranger's."""
    if not report.check(marks, Severity.LOW, "no device is remembered"):
        return
    value = own.cookies[marks[0]]
    other = target.ready["accounts"]["officer"]["user"]
    for forged in (value[::-1], value[:-8], value[:22], "A" * len(value), value + value, ""):
        seen = _guess(target, user, {marks[0]: forged})
        report.check(seen == 429, Severity.MEDIUM, f"a forged device mark gets tries of its own: {seen}")
    stolen = [_guess(target, other, {marks[0]: value}) for _ in range(_TRIES)]
    report.check(429 in stolen, Severity.MEDIUM, f"a mark of one account gives endless tries at another: {stolen}")


def _forged_tickets(target: Target, report: Report) -> None:
    statement = "select id from account where user_name = %s"
    user = target.ready["accounts"]["case_worker"]["user"]
    account = str(query(target, "directory", statement, user)[0][0])
    cookie = f"setu_ticket_{target.stack.layout.base}"
    tickets = query(target, "directory", "select id from ticket where account_id = %s limit 1", account)
    ticket = UUID(str(tickets[0][0])) if tickets else UUID(target.uuid())
    for number in range(_TRIES):
        named = ticket if number % 2 else UUID(target.uuid())
        forged = urlsafe_b64encode(UUID(account).bytes + named.bytes + target.rng.randbytes(32)).decode()
        with target.anonymous("directory") as client:
            client.headers.update({"Origin": target.url("directory"), "Cookie": f"{cookie}={forged}"})
            answer = client.post("/second-factor", data={"code": "000000"})
        words = f"a forged ticket is answered {answer.status_code}"
        report.check(answer.status_code == 303 and "/sign-in" in answer.headers["location"], Severity.MEDIUM, words)
    code = target.code("case_worker")
    with target.bearer("case_worker", "directory") as client:
        answer = client.post("/api/session/second-factor", json={"code": code})
    words = f"forged tickets used up the case worker's codes: {answer.status_code}"
    report.check(answer.status_code == 200, Severity.MEDIUM, words)
    if answer.status_code == 200:
        target.tokens["case_worker"] = str(answer.json()["token"])
