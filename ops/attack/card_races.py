"""Races: the same thing sent many times at once is done once.

One Idempotency-Key, one card, one withdrawal beside openings and acceptances, one code of the second factor.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from attack.report import Report, Severity
from attack.target import Target
from local_stack.journey import a_referral, current_version

_ROUNDS, _AT_ONCE = 4, 5


def play(target: Target, report: Report) -> None:
    """A few rounds of each."""
    for role in ("officer", "case_worker", "officer_other"):
        target.token(role)
    for _ in range(_ROUNDS):
        _same_key(target, report)
        _both_sides(target, report)
    _same_card(target, report)
    _same_code(target, report)


def _same_key(target: Target, report: Report) -> None:
    key, body = target.uuid(), _body(target)
    answers = _at_once([lambda: _submit(target, key, body)] * _AT_ONCE)
    made = {answer.headers.get("location") for answer in answers if answer.status_code == 201}
    codes = {answer.json().get("card_code") for answer in answers if answer.status_code == 201} - {None}
    report.check(len(made) == 1, Severity.HIGH, f"one Idempotency-Key made {len(made)} referrals")
    report.check(len(codes) <= 1, Severity.HIGH, f"one Idempotency-Key shows {len(codes)} card codes")
    statuses = Counter(answer.status_code for answer in answers)
    report.check(set(statuses) <= {201, 409}, Severity.MEDIUM, f"one Idempotency-Key at once: {dict(statuses)}")
    other = _submit(target, key, body | {"needs": ["OD"]})
    report.check(other.status_code == 422, Severity.MEDIUM, f"another body under a used key: {other.status_code}")
    foreign = _submit(target, key, body, role="officer_other")
    is_own = foreign.headers.get("location") not in made
    report.check(is_own, Severity.HIGH, "another officer's key leads to a referral that is not theirs")


def _both_sides(target: Target, report: Report) -> None:
    """The referrer withdraws while the team opens and accepts: each of the two states has one winner."""
    sent = target.send_referral()
    answers = _at_once([
        lambda: target.act("officer", sent["id"], "withdraw", {"reason": "mistake"}),
        lambda: target.act("case_worker", sent["id"], "open", {}),
        lambda: target.act("case_worker", sent["id"], "accept", {}),
        lambda: target.act("case_worker", sent["id"], "decline", {"reason": "no_capacity"}),
    ])  # fmt: skip
    won = [answer.status_code for answer in answers]
    report.check(set(won) <= {200, 404, 409, 412}, Severity.MEDIUM, f"withdraw, open, accept, decline at once: {won}")
    is_withdrawn, *team = (status == 200 for status in won)
    report.check(not (is_withdrawn and any(team)), Severity.MEDIUM, f"withdrawn and taken at once: {won}")
    report.check(not (team[1] and team[2]), Severity.HIGH, f"accepted and declined: {won}")


def _same_card(target: Target, report: Report) -> None:
    body = _body(target) | {"card": target.ready["card"]}
    answers = _at_once([lambda: _submit(target, target.uuid(), body)] * _AT_ONCE)
    made = sum(answer.status_code == 201 for answer in answers)
    report.check(made <= 1, Severity.HIGH, f"one card was bound to {made} referrals")


def _same_code(target: Target, report: Report) -> None:
    code = target.code("data_officer")
    account = target.ready["accounts"]["data_officer"]
    body = {"user": account["user"], "password": account["password"], "code": code}
    url = target.url("directory", "/api/session")
    answers = _at_once([lambda: httpx.post(url, json=body, timeout=30, trust_env=False)] * _AT_ONCE)
    used = sum(answer.status_code == 201 for answer in answers)
    report.check(used <= 1, Severity.HIGH, f"one code of the second factor signed in {used} times")


def _submit(target: Target, key: str, body: dict[str, Any], role: str = "officer") -> httpx.Response:
    with target.bearer(role, "referral") as client:
        return client.post("/api/referrals", json=body, headers={"Idempotency-Key": key})


def _body(target: Target) -> dict[str, Any]:
    with target.anonymous("referral") as client:
        return a_referral(target.ready, consent_version=current_version(client.get("/api/consent-texts").json()))


def _at_once(calls: Sequence[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(call) for call in calls]]
