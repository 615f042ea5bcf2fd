"""Enrolment: nobody gets into an organisation unasked, and an invitation tells nothing of the account behind it.

A provider's manager invites people of another provider, of the other side, and nobody at all; what the manager sees
afterwards is the same, the people's sessions stand, and the account's resets do not count the manager.
"""

import re

import httpx

from attack.report import Report, Severity
from attack.store_ids import query
from attack.target import Target, snapshot

_OTHERS = ("case_worker_other", "data_officer", "officer")


def play(target: Target, report: Report) -> None:
    """Add and invite each, and nobody."""
    tokens = {name: target.sign_in(name) for name in _OTHERS}
    names = {name: _real_name(target, target.ready["accounts"][name]["user"]) for name in _OTHERS}
    with target.browser("provider_manager", "directory") as client:
        users = {name: target.ready["accounts"][name]["user"] for name in _OTHERS}
        unknown = f"attack.{target.rng.randrange(10**9)}"
        for path, extra in (("/members/new", {"name": "x", "language": "en"}), ("/members/invite", {})):
            for role in ("case_worker", "provider_manager"):
                asked = {
                    name: _ask(client, path, user, role, extra) for name, user in (users | {"nobody": unknown}).items()
                }
                for name in users if path == "/members/invite" else ():
                    words = f"{path} as {role}: {name} differs from nobody: {asked[name]} {asked['nobody']}"
                    report.check(asked[name] == asked["nobody"], Severity.MEDIUM, words)
                for name, user in users.items():
                    report.check(
                        not _is_member(target, user, role),
                        Severity.MEDIUM,
                        f"{path}: {name} became {role} unasked",
                    )
        shown = client.get("/members").text
        for name, real in names.items():
            report.check(real not in shown, Severity.MEDIUM, f"the inviter reads the real name of {name}")
        _take_back(client)
        _slips(target, client, report, users)
    for name, token in tokens.items():
        for service, path in (("referral", "/api/referrals"), ("notification", "/api/notices")):
            with target.anonymous(service) as client:
                answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
            report.check(answer.status_code != 401, Severity.MEDIUM, f"the session of {name} ended at {service}")


def _ask(client: httpx.Client, path: str, user: str, role: str, extra: dict[str, str]) -> tuple[object, ...]:
    answer = client.post(path, data={"user_name": user, "role": role} | extra)
    status, headers, body = snapshot(answer)
    return (
        status,
        str(headers).replace(user, "…").replace(str(len(answer.content)), ""),
        body.replace(user.encode(), b""),
    )


def _take_back(client: httpx.Client) -> None:
    for path in set(re.findall(r'action="(/members/invite/[0-9a-f-]+/withdraw)"', client.get("/members").text)):
        client.post(path)


def _slips(target: Target, client: httpx.Client, report: Report, users: dict[str, str]) -> None:
    """Slips and ends of memberships of other organisations are not there."""
    statement = "select m.id from membership m join account a on a.id = m.account_id where a.user_name = %s"
    for name, user in users.items():
        for row in query(target, "directory", statement, user):
            for act in ("slip", "end"):
                answer = client.post(f"/members/{row[0]}/{act}")
                report.check(
                    answer.status_code == 404, Severity.HIGH, f"{act} of {name}'s membership: {answer.status_code}"
                )


def _is_member(target: Target, user: str, role: str) -> bool:
    statement = (
        "select 1 from membership m join account a on a.id = m.account_id"
        " where a.user_name = %s and m.role = %s and m.organization_id = %s and m.ended_at is null"
    )
    return bool(query(target, "directory", statement, user, role, target.ready["provider"]))


def _real_name(target: Target, user: str) -> str:
    return str(query(target, "directory", "select name from account where user_name = %s", user)[0][0])
