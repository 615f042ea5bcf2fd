"""What must be true once everything runs again: of each promise one function, which fails where it was broken."""

from collections import Counter
from urllib.parse import urljoin

from local_stack.journal_clients import Clients
from notification_service.store.claims import BATCH
from notification_service.worker import SENDERS
from support.faults.whole_system import WholeSystem

TOLD_OF = {"accepted": "accept", "not_taken": "decline", "withdrawn": "withdraw"}  # kind of a notice → the act
ENDS_CONSENT = {"withdraw", "code"}


def referrals_of_the_officer(clients: Clients) -> set[str]:
    """Every page of the list: ids. A submission that was repeated would be in it twice."""
    found: set[str] = set()
    url: str | None = f"{clients.url}?limit=100"
    while url:
        page = clients.people["officer"].insist("GET", url)[0].json()
        found |= {item["id"] for item in page["items"]}
        url = page["next"] and urljoin(clients.url, page["next"])
    return found


def all_is_as_told(system: WholeSystem, clients: Clients, before: set[str]) -> None:
    """After a load and its faults: what is there is what the clients were told, and nothing is left over.

    `before` is what the officer's list had when the load began.
    """
    assert referrals_of_the_officer(clients) - before == {sent.id for sent in clients.journal}
    shows_what_the_journal_says(clients)
    each_notice_is_there_once(system, clients)
    mail_went_out_once(system)
    consent_that_ended_has_ended(system, clients)
    nothing_hangs(system)
    copies_are_the_newest(system)
    assert "intact" in system.setu("referral", "audit", "verify")


def shows_what_the_journal_says(clients: Clients) -> None:
    """The officer's view of every referral is what the acts that were answered with 2xx made of it."""
    for sent in clients.journal:
        shown = clients.people["officer"].insist("GET", f"{clients.url}/{sent.id}")[0].json()
        clients.note_version("officer", shown)
        assert shown["state"] == sent.view, sent


def each_notice_is_there_once(system: WholeSystem, clients: Clients) -> None:
    """Who is concerned was told of each act, once; nobody was told of anything else."""
    planned, expected = notices_planned(system, clients), notices_expected(system, clients)
    assert not expected - planned, f"lost: {expected - planned}"
    assert not planned - expected, f"too many: {planned - expected}"


def notices_expected(system: WholeSystem, clients: Clients) -> Counter[tuple[str, str, str]]:
    """(referral, kind, account) of every notice that the journal asks for."""
    team, officer = accounts(system, "case_worker"), accounts(system, "officer")
    expected: Counter[tuple[str, str, str]] = Counter()
    for sent in clients.journal:
        expected.update((sent.id, "new", account) for account in team)
        for kind, act in TOLD_OF.items():
            if act in sent.acts:
                expected.update((sent.id, kind, account) for account in (team if act == "withdraw" else officer))
        if "code" in sent.acts:  # here always after it was opened
            expected.update((sent.id, "do_not_contact", account) for account in team)
        if "decline" in sent.acts:  # the consent of every submission here covers another service
            expected.update((sent.id, "forward", account) for account in coordinators(system))
    return expected


def accounts(system: WholeSystem, role: str) -> list[str]:
    """Who is told: the case workers of the provider; of officers the one who sends here."""
    first = system.scalar("notification", "SELECT account_id FROM notice WHERE kind = 'new' LIMIT 1")
    home = "SELECT organization_id FROM member WHERE account_id = :account LIMIT 1"
    query = f"SELECT account_id FROM member WHERE active AND role = :role AND organization_id = ({home})"  # noqa: S608  # our own words
    if role == "officer":
        first = system.scalar("notification", "SELECT account_id FROM notice WHERE side = 'referrer' LIMIT 1")
        return [str(first)]
    return [str(row.account_id) for row in system.rows("notification", query, role=role, account=first)]


def coordinators(system: WholeSystem) -> list[str]:
    """Those of the district: they hear of whatever may go to another service."""
    query = (
        "SELECT DISTINCT account_id FROM member WHERE active AND role = 'coordinator' AND :district = ANY (districts)"
    )
    return [str(row.account_id) for row in system.rows("notification", query, district=system.ready["district"])]


def notices_planned(system: WholeSystem, clients: Clients) -> Counter[tuple[str, str, str]]:
    ours = {sent.id for sent in clients.journal}
    rows = system.rows("notification", "SELECT referral_id, kind, account_id FROM notice")
    return Counter((str(r.referral_id), r.kind, str(r.account_id)) for r in rows if str(r.referral_id) in ours)


def mail_went_out_once(system: WholeSystem) -> None:
    """Each message that counts as sent arrived; one came twice only where a sender died before it could note that."""
    ids = [str(message["Message-ID"]).strip("<>").partition("@")[0] for message in system.smtp.taken]
    in_files = [path.stem for path in system.stack.layout.mail.glob("*.eml")]  # other tests' here
    arrived = Counter([*ids, *in_files])
    every = system.rows(
        "notification", "SELECT id, state, referral_id, channel, kind, attempts, error, next_attempt_at FROM delivery"
    )
    by_sms = [row for row in every if row.channel == "sms" and row.state not in ("sent", "delivered", "stopped")]
    assert not by_sms, by_sms
    rows = [row for row in every if row.channel == "mail"]
    states = {str(row.id): row.state for row in rows}
    sent = {id_ for id_, state in states.items() if state == "sent"}
    left = [row for row in rows if row.referral_id is not None and row.state not in ("sent", "stopped")]
    assert not left, left
    assert sent - arrived.keys() == set()
    assert arrived.keys() - states.keys() == set()
    again = sum(count - 1 for count in arrived.values())
    assert again <= SENDERS * BATCH * (system.deaths["notification-worker"] + system.deaths["postgresql"])


def consent_that_ended_has_ended(system: WholeSystem, clients: Clients) -> None:
    """The key of what was withdrawn is gone, of all else it is there; what the sender took back is told of no more.

    What the person took back goes on waiting for an answer, so the team is reminded of it as before.
    """
    ended = {sent.id for sent in clients.journal if ENDS_CONSENT & set(sent.acts)}
    ours = {sent.id for sent in clients.journal}
    keys = {str(row.referral_id) for row in system.rows("referral", "SELECT referral_id FROM referral_key")}
    stopped = {
        str(row.referral_id) for row in system.rows("notification", "SELECT referral_id FROM progress WHERE stopped")
    }
    assert not ended & keys
    assert ours - ended <= keys
    assert stopped & ours == {sent.id for sent in clients.journal if "withdraw" in sent.acts}


def nothing_hangs(system: WholeSystem) -> None:
    """Nothing is left to publish, waits for another attempt, or was parked."""
    for service in ("directory", "referral", "notification"):
        assert system.scalar(service, "SELECT count(*) FROM inbox WHERE state <> 'done'") == 0
    for service in ("directory", "referral"):
        assert unpublished(system, service) == 0
    assert withdrawals_waiting(system) == 0


def copies_are_the_newest(system: WholeSystem) -> None:
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
            kept = {str(r.id): r.version for r in system.rows(service, f"SELECT id, version FROM {table}")}  # noqa: S608  # our own words
            assert kept == expected


def unpublished(system: WholeSystem, service: str) -> int:
    return int(system.scalar(service, "SELECT count(*) FROM outbox WHERE published_at IS NULL"))


def withdrawals_waiting(system: WholeSystem) -> int:
    return int(system.scalar("referral", "SELECT count(*) FROM card_request"))
