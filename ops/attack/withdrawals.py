"""Withdrawal by code: a flood of made-up codes changes nothing, and neither words nor time tell a known code.

Codes are well formed (their check character is public). A flood of them beside one honest withdrawal; then answers and
times of known and unknown codes in turn, also of codes that are sent twice within the second in which the first is
applied.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx

from attack.report import Report, Severity
from attack.store_ids import query
from attack.target import Target, snapshot, wait_for
from referral_service.domain.voices import Voice
from referral_service.outside.codes import new_card_code, show
from service_kit.ids import SeededIds

_FLOOD_SECONDS, _FLOOD_CLIENTS = 10, 8
_PAIRS, _REPEATS = 12, 25
_APPLIED_WITHIN = 20.0  # seconds
_NOISE = 3.0  # a difference of medians beyond so many spreads of either side is told


def play(target: Target, report: Report) -> None:
    """Same words, the flood, and time."""
    ids = SeededIds(target.uuid())

    def make() -> str:
        return show(new_card_code(ids))

    known = [target.send_referral() for _ in range(_PAIRS)]
    _same_answers(target, report, known[0], make)
    _flood(target, report, make)
    _compare_times(target, report, known[1:], make)


def _same_answers(target: Target, report: Report, sent: Mapping[str, Any], make: Callable[[], str]) -> None:
    with target.anonymous("referral") as client:
        client.headers["Origin"] = target.url("referral")
        for code in (sent["card_code"], sent["card_code"].lower(), sent["card_code"].replace("-", " ")):
            for ask in (_by_json, _by_form, _voice_by_json, _voice_by_form):
                known, unknown = snapshot(ask(client, code)), snapshot(ask(client, make()))
                report.check(
                    known == unknown, Severity.HIGH, f"{ask.__name__}: known and unknown differ: {known} {unknown}"
                )


def _by_json(client: httpx.Client, code: str) -> httpx.Response:
    return client.post("/api/withdrawals", json={"code": code})


def _by_form(client: httpx.Client, code: str) -> httpx.Response:
    return client.post("/withdraw", data={"code": code})


def _voice_by_json(client: httpx.Client, code: str) -> httpx.Response:
    return client.post("/api/voices", json={"code": code, "said": Voice.PRESSED})


def _voice_by_form(client: httpx.Client, code: str) -> httpx.Response:
    return client.post("/withdraw/say", data={"code": code, "said": Voice.PRESSED})


def _flood(target: Target, report: Report, make: Callable[[], str]) -> None:
    honest = target.send_referral()
    audit_before = _audit_lines(target)
    ends = time.monotonic() + _FLOOD_SECONDS
    codes = [make() for _ in range(20_000)]

    def send(which: int) -> tuple[int, int]:
        sent = refused = 0
        with target.anonymous("referral") as client:
            for code in codes[which::_FLOOD_CLIENTS]:
                if time.monotonic() > ends:
                    break
                sent, refused = sent + 1, refused + (_by_json(client, code).status_code != 202)
        return sent, refused

    with ThreadPoolExecutor(_FLOOD_CLIENTS) as pool:
        flooding = [pool.submit(send, which) for which in range(_FLOOD_CLIENTS)]
        with target.anonymous("referral") as client:
            _by_json(client, honest["card_code"])
        applied = wait_for(lambda: _is_ghost(target, honest["id"]), _APPLIED_WITHIN)
        waits = _honest_waits(target, ends)
        counts = [each.result() for each in flooding]
    lines = _audit_lines(target) - audit_before
    total, refused = (sum(column) for column in zip(*counts, strict=True))
    report.note(f"{total} made-up codes in {_FLOOD_SECONDS} s, {lines} audit lines, honest p50 {_middle(waits):.0f} ms")
    report.check(applied, Severity.MEDIUM, f"a withdrawal beside the flood is not applied in {_APPLIED_WITHIN:.0f} s")
    report.check(not refused, Severity.MEDIUM, f"{refused} of {total} well-formed codes were not answered 202")
    report.check(lines < 50, Severity.MEDIUM, f"{total} made-up codes wrote {lines} audit lines")
    report.check(
        _middle(waits) < 1000, Severity.MEDIUM, f"an honest client waits {_middle(waits):.0f} ms beside the flood"
    )


def _honest_waits(target: Target, ends: float) -> list[float]:
    waits: list[float] = []
    with target.bearer("case_worker", "referral") as client:
        while time.monotonic() < ends or not waits:
            waits.append(_timed(lambda: client.get("/api/referrals")))
    return waits


def _compare_times(target: Target, report: Report, known: list[dict[str, Any]], make: Callable[[], str]) -> None:
    """First tries, then a burst of the same code while the worker is at it: the slowest of the burst tells of waits."""
    firsts: dict[str, list[float]] = {"known": [], "unknown": []}
    slowest: dict[str, list[float]] = {"known": [], "unknown": []}
    with target.anonymous("referral") as client:
        _by_json(client, make())  # the connection is open
        for sent in known:
            kinds = [("known", sent["card_code"]), ("unknown", make())]
            target.rng.shuffle(kinds)
            for kind, code in kinds:
                waits = [_timed(partial(_by_json, client, code)) for _ in range(_REPEATS * 4)]
                firsts[kind].append(waits[0])
                slowest[kind].append(max(waits[1:]))
    for what, found in (("first try", firsts), ("slowest of a burst", slowest)):
        known_ms, unknown_ms = _middle(found["known"]), _middle(found["unknown"])
        spread = max(_spread(found["known"]), _spread(found["unknown"]), 0.5)
        told = f"{what}: known {known_ms:.2f} ms, unknown {unknown_ms:.2f} ms, spread {spread:.2f} ms"
        report.note(told)
        report.check(abs(known_ms - unknown_ms) <= _NOISE * spread, Severity.MEDIUM, f"time tells a known code: {told}")


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - began)


def _middle(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0


def _spread(values: list[float]) -> float:
    """Median distance from the median: what noise does, not its worst moment."""
    middle = _middle(values)
    return _middle([abs(value - middle) for value in values])


def _is_ghost(target: Target, referral: str) -> bool:
    return not query(target, "referral", "select 1 from referral_key where referral_id = %s", referral)


def _audit_lines(target: Target) -> int:
    statement = "select count(*) from audit_entry where action = 'referral.withdraw-consent'"
    return int(str(query(target, "referral", statement)[0][0]))
