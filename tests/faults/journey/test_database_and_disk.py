"""The database is away, a disk is full: said in words, nothing half-stored, and it heals by itself."""

import re
import resource
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from local_stack.doctor import examine
from local_stack.journal_clients import Clients
from local_stack.system_accounts import root_drops_to
from support.events import eventually
from support.faults.small_disk import fill, small_disk
from support.faults.whole_system import WholeSystem

STORED = ("referral_sent", "referrer_view", "task", "task_event", "identity", "referral_key", "outbox", "audit_entry")


def submit(clients: Clients, key: str) -> httpx.Response:
    """One try, whatever comes of it."""
    token = clients.people["officer"]
    return token._http.post(clients.url, json=clients.body, headers={"Idempotency-Key": key})


def is_a_problem_in_words(answer: httpx.Response) -> bool:
    problem = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"]
    return answer.status_code == 503 and len(problem["title"]) > 5 and len(problem["detail"]) > 10


def counts(system: WholeSystem) -> dict[str, int]:
    """Rows by table, of all that a submission stores."""
    return {table: system.scalar("referral", f"SELECT count(*) FROM {table}") for table in STORED}  # noqa: S608  # our own words


def test_without_the_database_a_referral_is_refused_in_words_and_taken_once_it_is_back(
    system: WholeSystem, clients: Clients
) -> None:
    key, before = str(uuid.uuid4()), counts(system)
    system.stop("postgresql")

    refused = [submit(clients, key) for _ in range(3)]
    page = httpx.get(f"{system.ready['referral']}/sent", headers={"Accept": "text/html"}, timeout=60)
    system.start("postgresql")

    assert all(is_a_problem_in_words(answer) for answer in refused)
    assert page.status_code in {302, 303, 503}
    eventually(lambda: submit(clients, key).status_code == 201)
    assert submit(clients, key).status_code == 201  # the same one again
    after = counts(system)
    assert after["referral_sent"] == before["referral_sent"] + 1
    assert after["identity"] == before["identity"] + 1


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on a running process is set by prlimit, which is Linux's")
def test_mail_that_the_disk_refuses_is_kept_and_sent_when_there_is_room(system: WholeSystem, clients: Clients) -> None:
    folder = system.stack.layout.mail
    with mail_into_files(system), no_file_may_grow(system, "notification-worker"):
        sent = clients.carry_out("sent")
        refused = "SELECT count(*) FROM delivery WHERE referral_id = :id AND attempts > 0 AND state = 'waiting'"
        eventually(lambda: system.scalar("notification", refused, id=sent.id) > 0)
        assert not mails_about(folder, sent.reference)
        lift_the_limit(system, "notification-worker")

        def arrived() -> bool:
            system.change("notification", "UPDATE delivery SET next_attempt_at = now() WHERE state = 'waiting'")
            return bool(mails_about(folder, sent.reference))

        eventually(arrived)
    assert not list(folder.glob(".*.part"))


def mails_about(folder: Path, reference: str) -> list[Path]:
    return [path for path in folder.glob("*.eml") if reference in path.read_text()]


@contextmanager
def mail_into_files(system: WholeSystem) -> Iterator[None]:
    system.stop("notification-worker")
    system.launch("notification-worker", {})
    system.wait_for("notification-worker")
    try:
        yield
    finally:
        system.stop("notification-worker")
        system.start("notification-worker")


@contextmanager
def no_file_may_grow(system: WholeSystem, part: str) -> Iterator[None]:
    """What a full disk does to a process: every write to a file fails."""
    _limit(system, part, 0)
    try:
        yield
    finally:
        lift_the_limit(system, part)


def lift_the_limit(system: WholeSystem, part: str) -> None:
    _limit(system, part, resource.RLIM_INFINITY)


def _limit(system: WholeSystem, part: str, size: int) -> None:
    pid = system.process(part).pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def test_a_full_disk_of_the_database_refuses_a_referral_in_words_and_stores_no_part_of_it(
    system: WholeSystem, clients: Clients
) -> None:
    with small_disk(system.stack.layout.servers / "small", 4, root_drops_to("postgres")) as disk:
        url = system.stack.environments.database_url.rpartition("/")[0] + "/setu_referral"
        run_sql(url, f"CREATE TABLESPACE small LOCATION '{disk}'", "ALTER TABLE outbox SET TABLESPACE small")
        try:
            fill(disk)
            stored, before = 0, counts(system)
            while (answer := submit(clients, key := str(uuid.uuid4()))).status_code == 201:
                stored += 1  # into the pages that there are
                assert stored < 500
            assert is_a_problem_in_words(answer)
            assert any(
                re.fullmatch(r"0 MB free on the disk of the table space small \(.*\): make room", found.words)
                for found in examine(system.stack)
            )
            after = counts(system)
            assert {
                table: after[table] - before[table] for table in ("referral_sent", "task", "outbox", "identity")
            } == (dict.fromkeys(("referral_sent", "task", "outbox", "identity"), stored))
            (disk / "filling").unlink()
            eventually(lambda: submit(clients, key).status_code == 201)
        finally:
            (disk / "filling").unlink(missing_ok=True)
            run_sql(url, "ALTER TABLE outbox SET TABLESPACE pg_default", "DROP TABLESPACE small")


def run_sql(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as session:
        for statement in statements:
            session.execute(statement)
