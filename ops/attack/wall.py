"""Wall: every address that a referrer can ask, before and after acts that the referrer must not learn of, to the byte.

Each hidden act is done to a referral of its own; what differs by itself (the hour, the request's id) is left out. The
same referral then goes on beside a twin to which nothing hidden was done, and both are answered by the service alike.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from attack.report import Report, Severity
from attack.store_ids import query
from attack.target import Target, snapshot, wait_for
from referral_service.domain.voices import Voice
from setu.india import day_in_india

Act = Callable[[Target, Mapping[str, Any]], httpx.Response]
_PROBES: Mapping[str, Sequence[str]] = {
    "referral": (
        "/api/referrals", "/api/referrals?limit=1", "/api/referrals/{id}", "/api/referrals/{id}/actions", "/", "/sent",
        "/sent/{id}", "/healthz", "/readyz", "/api/referrals/{id}/identity", "/inbox/{id}", "/unanswered/{id}",
        "/leaving", "/counts", "/sent/{id}/release",
        "/overdue/{id}", "/api/referrals?state=accepted", "/api/referrals?state=opened", "/api/referrals?state=sent",
    ),
    "notification": ("/", "/counts", "/api/notices", "/healthz", "/readyz", "/api/deliveries"),
    "directory": ("/", "/healthz", "/readyz", "/account/second-factor"),
}  # fmt: skip
_TRIED = ("withdraw", "open", "accept", "answer", "withdraw-consent", "void", "release", "settle", "note", "assign")
_STALE = {"If-Match": '"0"'}


def _task(event: str, **body: str) -> Act:
    return lambda target, sent: target.act("case_worker", sent["id"], event, body)


def _code(target: Target, sent: Mapping[str, Any]) -> httpx.Response:
    with target.anonymous("referral") as client:
        return client.post("/api/withdrawals", json={"code": sent["card_code"]})


def _voices(target: Target, sent: Mapping[str, Any]) -> httpx.Response:
    """All five, and the worker has heard them; the last is the answer."""
    with target.anonymous("referral") as client:
        for said in Voice:
            answer = client.post("/api/voices", json={"code": sent["card_code"], "said": said})
    wait_for(lambda: not query(target, "referral", "select 1 from card_request"), 5)
    return answer


def _arrival(target: Target, sent: Mapping[str, Any]) -> httpx.Response:
    with target.bearer("case_worker", "referral") as client:
        return client.post("/api/arrivals", json={"code": sent["card_code"]})


def _identity(target: Target, sent: Mapping[str, Any]) -> httpx.Response:
    with target.bearer("case_worker", "referral") as client:
        return client.get(f"/api/referrals/{sent['id']}/identity")


def _data_officer(target: Target, sent: Mapping[str, Any]) -> httpx.Response:
    """The code, read out by phone."""
    with target.browser("data_officer", "referral") as client:
        answer = client.post("/desk/withdrawal", data={"code": sent["card_code"]})
        if "/desk/" in answer.headers.get("Location", ""):
            answer = client.get(answer.headers["Location"])
    wait_for(lambda: not query(target, "referral", "select 1 from card_request"), 5)
    return answer


def _void(target: Target, sent: Mapping[str, Any]) -> httpx.Response:
    """With the case worker's word, which is refused before opening and needed afterwards."""
    target.act("case_worker", sent["id"], "void", {"reason": "test"})
    return target.act("coordinator", sent["id"], "void", {"reason": "test"})


_DATE = day_in_india(datetime.now(UTC))  # no contact comes before the day on which it was sent
_OPEN, _ACCEPT = _task("open"), _task("accept")
_HOLD = _task("hold", reason="ill", review_on=str(_DATE + timedelta(days=30)))
_START = _task("start", first_contact=str(_DATE))
_CLOSE = _task("complete", outcome="engaged")
_GHOSTS: Mapping[str, Act] = {"code": _code, "data officer": _data_officer, "void": _void}
_WORK: Mapping[str, Sequence[Act]] = {
    "identity": (_identity,), "arrival": (_arrival,), "voices": (_voices,),
    "contact": (_task("contact", attempt="no_answer"),), "start": (_START,),
    "hold": (_HOLD,), "hold, resume": (_HOLD, _task("resume")), "complete": (_START, _CLOSE),
    "note": (_task("note", text="Call after six."),), "mistake": (_task("void", reason="duplicate"),),
    "fail": (_task("fail", reason="moved"),), "consent ended by the team": (_task("withdraw-consent"),),
    "complete, then the code": (_START, _CLOSE, _code),
}  # fmt: skip


def play(target: Target, report: Report) -> None:
    """Hidden acts at each stage of the officer's and of the prison's referrals, and each ghost beside a twin."""
    for role, changes in (("officer", {}), ("custody_health", {"setting": "prison"})):
        for stage, reached in (("sent", ()), ("opened", (_OPEN,)), ("accepted", (_OPEN, _ACCEPT))):
            hidden = {name: (act,) for name, act in _GHOSTS.items()} | (dict(_WORK) if stage == "accepted" else {})
            for name, acts in hidden.items():
                _hide(target, report, role, changes, stage, reached, name, acts)
        for name, ghost in _GHOSTS.items():
            _answer_twins(target, report, role, changes, name, ghost)


