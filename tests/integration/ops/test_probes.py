"""What `setu doctor` finds out by looking: causes in plain words, without a password in them."""

import os
import resource
import socket
import ssl
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import psycopg
import pytest

from local_stack.layout import Layout
from local_stack.machine import disks, find_clock_fault, find_descriptor_fault, find_keyring_fault
from local_stack.probes import cause_of, find_broker_fault, find_database_fault, find_mail_fault
from local_stack.restored import find_older_databases
from support.faults.one_machine import HERE
from support.faults.small_disk import fill, small_disk
from support.fresh_databases import Urls
from support.kit.certificate_authority import Authority
from support.notification_smtp import SmtpServer, smtp_server

RUN_OUT = "its TLS certificate has run out: renew it"
NO_NAME = "its name is not found: is DNS away, or the name wrong?"
YESTERDAY = timedelta(days=-1)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that this process, and what it starts, trusts."""
    authority = Authority(tmp_path, "trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate_file))
    return authority


def speaks_tls(authority: Authority, ends_in: timedelta) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.certify(HERE, ends_in=ends_in))
    return context


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("connection to server at 10.0.0.7 failed: Connection refused", "nothing listens at its address"),
        ('FATAL:  password authentication failed for user "web"', "it refuses the password"),
        ("connection timeout expired", "it gave no answer within 5 s"),
        ("[Errno 28] No space left on device", "the disk is full: make room"),
        ("[Errno 24] Too many open files", "no file descriptor is left (ulimit -n)"),
        ("first line\nsomething that nobody thought of", "something that nobody thought of"),
    ],
)
def test_an_error_becomes_its_cause(words: str, cause: str) -> None:
    assert cause_of(words) == cause


def test_names_that_nobody_knows_and_ports_where_nobody_listens_are_told_apart() -> None:
    secret = uuid.uuid4().hex
    for find, scheme in ((find_database_fault, "postgresql"), (find_broker_fault, "amqp")):
        assert find(f"{scheme}://web:{secret}@nowhere.invalid/") == NO_NAME
        assert find(f"{scheme}://web:{secret}@127.0.0.1:1/") == "nothing listens at its address"


def test_a_database_that_lets_in_has_no_fault(fresh_database: Callable[[str], Urls]) -> None:
    assert find_database_fault(fresh_database("kit").worker) is None


def test_a_certificate_of_the_broker_that_has_run_out_is_named(authority: Authority) -> None:
    with tls_server(speaks_tls(authority, YESTERDAY)) as port:
        assert find_broker_fault(f"amqps://web:secret@127.0.0.1:{port}/") == RUN_OUT


@contextmanager
def tls_server(context: ssl.SSLContext) -> Iterator[int]:
    """Shakes hands with whoever comes, and says no more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    line, _ = listener.accept()
                    with suppress(OSError), context.wrap_socket(line, server_side=True):
                        pass

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


@pytest.fixture
def mail_server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        server.behaviour.tls_from_the_first_byte = True
        yield server


def test_the_mail_server_is_tried_without_a_mail(
    authority: Authority, mail_server: SmtpServer, settings_env: Callable[..., dict[str, str]]
) -> None:
    def fault() -> str | None:
        url = mail_server.url.replace("smtp:", "smtps:")
        nothing = Urls(*["postgresql://nobody@127.0.0.1:1/nothing"] * 4)
        passed_on = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "SSL_CERT_FILE") if name in os.environ}
        more = {"SETU_SMTP_URL": url, "SETU_MAIL_FROM": "setu@ngo.example", "SETU_AMQP_URL": "amqp://a:b@127.0.0.1:1/"}
        return find_mail_fault(passed_on | settings_env("notification", nothing, process="worker", **more))

    mail_server.behaviour.tls = speaks_tls(authority, timedelta(hours=1))
    assert fault() is None
    mail_server.behaviour.tls = speaks_tls(authority, YESTERDAY)
    assert fault() == RUN_OUT
    assert mail_server.taken == []


