"""Processes, broker and database die under load, each message comes three times; then all is as the clients were told.

Given clients that note every 2xx, when processes die at the worst moments and at random ones, then, once everything
runs again, nothing is lost, no effect is doubled and no version goes back.

`make soak` sets SETU_SOAK_NOTICES (go on until there are so many, or SETU_SOAK_MINUTES are over) and SETU_SOAK_SEED
(another course of events).
"""

import os
import random
import time
from collections import Counter
from urllib.parse import urljoin

import pytest

from builders_events import eventually
from notification_service.use_cases.deliver_due import SENT_NOT_RECORDED
from notification_service.worker import SENDERS
from service_kit import failpoints
from whole_system import WholeSystem
from whole_system_clients import Clients, Person

pytestmark = pytest.mark.xdist_group("journey")

SEED = os.environ.get("SETU_SOAK_SEED", "one course of events")
NOTICES = int(os.environ.get("SETU_SOAK_NOTICES", "0"))
LONGEST = 60 * float(os.environ.get("SETU_SOAK_MINUTES", "0"))  # seconds, of killing at random
DRAINED = 3600 if NOTICES else 120  # seconds
AT_RANDOM = ("directory-worker", "referral-web", "referral-worker", "notification-web", "notification-worker")
DEATHS = (
    (failpoints.COMMITTED_NOT_PUBLISHED, f"{failpoints.IN_A_HANDLER}:3"),
    (failpoints.PUBLISHED_NOT_CONFIRMED, failpoints.COMMITTED_NOT_ACKED),
    (failpoints.CONFIRMED_NOT_MARKED, SENT_NOT_RECORDED),
)
NEW_NOTICES = {"accepted": "accept", "not_taken": "decline", "withdrawn": "withdraw"}  # kind → the act that it tells of


def test_what_clients_were_told_is_what_is_there(system: WholeSystem) -> None:
    clients = Clients(system, SEED, pause=0 if NOTICES else 0.1)
    before = referrals_of_the_officer(clients)
    clients.start(2)

    die_at_the_worst_moments(system)
    the_broker_dies_under_load(system, clients)
    die_at_random(system, clients)
    clients.finish()
    deliver_everything_three_times(system)
    drain(system, clients)

    assert referrals_of_the_officer(clients) - before == {sent.id for sent in clients.journal}
    assert views_shown(clients) == {sent.id: sent.view for sent in clients.journal}
    assert notices_planned(system, clients) == notices_expected(system, clients)
    assert_mail_went_out_once(system)
    assert_nothing_hangs(system)
    assert_copies_are_the_newest(system)
    print(f"{len(clients.journal)} referrals, {notices(system)} notices, killed: {dict(system.deaths)}")  # noqa: T201
    assert "sound" in system.setu("referral", "audit", "verify")


def die_at_the_worst_moments(system: WholeSystem) -> None:
    for in_relay, in_consumer in DEATHS:
        system.kill("referral-worker", "notification-worker")
        system.start("referral-worker", failpoint=in_relay)
        system.start("notification-worker", failpoint=in_consumer)
        system.wait_for_death("referral-worker")
        system.start("referral-worker")  # or nothing more would reach the other
        system.wait_for_death("notification-worker")
        system.start("notification-worker")


def the_broker_dies_under_load(system: WholeSystem, clients: Clients) -> None:
    system.kill("rabbitmq")
    clients_are_told_of(clients, 5)  # they notice nothing
    system.start("rabbitmq")


def die_at_random(system: WholeSystem, clients: Clients) -> None:
    chance, end = random.Random(SEED), time.monotonic() + LONGEST  # noqa: S311 (a seed that can be given again)
    parts = ["postgresql", *chance.sample(AT_RANDOM, 3)]
    while parts or (time.monotonic() < end and notices(system) < NOTICES and not clients.enough.is_set()):
        part = parts.pop() if parts else chance.choice([*AT_RANDOM, "postgresql", "rabbitmq", "directory-web"])
        clients_are_told_of(clients, 50 if NOTICES else 3)
        system.kill(part)
        system.start(part)


def clients_are_told_of(clients: Clients, count: int) -> None:
    """Until so many more referrals are in the journal: the load goes on."""
    stored = len(clients.journal)
    eventually(lambda: len(clients.journal) >= stored + count or clients.enough.is_set(), seconds=120)


def notices(system: WholeSystem) -> int:
    return int(system.scalar("notification", "SELECT count(*) FROM notice"))


def deliver_everything_three_times(system: WholeSystem) -> None:
    for _ in range(2):
        for service in ("directory", "referral"):
            eventually(lambda: unpublished(system, service) == 0, seconds=DRAINED)  # noqa: B023 (within this turn)
            system.change(service, "UPDATE outbox SET published_at = NULL, retry_at = NULL")


def unpublished(system: WholeSystem, service: str) -> int:
    return int(system.scalar(service, "SELECT count(*) FROM outbox WHERE published_at IS NULL"))