def _hide(
    target: Target, report: Report, role: str, changes: Mapping[str, Any], stage: str,
    reached: Sequence[Act], name: str, acts: Sequence[Act],
) -> None:  # fmt: skip
    if not target.has_time():
        return
    sent = target.send_referral(role, **changes)
    for act in reached:
        act(target, sent).raise_for_status()
    before = _settled(target, role, sent["id"])
    answers = [act(target, sent) for act in acts]
    if _refused(answers, report, f"{name} at {stage}"):
        return
    if name.endswith("code"):
        _wait_until_done(target, sent["id"])
    after = _look(target, role, sent["id"])
    for probe, seen in before.items():
        words = f"{role} sees “{name}” at {stage} in {probe}"
        report.check(after[probe] == seen, Severity.HIGH, words, f"send, {stage}, {name}; {probe} before and after")


def _answer_twins(target: Target, report: Report, role: str, changes: Mapping[str, Any], name: str, ghost: Act) -> None:
    _withdraw_twins(target, report, role, changes, name, ghost)
    for event, body in (("accept", {}), ("decline", {"reason": "no_capacity"})):
        if not target.has_time():
            return
        twins = [target.send_referral(role, **changes) for _ in range(2)]
        ghost(target, twins[0])
        if ghost is _code:
            _wait_until_done(target, twins[0]["id"])
        replies = [
            [
                target.act("case_worker", twin["id"], step, sent).status_code
                for step, sent in (("open", {}), (event, body))
            ]
            for twin in twins
        ]
        report.check(replies[0] == replies[1], Severity.MEDIUM, f"a ghost ({name}) answers the team {replies}")
        seen = [_bare(target, role, twin["id"]) for twin in twins]
        report.check(
            seen[0] == seen[1], Severity.HIGH, f"{role} tells a ghost ({name}, then {event}) from its twin: {seen}"
        )


def _withdraw_twins(
    target: Target, report: Report, role: str, changes: Mapping[str, Any], name: str, ghost: Act
) -> None:
    """The referrer withdraws a ghost and its twin, twice each."""
    twins = [target.send_referral(role, **changes) for _ in range(2)]
    ghost(target, twins[0])
    if ghost is _code:
        _wait_until_done(target, twins[0]["id"])
    replies = [
        [target.act(role, twin["id"], "withdraw", {"reason": "mistake"}).status_code for _ in range(2)]
        for twin in twins
    ]
    seen = [_bare(target, role, twin["id"]) for twin in twins]
    words = f"{role} tells a withdrawn ghost ({name}) from its twin: {replies} {seen}"
    report.check(replies[0] == replies[1] and seen[0] == seen[1], Severity.HIGH, words)


def _bare(target: Target, role: str, referral: str) -> dict[str, Any]:
    with target.bearer(role, "referral") as client:
        answer = client.get(f"/api/referrals/{referral}")
        actions = client.get(f"/api/referrals/{referral}/actions").json()
        own = {"id", "reference", "changed_at", "submitted_at"}
        return {name: value for name, value in answer.json().items() if name not in own} | {
            "etag": answer.headers.get("etag"), "actions": actions,
            "length": len(client.get(f"/sent/{referral}").content)
        }  # fmt: skip


def _refused(answers: Sequence[httpx.Response], report: Report, what: str) -> bool:
    failed = [answer for answer in answers if not answer.is_success]
    words = f"{what} could not be played: {[(answer.status_code, answer.text[:200]) for answer in failed]}"
    return not report.check(not failed, Severity.LOW, words)


def _wait_until_done(target: Target, referral: str) -> None:
    """Wait until the worker has applied a withdrawal by code: the key is gone then."""
    with target.bearer("case_worker", "referral") as client:
        path = f"/api/referrals/{referral}"
        wait_for(lambda: client.get(path).json().get("needs") is None or client.get(path).status_code == 404, 15)


def _settled(target: Target, role: str, referral: str) -> dict[str, object]:
    """What the referrer sees once the notices of what came before have arrived: the same twice, a second apart."""
    seen: list[dict[str, object]] = [_look(target, role, referral)]

    def is_still() -> bool:
        wait_for(lambda: False, 1)
        seen.append(_look(target, role, referral))
        return seen[-1] == seen[-2]

    wait_for(is_still, 15)
    return seen[-1]


def _look(target: Target, role: str, referral: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for service, paths in _PROBES.items():
        with target.bearer(role, service) as program, target.browser(role, service) as browser:
            for path in paths:
                client = program if path.startswith("/api/") else browser
                found[f"GET {path}"] = snapshot(client.get(path.replace("{id}", referral)))
            if service == "referral":
                key, body = target.sendings[referral]
                again = program.post("/api/referrals", json=body, headers={"Idempotency-Key": key})
                found["the sending again"] = snapshot(again)
                for event in _TRIED:
                    answer = program.post(f"/api/referrals/{referral}/{event}", json=_body(event), headers=_STALE)
                    found[f"stale POST {event}"] = snapshot(answer)
    return found


def _body(event: str) -> dict[str, str]:
    return {"withdraw": {"reason": "mistake"}, "answer": {"answer": "yes"}, "void": {"reason": "test"}}.get(event, {})