def test_a_full_disk_of_mail_as_files_is_named(tmp_path: Path, settings_env: Callable[..., dict[str, str]]) -> None:
    nothing = Urls(*["postgresql://nobody@127.0.0.1:1/nothing"] * 4)
    passed_on = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    with small_disk(tmp_path / "mail", 1) as disk:
        more = {
            "SETU_MAIL_DIR": str(disk),
            "SETU_MAIL_FROM": "setu@ngo.example",
            "SETU_AMQP_URL": "amqp://a:b@127.0.0.1:1/",
        }
        environment = passed_on | settings_env("notification", nothing, process="worker", **more)
        fill(disk)
        assert find_mail_fault(environment) == "the disk is full: make room"


def test_each_disk_that_the_stack_writes_to_is_named_once(tmp_path: Path) -> None:
    layout = Layout(tmp_path, 8000, tmp_path / "var")
    found = " ".join(place for place, _ in disks(layout))
    for name in ("PostgreSQL", "RabbitMQ", "the search index", "mail as files", "secrets, logs and keyring"):
        assert found.count(name) == 1


def test_a_process_that_has_few_file_descriptors_left_is_found() -> None:
    holding = "import time; files = [open('/dev/null') for _ in range(60)]; print('up', flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", holding], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert find_descriptor_fault(process.pid) is None
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (65, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        assert "of its 65 file descriptors: raise the limit" in str(find_descriptor_fault(process.pid))
        process.kill()


def test_a_keyring_that_is_away_or_open_to_others_is_named(tmp_path: Path) -> None:
    keyring = tmp_path / "keyring.json"
    assert "No such file" in str(find_keyring_fault(keyring))
    keyring.touch(mode=0o600)
    assert find_keyring_fault(keyring) is None
    keyring.chmod(0o640)
    assert find_keyring_fault(keyring) == f"{keyring} can be read by others: chmod 600"


def test_a_clock_that_is_behind_what_was_noted_or_beside_the_database_is_named(
    fresh_database: Callable[[str], Urls],
) -> None:
    urls, now = fresh_database("referral"), datetime.now(UTC)
    assert find_clock_fault(urls.worker, now) is None
    assert "set them right" in str(find_clock_fault(urls.worker, now + timedelta(hours=1)))
    with psycopg.connect(urls.superuser) as database:
        database.execute(
            "INSERT INTO audit_entry (at, action, object_type, object_id, outcome) VALUES (%s, 'x', 'x', 'x', 'done')",
            [now + timedelta(days=3 * 365)],
        )
    assert "it is, or was, wrong" in str(find_clock_fault(urls.worker, now))


def test_time_zone_data_that_moved_india_are_named(tmp_path: Path) -> None:
    (tmp_path / "Asia").mkdir()
    moved = resources.files("tzdata") / "zoneinfo" / "Asia" / "Karachi"
    (tmp_path / "Asia" / "Kolkata").write_bytes(moved.read_bytes())
    look = "from local_stack.machine import find_time_zone_fault; print(find_time_zone_fault())"
    for path, words in ((str(tmp_path), "India is 5:00:00 ahead of UTC: install tzdata anew"), ("", "None")):
        done = subprocess.run(
            [sys.executable, "-c", look], env=os.environ | {"PYTHONTZPATH": path}, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        assert done.stdout.strip().endswith(words)


def test_a_database_that_is_older_than_what_it_told_is_named(fresh_database: Callable[[str], Urls]) -> None:
    worker = {service: fresh_database(service).worker for service in ("directory", "referral", "notification")}
    kept, lost = str(uuid.uuid4()), str(uuid.uuid4())
    kind = "referral.submitted.v1"
    with psycopg.connect(worker["referral"]) as sender, psycopg.connect(worker["notification"]) as listener:
        sender.execute("INSERT INTO outbox (id, type, subject, body) VALUES (%s, %s, '', '')", [kept, kind])
        heard = "INSERT INTO inbox (id, type, state, handled_at) VALUES (%s, %s, 'done', now())"
        listener.execute(heard, [kept, kind])
        listener.commit()
        sender.commit()
        assert list(find_older_databases(worker.__getitem__)) == []
        listener.execute(heard, [lost, kind])
        listener.commit()
    (said,) = find_older_databases(worker.__getitem__)
    assert said.startswith("the database of the referral service is older than what it told: 1 of its events")
    with psycopg.connect(worker["referral"]) as restored:
        restored.execute(
            "INSERT INTO audit_entry (action, object_type, object_id, outcome, at)"
            " VALUES ('backup.restore', 'backup', '2026-11-29', 'done', now())"
        )
    assert list(find_older_databases(worker.__getitem__)) == []
