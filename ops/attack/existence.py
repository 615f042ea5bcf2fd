"""Existence of accounts: nobody hears, in words or in time, whether an account exists, least of all across the wall.

A supervisor of a police unit asks for user names of providers' people and for made-up ones; an officer tries their mail
addresses and phone numbers as own contacts; a stranger signs in and shows slips.
"""

import statistics
import time
from collections.abc import Callable

import httpx

from attack.report import Report, Severity
from attack.store_ids import query
from attack.target import Target, snapshot

_PAIRS = 8  # below the number of wrong tries that is refused
_NOISE = 3.0


def play(target: Target, report: Report) -> None:
    """Members and invitations, contacts, sign-in, slips."""
    _invite_across(target, report)
    _take_contacts(target, report)
    _sign_in(target, report)
    _show_slips(target, report)


def _invite_across(target: Target, report: Report) -> None:
    known = [target.ready["accounts"][name]["user"] for name in ("case_worker", "provider_manager", "data_officer")]
    with target.browser("unit_supervisor", "directory") as client:
        for user in known:
            unknown = f"sample.{target.rng.randrange(10**9)}"
            pair = [
                _bare(client.post("/members/invite", data={"user_name": each, "role": "officer"}), each)
                for each in (user, unknown)
            ]
            report.check(pair[0] == pair[1], Severity.MEDIUM, f"an invitation tells of {user} across the wall: {pair}")


def _take_contacts(target: Target, report: Report) -> None:
    """An own contact that somebody of the other side has is taken like any other."""
    rows = query(
        target, "directory", "select phone, mail from account where side = 'providing' and mail is not null limit 1"
    )
    phone, mail = (str(value or "") for value in rows[0])
    account = target.ready["accounts"]["officer"]
    before = query(target, "directory", "select phone, mail from account where user_name = %s", account["user"])[0]
    tries = [("mail", mail), ("mail", f"x{target.rng.randrange(10**9)}@example.org")]
    tries += [("phone", phone), ("phone", f"98{target.rng.randrange(10**8):08}")] if phone else []
    with target.browser("officer", "directory") as client:
        found: dict[str, list[object]] = {}
        for field, value in [*tries, ("mail", str(before[1] or ""))]:
            form = {"phone": str(before[0] or ""), "mail": str(before[1] or ""), field: value}
            answer = client.post("/account/contacts", data=form | {"contacts_password": account["password"]})
            found.setdefault(field, []).append((answer.status_code, answer.headers.get("location")))
    for field, seen in found.items():
        report.check(
            len(set(seen[:2])) == 1, Severity.MEDIUM, f"a {field} of the other side is answered otherwise: {seen}"
        )


def _sign_in(target: Target, report: Report) -> None:
    user = target.ready["accounts"]["officer_other"]["user"]

    def ask(client: httpx.Client, name: str) -> httpx.Response:
        return client.post("/api/session", json={"user": name, "password": "wrong wrong wrong"})

    _pairs(target, report, "sign-in", user, lambda: f"sample.{target.rng.randrange(10**9)}", ask)


def _show_slips(target: Target, report: Report) -> None:
    user = target.ready["accounts"]["unit_supervisor"]["user"]

    def ask(client: httpx.Client, name: str) -> httpx.Response:
        client.headers["Origin"] = target.url("directory")
        return client.post(
            "/first-sign-in", data={"user": name, "user_name": name, "slip": "AAAA-AAAA", "code": "AAAA-AAAA"}
        )

    _pairs(target, report, "first sign-in", user, lambda: f"sample.{target.rng.randrange(10**9)}", ask)


def _pairs(
    target: Target, report: Report, what: str, known: str, make: Callable[[], str],
    ask: Callable[[httpx.Client, str], httpx.Response],
) -> None:  # fmt: skip
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    with target.anonymous("directory") as client:
        client.get("/healthz")
        for _ in range(_PAIRS):
            pair = [("known", known), ("unknown", make())]
            target.rng.shuffle(pair)
            seen = {}
            for kind, name in pair:
                began = time.perf_counter()
                answer = ask(client, name)
                times[kind].append(1000 * (time.perf_counter() - began))
                seen[kind] = _bare(answer, name)
            report.check(seen["known"] == seen["unknown"], Severity.MEDIUM, f"{what} tells a known account: {seen}")
    middles = {kind: statistics.median(each) for kind, each in times.items()}
    spread = max(statistics.median(abs(one - middles[kind]) for one in each) for kind, each in times.items())
    told = f"{what}: known {middles['known']:.1f} ms, unknown {middles['unknown']:.1f} ms, spread {spread:.1f} ms"
    report.note(told)
    held = abs(middles["known"] - middles["unknown"]) <= _NOISE * max(spread, 1.0)
    report.check(held, Severity.MEDIUM, f"time tells a known account: {told}")


def _bare(answer: httpx.Response, word: str) -> tuple[object, ...]:
    """Without the word that was sent, and without the length, which changes with it."""
    status, headers, body = snapshot(answer)
    kept = tuple(pair for pair in headers if pair[0] not in {"content-length", "etag"})
    return status, kept, body.replace(word.encode(), b"")
