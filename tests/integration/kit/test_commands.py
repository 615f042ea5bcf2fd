"""`setu`: what an administrator types."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url, text

from conftest import Keys, b64
from service_kit.db import audit, audit_chain, inbox, migrate, outbox, provision
from service_kit.db.engine import Database
from service_kit.db.inbox import Arrival
from service_kit.identity import Scope
from service_kit.messaging import rabbitmq
from service_kit.messaging.topology import queue_arguments
from setu_cli.__main__ import setu
from support.events import (
    MOMENT,
    an_event,
    eventually,
    number,
)
from support.fresh_brokers import Broker
from support.fresh_databases import Urls


@pytest.fixture
def urls(fresh_database: Callable[[str], Urls]) -> Urls:
    return fresh_database("referral")


def run(urls: Urls, *arguments: str, **more: str) -> Result:
    environment = {"SETU_DATABASE_URL": urls.worker, "SETU_DATABASE_OWNER_URL": urls.owner, **more}
    return CliRunner(env=environment).invoke(setu, arguments)


def test_help_names_every_service_and_the_stacks_commands() -> None:
    shown = CliRunner().invoke(setu, ["--help"]).output

    assert {"directory", "referral", "notification", "topology", "doctor"} <= set(shown.split())


def test_migrating_again_changes_nothing_also_when_several_do_it_at_once(urls: Urls) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: migrate.upgrade("referral", urls.owner), range(3)))

    assert run(urls, "referral", "migrate").output == "The referral database is up to date.\n"


def test_migrating_again_takes_rights_that_the_web_role_had_before(urls: Urls) -> None:
    with psycopg.connect(provision.libpq(urls.owner)) as owner:
        owner.execute("GRANT DELETE ON throttle, revoked_session, session_activity TO referral_web")

    migrate.upgrade("referral", urls.owner)

    for table in ("throttle", "revoked_session", "session_activity"):
        with psycopg.connect(provision.libpq(urls.web)) as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(f"DELETE FROM {table}")  # noqa: S608 # names of ours


def test_a_first_migration_makes_the_database_and_its_three_roles(
    fresh_database: Callable[[str], Urls], postgres_url: str
) -> None:
    urls = fresh_database("notification")  # roles are the whole server's: those of the test's other databases
    owner, web, worker = (
        make_url(url).set(database="setu_notification") for url in (urls.owner, urls.web, urls.worker)
    )
    environment = {
        "SETU_DATABASE_OWNER_URL": owner.render_as_string(hide_password=False),
        "SETU_DATABASE_ADMIN_URL": postgres_url,
        "SETU_WEB_PASSWORD": str(web.password),
    }
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = 'setu_notification'").fetchone():
            pytest.fail(
                "the test server has a database setu_notification that is not of this test: end its user, or drop it"
            )
        command = ["notification", "migrate", "--provision"]

        refused = CliRunner(env=environment).invoke(setu, command)
        environment["SETU_WORKER_PASSWORD"] = str(worker.password)
        try:
            for _ in range(2):  # safe to run again
                made = CliRunner(env=environment).invoke(setu, command)
                assert made.output == "The notification database is up to date.\n", made.exception

            with psycopg.connect(web.render_as_string(hide_password=False)) as there:
                assert there.execute("SELECT count(*) FROM outbox WHERE false").fetchone() == (0,)
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    there.execute("CREATE TABLE mine (id int)")
            for url, name in ((web, "postgres"), (worker, "postgres"), (owner, "template1")):
                elsewhere = url.set(database=name).render_as_string(hide_password=False)
                with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                    psycopg.connect(elsewhere)
        finally:
            admin.execute("DROP DATABASE IF EXISTS setu_notification WITH (FORCE)")
    assert "SETU_WORKER_PASSWORD is not set." in refused.output


def test_parked_events_are_listed_shown_replayed_and_discarded(urls: Urls) -> None:
    one, other = an_event("one"), an_event("other")
    worker = Database(urls.worker)
    with worker.transaction() as session:
        arrivals = [
            Arrival(e.id, e.type, e.subject, e.to_bytes(), "parked", "KeyError at x.py:1") for e in (one, other)
        ]
        inbox.receive(session, arrivals)

    listed = run(urls, "referral", "parked", "list").output
    shown = run(urls, "referral", "parked", "show", str(one.id)).output
    replayed = run(urls, "referral", "parked", "replay", str(one.id))
    discarded = run(urls, "referral", "parked", "discard", str(other.id))
    again = run(urls, "referral", "parked", "discard", str(other.id))

    assert f"{one.id}" in listed
    assert "KeyError at x.py:1" in listed
    assert json.loads(shown)["subject"] == "one"
    assert replayed.exit_code == discarded.exit_code == 0
    assert again.exit_code == 1
    assert number(worker, "SELECT count(*) FROM inbox WHERE state = 'waiting'") == 1
    assert run(urls, "referral", "parked", "list").output == "Nothing is parked.\n"
    assert number(worker, "SELECT count(*) FROM audit_entry WHERE action LIKE 'parked.%'") == 2


def test_an_edited_event_replaces_the_parked_one(urls: Urls, tmp_path: Path) -> None:
    worker, mended = Database(urls.worker), an_event("mended")
    with worker.transaction() as session:
        inbox.receive(session, [Arrival(an_event().id, "", "", b"{broken", "parked", "cannot be decoded: not JSON")])
        broken = inbox.parked(session)[0]
    (tmp_path / "edited.json").write_bytes(mended.to_bytes() + b"\n")
    (tmp_path / "nonsense.json").write_bytes(b"nonsense")

    refused = run(urls, "referral", "parked", "replay", str(broken.id), "--body", str(tmp_path / "nonsense.json"))
    accepted = run(urls, "referral", "parked", "replay", str(broken.id), "--body", str(tmp_path / "edited.json"))

    assert refused.output == "Error: not JSON\n"
    assert accepted.output == "1 will be handled again.\n"
    with worker.transaction() as session:
        row = inbox.lock(session, mended.id)
    assert row is not None
    assert row.state == "waiting"


def test_the_audit_log_is_verified_against_a_checkpoint_that_was_kept(urls: Urls, keys: Keys, tmp_path: Path) -> None:
    secret = {"SETU_AUDIT_PRIVATE_KEY": b64(keys.audit.private_bytes_raw())}
    worker = Database(urls.worker, pool_size=1)
    with worker.transaction() as session:
        audit.record(session, "x", ("x", "x"), Scope(), MOMENT)
        audit_chain.chain_and_sign(session, private_key=keys.audit.private_bytes_raw(), log="referral", now=MOMENT)
    made = run(urls, "referral", "audit", "checkpoint", str(tmp_path), **secret)
    [kept] = tmp_path.glob("referral-*.json")
    assert made.output == f"{kept}: the log is at entry 1.\n"

    alone = run(urls, "referral", "audit", "verify", **secret)
    sound = run(urls, "referral", "audit", "verify", "--expect", str(kept))  # its public key is in it
    with Database(urls.superuser, pool_size=1).transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("TRUNCATE audit_entry, audit_checkpoint"))
    cut = run(urls, "referral", "audit", "verify", "--expect", str(kept))
    unaware = run(urls, "referral", "audit", "verify", **secret)
    foreign = run(urls, "directory", "audit", "verify", "--expect", str(kept))

    assert (alone.output, alone.exit_code) == ("The audit log is intact.\n", 0)
    assert (sound.output, sound.exit_code) == ("The audit log is intact and goes on from entry 1.\n", 0)
    assert (unaware.output, unaware.exit_code) == ("The audit log is intact.\n", 0)
    assert cut.output.startswith("The log ends at entry 0; the kept checkpoint of ")
    assert cut.exit_code == 3
    assert foreign.exit_code == 2
    assert "of the log referral, not of directory" in " ".join(foreign.output.split())


def test_a_command_leaves_no_connection_when_it_ends_well_or_badly(urls: Urls) -> None:
    assert run(urls, "referral", "outbox", "status").exit_code == 0
    assert run(urls, "referral", "parked", "show", str(UUID(int=1))).exit_code == 1

    with psycopg.connect(provision.libpq(urls.superuser), autocommit=True) as watcher:
        of_the_worker = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND usename = %s"
        eventually(lambda: watcher.execute(of_the_worker, ["referral_worker"]).fetchone() is None)


def test_outbox_status_is_told(urls: Urls) -> None:
    assert run(urls, "referral", "outbox", "status").output == "0 wait; 0 were refused by the broker.\n"
    assert run(urls, "referral", "outbox", "retry").output == "0 will be tried again.\n"


def test_outbox_status_says_why_the_broker_refused_an_event(urls: Urls) -> None:
    with Database(urls.worker).transaction() as session:
        outbox.add(session, an_event())
        session.execute(text("UPDATE outbox SET retry_at = created_at, refused_because = 'returned'"))

    said = run(urls, "referral", "outbox", "status").output

    assert said.endswith("; 1 were refused by the broker (returned).\n")


def test_what_went_out_in_the_last_hours_is_published_again_and_nothing_older(urls: Urls) -> None:
    now, with_age = "UPDATE outbox SET published_at = now()", " - interval '3 hours' WHERE subject = 'old'"
    with Database(urls.worker).transaction() as session:
        for subject in ("old", "new"):
            outbox.add(session, an_event(subject))
        session.execute(text(now))
        session.execute(text(now + with_age))

    said = run(urls, "referral", "outbox", "resend", "--hours", "2").output

    assert said == "1 go out again.\n"
    with Database(urls.worker).transaction() as session:
        waiting = session.scalars(text("SELECT subject FROM outbox WHERE published_at IS NULL")).all()
    assert waiting == ["new"]


def test_topology_is_declared_on_a_running_broker_and_declaring_again_is_fine(broker: Broker) -> None:
    for _ in range(2):
        declared = CliRunner().invoke(setu, ["topology", "declare", "--amqp", broker.admin_url])
        assert declared.exit_code == 0, declared.output


def test_users_are_made_with_their_permissions_and_guest_is_gone(broker: Broker) -> None:
    user, host = "notification_service", urlsplit(broker.admin_url).netloc.rpartition("@")[2]
    broker.management.call("PUT", "/api/users/guest", {"password": "guest", "tags": "administrator"})
    arguments = ["topology", "users", "--management", broker.management_url, "--vhost", broker.vhost]
    try:
        made = CliRunner().invoke(setu, [*arguments, "--passwords", "-"], input=json.dumps({user: "hunter2"}))

        assert made.output == "Users and topology are in place; guest is gone.\n", made.exception
        assert broker.management.call("GET", "/api/users/guest", missing_ok=True) is None
        url = f"amqp://{user}:hunter2@{host}/{broker.vhost}"
        rabbitmq.Subscription(url, queue_arguments(user), prefetch=1).__exit__()
        with pytest.raises(rabbitmq.BrokerError, match="ACCESS_REFUSED"):
            rabbitmq.Subscription(url, ["referral_service.inbox"], prefetch=1)
    finally:
        broker.management.delete_user(user)


def test_definitions_are_printed_without_passwords(tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text('{"referral_service": "hunter2"}')

    printed = CliRunner().invoke(setu, ["topology", "definitions", "--passwords", str(tmp_path / "passwords")])

    assert json.loads(printed.output)["users"][0]["name"] == "referral_service"
    assert "hunter2" not in printed.output
