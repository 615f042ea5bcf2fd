"""`setu doctor` says why a worker does not do all of its work, from the numbers on its metrics port."""

import socket
from contextlib import closing

import pytest

import directory_service.worker
import notification_service.worker
import referral_service.worker
from local_stack.worker_reasons import REASONS, reasons_in, reasons_of_worker
from service_kit import metrics

FINE = """
setu_worker_database_up 1.0
setu_relay_broker_up 1.0
setu_outbox_oldest_seconds 2.5
setu_inbox_rows{state="waiting"} 3.0
setu_inbox_rows{state="parked"} 0.0
setu_index_lag_seconds 0.0
setu_session_heartbeat_age_seconds 149.0
setu_keyring_up 1.0
setu_key_encryption_key_age_days 28.1
setu_record_keys_without_key 0.0
setu_survivors_unlogged_seconds 6.0
setu_contacts_outdated 0.0
setu_state_bodies_without_coordinator 0.0
setu_districts_without_coordinator 0.0
"""


def test_a_worker_that_works_gives_no_reason():
    assert list(reasons_in(FINE)) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("setu_worker_database_up 0.0", "the database does not answer"),
        ("setu_relay_broker_up 0.0", "events do not go out: the broker does not answer"),
        (
            'setu_relay_broker_blocked{resource="disk"} 1.0',
            "events do not go out: RabbitMQ is low on disk and takes none: make room on its disk (disk_free_limit)",
        ),
        ("setu_consumer_broker_up 0.0", "events do not come in: the broker does not answer"),
        ("setu_outbox_oldest_seconds 61.2", "an event has waited 61 s to go out"),
        ("setu_outbox_refused_waiting 2.0", "2 events wait that the broker refused"),
        ('setu_inbox_rows{state="parked"} 1.0', "1 events are parked"),
        ("setu_index_lag_seconds +Inf", "the search index is inf s behind (inf: there is none)"),
        (
            "setu_session_heartbeat_age_seconds 151.0",
            "no heartbeat of ended sessions for 151 s (is the directory's worker, the broker or this consumer away?)",
        ),
        ("setu_keyring_up 0.0", "the keyring cannot be read (setu referral keys status)"),
        (
            "setu_key_encryption_key_age_days 31.2",
            "a key-encryption key is 31 days old, so erasures are not final (setu referral keys status)",
        ),
        (
            "setu_record_keys_without_key 4.0",
            "4 records lie under a key that is not in the keyring (setu referral keys status)",
        ),
        (
            "setu_survivors_unlogged_seconds 61.0",
            "what must survive a restore has not been logged for 61 s (is the disk of SETU_SURVIVORS there, or full?)",
        ),
        (
            "setu_contacts_outdated 2.0",
            (
                "2 people are sent no mail or SMS: their contact changed after the backup that was restored "
                "(setu directory republish)"
            ),
        ),
        ("setu_state_bodies_without_coordinator 2.0", "2 state bodies have no coordinator who can sign in"),
        (
            "setu_districts_without_coordinator 3.0",
            "in 3 districts people work and nobody coordinates, nor in their state (setu directory accounts create)",
        ),
    ],
)
def test_each_gauge_has_its_words(line, words):
    assert list(reasons_in(f"{line}\n")) == [words]


def test_every_reason_is_a_gauge_that_a_worker_has():
    assert directory_service.worker.main  # its import defines them
    assert referral_service.worker.main
    assert notification_service.worker.main
    known = {family.name for family in metrics.REGISTRY.collect()}

    assert {reason.gauge for reason in REASONS} <= known


def test_a_worker_that_does_not_answer_is_said_so():
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]

    assert "does not answer" in next(reasons_of_worker(port))


def test_the_words_of_its_health_check_come_first():
    server = metrics.serve(0, problems=lambda: ["relay gave no sign of life for 70 s"])

    try:
        assert next(reasons_of_worker(server.server_port)) == "relay gave no sign of life for 70 s"
    finally:
        server.shutdown()
        server.server_close()