def drain(system: WholeSystem, clients: Clients) -> None:
    """Until a last event of each exchange has come through, and nothing waits for another attempt."""
    for service in ("directory", "referral"):
        eventually(lambda: unpublished(system, service) == 0, seconds=DRAINED)  # noqa: B023 (within this turn)
    leaver = Person(system.fresh_token("officer"))
    ended, _ = leaver.insist("DELETE", f"{system.ready['directory']}/api/session")
    assert ended.status_code == 204
    last = clients.carry_out("sent")
    of_last = "SELECT count(*) FROM notice WHERE referral_id = :id"
    eventually(lambda: system.scalar("notification", of_last, id=last.id) > 0, seconds=DRAINED)
    for service in ("referral", "notification"):
        sessions = "SELECT count(*) FROM revoked_session"
        eventually(lambda: system.scalar(service, sessions) == revoked(system), seconds=60)  # noqa: B023
        waiting = "SELECT count(*) FROM inbox WHERE state = 'waiting'"
        eventually(lambda: system.scalar(service, waiting) == 0, seconds=60)  # noqa: B023

    let_leases_run_out(system)
    eventually(lambda: deliveries_left(system) == 0, seconds=DRAINED)


def let_leases_run_out(system: WholeSystem) -> None:
    """A sender that was killed holds its message for five minutes. Let these pass, while no living one holds any."""
    system.stop("notification-worker")
    system.change("notification", "UPDATE delivery SET lease_until = now() WHERE state = 'sending'")
    system.start("notification-worker")


def deliveries_left(system: WholeSystem) -> int:
    return int(system.scalar("notification", "SELECT count(*) FROM delivery WHERE state IN ('waiting', 'sending')"))


def revoked(system: WholeSystem) -> int:
    return int(system.scalar("directory", "SELECT count(*) FROM outbox WHERE type = 'directory.session.revoked.v1'"))


def referrals_of_the_officer(clients: Clients) -> set[str]:
    """Every page of the list: ids. A submission that was repeated would be in it twice."""
    found: set[str] = set()
    url: str | None = f"{clients.url}?limit=100"
    while url:
        page = clients.people["officer"].insist("GET", url)[0].json()
        found |= {item["id"] for item in page["items"]}
        url = page["next"] and urljoin(clients.url, page["next"])
    return found


def views_shown(clients: Clients) -> dict[str, str]:
    shown = {}
    for sent in clients.journal:
        shown[sent.id] = clients.people["officer"].insist("GET", f"{clients.url}/{sent.id}")[0].json()["state"]
    return shown


def notices_expected(system: WholeSystem, clients: Clients) -> Counter[tuple[str, str, str]]:
    """(referral, kind, account) of every notice that the journal asks for."""
    team, officer = accounts(system, "case_worker"), accounts(system, "officer")
    expected: Counter[tuple[str, str, str]] = Counter()
    for sent in clients.journal:
        expected.update((sent.id, "new", account) for account in team)
        for kind, act in NEW_NOTICES.items():
            if act in sent.acts:
                expected.update((sent.id, kind, account) for account in (team if act == "withdraw" else officer))
    return expected


def accounts(system: WholeSystem, role: str) -> list[str]:
    """Who is told: the case workers of the provider; of officers the one who sends here."""
    first = system.scalar("notification", "SELECT account_id FROM notice WHERE kind = 'new' LIMIT 1")
    home = "SELECT organization_id FROM member WHERE account_id = :account LIMIT 1"
    query = f"SELECT account_id FROM member WHERE active AND role = :role AND organization_id = ({home})"  # noqa: S608
    if role == "officer":
        first = system.scalar("notification", "SELECT account_id FROM notice WHERE side = 'referrer' LIMIT 1")
        return [str(first)]
    return [str(row.account_id) for row in system.rows("notification", query, role=role, account=first)]


def notices_planned(system: WholeSystem, clients: Clients) -> Counter[tuple[str, str, str]]:
    ours = {sent.id for sent in clients.journal}
    rows = system.rows("notification", "SELECT referral_id, kind, account_id FROM notice")
    return Counter((str(r.referral_id), r.kind, str(r.account_id)) for r in rows if str(r.referral_id) in ours)


def assert_mail_went_out_once(system: WholeSystem) -> None:
    """Each message that counts as sent arrived; one came twice only where a sender died before it could note that."""
    ids = [str(message["Message-ID"]).strip("<>").partition("@")[0] for message in system.smtp.taken]
    in_files = [path.stem for path in system.stack.layout.mail.glob("*.eml")]  # other tests' here
    arrived = Counter([*ids, *in_files])
    states = {str(r.id): r.state for r in system.rows("notification", "SELECT id, state FROM delivery")}
    sent = {id_ for id_, state in states.items() if state == "sent"}
    assert set(states.values()) <= {"sent", "stopped"}
    assert sent <= arrived.keys() <= states.keys()
    again = sum(count - 1 for count in arrived.values())
    assert again <= SENDERS * (system.deaths["notification-worker"] + system.deaths["postgresql"])


def assert_nothing_hangs(system: WholeSystem) -> None:
    for service in ("directory", "referral", "notification"):
        assert system.scalar(service, "SELECT count(*) FROM inbox WHERE state <> 'done'") == 0
    for service in ("directory", "referral"):
        assert unpublished(system, service) == 0


def assert_copies_are_the_newest(system: WholeSystem) -> None:
    """Old snapshots came again after new ones: what the others keep is still the newest of each."""
    newest = (
        "SELECT subject, max(CAST(CAST(body AS json) #>> '{data,version}' AS int)) AS version "
        "FROM outbox WHERE type = :type GROUP BY subject"
    )
    for kind, tables in (("organization", ("referral", "notification")), ("service", ("referral",))):
        published = system.rows("directory", newest, type=f"directory.{kind}.changed.v1")
        expected = {row.subject: row.version for row in published}
        for service in tables:
            table = f"directory_{kind}" if service == "referral" else kind
            kept = {str(r.id): r.version for r in system.rows(service, f"SELECT id, version FROM {table}")}  # noqa: S608
            assert kept == expected
